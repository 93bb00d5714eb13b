// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.probe;

import java.util.Objects;
import java.util.Optional;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;

/**
 * Something a {@link DatasetProbe} noticed.
 *
 * @param kind what sort of thing
 * @param split where; null for what concerns several
 * @param origin the sample; null for what concerns no single one
 * @param message one line: where, what was expected, what was found
 */
public record Finding(Kind kind, Split split, SampleOrigin origin, String message) {

  /** How bad it is. */
  public enum Severity {
    /** Training or evaluation would fail at it, or its figures would be wrong. */
    ERROR,
    /** Nothing fails, but it should be looked at. */
    WARNING
  }

  /** The sorts of findings. */
  public enum Kind {
    /** A shard is missing, or cannot be opened. */
    MISSING_SHARD(Severity.ERROR),
    /** A shard or sample cannot be read; what follows it in its split was not looked at. */
    UNREADABLE_SAMPLE(Severity.ERROR),
    /** A split without samples. */
    EMPTY_SPLIT(Severity.ERROR),
    /** A picture's header is intact, its data is not. */
    UNDECODABLE_PICTURE(Severity.ERROR),
    /** Pictures of one split differ in size, so they do not fit one batch. */
    MIXED_SIZES(Severity.ERROR),
    /** Responses differ in length. */
    MIXED_VOXELS(Severity.ERROR),
    /** An image, by its coco id, is in two splits. */
    SHARED_IMAGE(Severity.ERROR),
    /** The same file under two coco ids. Published sets of photographs have some. */
    SAME_PICTURE(Severity.WARNING),
    /** An image, by its coco id, is twice in a split. */
    REPEATED_IMAGE(Severity.WARNING),
    /** A response that is zero at every voxel. */
    ZERO_RESPONSE(Severity.WARNING),
    /** No metadata file says how many samples there should be. */
    NO_METADATA(Severity.WARNING);

    private final Severity severity;

    Kind(Severity severity) {
      this.severity = severity;
    }

    /**
     * How bad such findings are.
     *
     * @return error or warning
     */
    public Severity severity() {
      return severity;
    }
  }

  /** Checks that kind and message are there. */
  public Finding {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(message, "message");
  }

  /**
   * How bad it is.
   *
   * @return the kind's severity
   */
  public Severity severity() {
    return kind.severity();
  }

  /**
   * Which sample.
   *
   * @return its shard and key, or empty where no single sample is meant
   */
  public Optional<SampleOrigin> sample() {
    return Optional.ofNullable(origin);
  }
}
