// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.gallery;

import java.util.Objects;
import java.util.Optional;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.core.document.MayBeAbsent;
import org.mindeye.core.tensor.ClipSpace;

/**
 * What the vectors of a gallery are. Vectors of two encoders have nothing to do with each other,
 * whatever their width, and comparing them finds something all the same: so a gallery knows its
 * encoder and refuses others.
 *
 * @param space tokens and width; a vector is all tokens, one after the other
 * @param clip the encoder; null where it is not known
 */
public record GalleryOrigin(ClipSpace space, @MayBeAbsent ClipFingerprint clip) {
  private static final int DIGITS = 12;

  /** Checks that there is a space. */
  public GalleryOrigin {
    Objects.requireNonNull(space, "space");
  }

  /**
   * The encoder.
   *
   * @return its fingerprint; empty where it is not known
   */
  public Optional<ClipFingerprint> encoder() {
    return Optional.ofNullable(clip);
  }

  /**
   * Refuses vectors of another space, or of another encoder than a known one.
   *
   * @param gallery names the gallery in messages
   * @param what names what comes, for example {@code "the query"}
   * @param found what it is; where its encoder, or the gallery's, is not known, the space alone is
   *     compared
   * @throws MindEyeException if it does not fit
   */
  public void require(String gallery, String what, GalleryOrigin found) {
    if (!space.equals(found.space)) {
      throw new MindEyeException(
          gallery
              + ": expected tokens of "
              + space
              + " as the gallery has, but "
              + what
              + " has "
              + found.space
              + "; give what was encoded in the same way");
    }
    if (clip != null && found.clip != null && !clip.equals(found.clip)) {
      throw new MindEyeException(
          gallery
              + ": expected the CLIP encoder that made the gallery, "
              + words(clip)
              + ", but "
              + what
              + " comes from "
              + difference(found.clip)
              + "; their vectors cannot be compared: give that encoder, or build another gallery");
    }
  }

  private String difference(ClipFingerprint found) {
    return clip.weights().equals(found.weights())
        ? "one of the same weights with another shape, preprocessing or clamp"
        : words(found);
  }

  private static String words(ClipFingerprint encoder) {
    return "weights " + encoder.weights().substring(0, DIGITS);
  }
}
