// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import ai.djl.ndarray.NDManager;
import java.io.Closeable;
import java.io.IOException;
import java.util.Locale;
import org.mindeye.MindEyeException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.evaluation.protocol.ImagePair;
import org.mindeye.evaluation.protocol.ImageSteps;
import org.mindeye.evaluation.protocol.PairSource;

/**
 * Pairs of pictures, each read when it is its turn.
 *
 * @param sets where they are; closed with this
 * @param pairing what belongs together
 */
record PictureSource(PictureSets sets, Pairing pairing) implements PairSource, Closeable {
  @Override
  public int size() {
    return pairing.pairs().size();
  }

  @Override
  public ImagePair read(int index, NDManager owner) throws IOException {
    Pairing.Pair pair = pairing.pairs().get(index);
    ImagePair images =
        ImagePair.of(
            pair.id(),
            sets.originals().read(pair.original()).toBatch(owner),
            sets.reconstructions().read(pair.reconstruction()).toBatch(owner));
    return sets.blurry() == null
        ? images
        : images.withBlurry(sets.blurry().read(pair.blurry()).toBatch(owner));
  }

  /**
   * Refuses a single pair, which no score has anything to compare with.
   *
   * @throws MindEyeException if there are fewer than two
   */
  void requireOthers() {
    if (size() < 2) {
      throw new MindEyeException(
          sets.reconstructions().source()
              + ": expected at least 2 pictures to score but was "
              + size()
              + "; two-way scores and intervals need others");
    }
  }

  /**
   * Refuses pictures that have other forms after the protocol's steps: two of other forms cannot be
   * compared pixel by pixel.
   *
   * @throws ShapeMismatchException if there are some; names the first
   */
  void requireSizes(ImageSteps steps) {
    PictureSize first = null;
    for (Pairing.Pair pair : pairing.pairs()) {
      first = first == null ? sets.originals().sizeOf(pair.original()) : first;
      requireSize(first, sets.originals(), pair.original(), pair.id(), steps);
      requireSize(first, sets.reconstructions(), pair.reconstruction(), pair.id(), steps);
      if (sets.blurry() != null) {
        requireSize(first, sets.blurry(), pair.blurry(), pair.id(), steps);
      }
    }
  }

  private static void requireSize(
      PictureSize first, PictureSet set, int index, String id, ImageSteps steps) {
    PictureSize size = set.sizeOf(index);
    PictureSize wanted = first.resized(steps.sides());
    PictureSize resized = size.resized(steps.sides());
    if (!resized.equals(wanted)) {
      throw new ShapeMismatchException(
          String.format(
              Locale.ROOT,
              "%s: picture %s is %s, which the protocol makes %s, but the first picture that was"
                  + " seen is %s and becomes %s; crop all to one form",
              set.source(),
              id,
              size,
              resized,
              first,
              wanted));
    }
  }

  /**
   * Reads some pairs and lets them go.
   *
   * @param count from the first one: where its numbers are no pixels, all others are none either
   * @throws IOException if one cannot be read
   * @throws org.mindeye.MindEyeException if one is damaged, or its numbers are no pixels
   */
  void requireReadable(int count) throws IOException {
    for (Pairing.Pair pair : pairing.pairs().subList(0, count)) {
      sets.originals().read(pair.original());
      sets.reconstructions().read(pair.reconstruction());
      if (sets.blurry() != null) {
        sets.blurry().read(pair.blurry());
      }
    }
  }

  @Override
  public void close() throws IOException {
    sets.close();
  }
}
