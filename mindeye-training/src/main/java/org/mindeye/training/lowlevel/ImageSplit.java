// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.Split;
import org.mindeye.data.TrialImage;
import org.mindeye.data.TrialSource;
import org.mindeye.formats.io.Sha256;

/**
 * Pictures of one size: files, {@linkplain #read the pictures of trials}, or generated ones. They
 * are decoded each time a batch is made of them.
 *
 * @param split what they are for
 * @param images at least one
 */
public record ImageSplit(Split split, List<TrialImage> images) {
  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there is no picture
   * @throws MalformedSampleException if they differ in size; names the first that does
   */
  public ImageSplit {
    Objects.requireNonNull(split, "split");
    images = List.copyOf(images);
    if (images.isEmpty()) {
      throw new IllegalArgumentException("the " + split + " split has no pictures");
    }
    TrialImage first = images.get(0);
    for (TrialImage image : images) {
      requireSize(first, image);
    }
  }

  private static void requireSize(TrialImage first, TrialImage image) {
    if (image.width() != first.width() || image.height() != first.height()) {
      throw image
          .origin()
          .malformed(
              "image",
              size(first) + " pixels as in " + first.origin().key() + "; resize or crop them",
              size(image));
    }
  }

  private static String size(TrialImage image) {
    return image.width() + "x" + image.height();
  }

  /**
   * The pictures of all trials of a source, each as often as it is there.
   *
   * @param source the trials; stays the caller's to close
   * @return their pictures
   * @throws IllegalArgumentException if there is no trial
   * @throws MalformedSampleException if a file or a sample is damaged, or pictures differ in size
   */
  public static ImageSplit read(TrialSource source) {
    List<TrialImage> images = new ArrayList<>();
    source.forEach(trial -> images.add(trial.image()));
    return new ImageSplit(source.split(), images);
  }

  /**
   * Rows of pixels.
   *
   * @return the height of each picture
   */
  public int height() {
    return images.get(0).height();
  }

  /**
   * Columns of pixels.
   *
   * @return the width of each picture
   */
  public int width() {
    return images.get(0).width();
  }

  /**
   * Refuses sides that an autoencoder cannot halve often enough.
   *
   * @param reduction what it divides them by
   * @throws ShapeMismatchException if a side is not divisible
   */
  public void requireDivisible(int reduction) {
    if (height() % reduction != 0 || width() % reduction != 0) {
      throw new ShapeMismatchException(
          split
              + " pictures: expected sides divisible by the "
              + reduction
              + " that the autoencoder divides them by but was "
              + size(images.get(0))
              + "; resize or crop them");
    }
  }

  /**
   * Refuses pictures of another size, and pictures that are in both; reads all of them.
   *
   * @param other what must be something else
   * @throws MalformedSampleException if their sizes differ
   * @throws MindEyeException if a picture is in both; names it in each
   */
  public void requireApart(ImageSplit other) {
    requireSize(other.images.get(0), images.get(0));
    Map<String, TrialImage> known = new HashMap<>();
    other.images.forEach(image -> known.put(Sha256.of(image.content()), image));
    for (TrialImage image : images) {
      TrialImage same = known.get(Sha256.of(image.content()));
      if (same != null) {
        throw new MindEyeException(
            "expected no picture in two splits but "
                + split
                + " "
                + image.origin().key()
                + " is "
                + other.split
                + " "
                + same.origin().key()
                + "; remove it from one of them");
      }
    }
  }
}
