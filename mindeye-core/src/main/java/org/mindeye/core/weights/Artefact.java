// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file that others publish and this library reads.
 *
 * @param path where it goes, relative to the folder the application keeps published files in; for
 *     what comes as a folder, the folder
 * @param content what it is
 * @param source who publishes it, and under which name
 * @param aboutBytes its size as far as it is known
 * @param sha256Start the first digits of its SHA-256 sum as far as they are known, lower case
 * @param terms under which it may be used, as far as they are known
 */
public record Artefact(
    String path,
    String content,
    String source,
    OptionalLong aboutBytes,
    Optional<String> sha256Start,
    Optional<String> terms) {

  private static final double MEGABYTE = 1e6;

  /** Checks that nothing is missing. */
  public Artefact {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(content, "content");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(aboutBytes, "aboutBytes");
    Objects.requireNonNull(sha256Start, "sha256Start");
    Objects.requireNonNull(terms, "terms");
  }

  /** A file of unknown size, sum and terms. */
  static Artefact of(String path, String content, String source) {
    return new Artefact(
        path, content, source, OptionalLong.empty(), Optional.empty(), Optional.empty());
  }

  Artefact ofBytes(double bytes) {
    return new Artefact(path, content, source, OptionalLong.of((long) bytes), sha256Start, terms);
  }

  Artefact withSum(String digits) {
    return new Artefact(path, content, source, aboutBytes, Optional.of(digits), terms);
  }

  Artefact under(String newTerms) {
    return new Artefact(path, content, source, aboutBytes, sha256Start, Optional.of(newTerms));
  }

  /**
   * What it is and where to get it.
   *
   * @return one sentence or two
   */
  @Override
  public String toString() {
    String size =
        aboutBytes.isPresent()
            ? String.format(Locale.ROOT, " (about %,.0f MB)", aboutBytes.getAsLong() / MEGABYTE)
            : "";
    String sum =
        sha256Start.map(digits -> " Its SHA-256 sum begins with " + digits + ".").orElse("");
    String conditions = terms.map(text -> " Terms: " + text + ".").orElse("");
    return content + size + ". Get it from " + source + "." + sum + conditions;
  }
}
