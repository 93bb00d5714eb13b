// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.attributes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.Split;
import org.mindeye.data.TrialImage;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig.Attribute;
import org.mindeye.formats.io.Sha256;
import org.mindeye.training.DataFingerprint;
import org.mindeye.training.lowlevel.ImageSplit;

/**
 * Pictures of one size and what they show.
 *
 * @param split what they are for
 * @param pictures at least one
 */
public record LabelledSplit(Split split, List<LabelledPicture> pictures) {
  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there is no picture
   * @throws MalformedSampleException if they differ in size; names the first that does
   */
  public LabelledSplit {
    Objects.requireNonNull(split, "split");
    pictures = List.copyOf(pictures);
    new ImageSplit(split, images(pictures));
  }

  private static List<TrialImage> images(List<LabelledPicture> pictures) {
    return pictures.stream().map(LabelledPicture::image).toList();
  }

  /** The pictures alone. */
  ImageSplit images() {
    return new ImageSplit(split, images(pictures));
  }

  /**
   * What the split consists of, in one short text: names, pixels and labels.
   *
   * @return its fingerprint
   */
  public DataFingerprint fingerprint() {
    MessageDigest digest = Sha256.create();
    for (LabelledPicture picture : pictures) {
      digest.update(picture.key().getBytes(StandardCharsets.UTF_8));
      digest.update(picture.image().content());
      digest.update(picture.labels().toString().getBytes(StandardCharsets.UTF_8));
    }
    return new DataFingerprint(pictures.size(), Sha256.hex(digest));
  }

  /** Refuses pictures of another size than a classifier's, and labels that it does not know. */
  void requireFits(AttributeClassifierConfig config) {
    ImageSplit images = images();
    if (images.height() != config.side() || images.width() != config.side()) {
      throw new ShapeMismatchException(
          split
              + " pictures: expected "
              + config.side()
              + "x"
              + config.side()
              + ", which the classifier reads, but was "
              + images.width()
              + "x"
              + images.height()
              + "; resize them");
    }
    for (LabelledPicture picture : pictures) {
      requireFits(picture, config.attributes());
    }
  }

  private static void requireFits(LabelledPicture picture, List<Attribute> attributes) {
    if (picture.labels().size() != attributes.size()) {
      throw new MindEyeException(
          picture.key()
              + ": expected "
              + Plural.of(attributes.size(), "label")
              + " but found "
              + picture.labels().size());
    }
    for (int i = 0; i < attributes.size(); i++) {
      int label = picture.labels().get(i);
      int classes = attributes.get(i).classes().size();
      if (label < 0 || label >= classes) {
        throw new MindEyeException(
            picture.key()
                + ": expected a class of "
                + attributes.get(i).name()
                + " from 0 to "
                + (classes - 1)
                + " but found "
                + label);
      }
    }
  }
}
