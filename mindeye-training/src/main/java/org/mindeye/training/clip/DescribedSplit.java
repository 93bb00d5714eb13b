// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.Split;
import org.mindeye.data.TrialImage;
import org.mindeye.formats.io.Sha256;
import org.mindeye.training.DataFingerprint;
import org.mindeye.training.lowlevel.ImageSplit;

/**
 * Described pictures of one size.
 *
 * @param split what they are for
 * @param pictures at least one
 */
public record DescribedSplit(Split split, List<DescribedPicture> pictures) {
  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there is no picture
   * @throws MalformedSampleException if they differ in size; names the first that does
   */
  public DescribedSplit {
    Objects.requireNonNull(split, "split");
    pictures = List.copyOf(pictures);
    new ImageSplit(split, images(pictures));
  }

  private static List<TrialImage> images(List<DescribedPicture> pictures) {
    return pictures.stream().map(DescribedPicture::image).toList();
  }

  /** The pictures alone. */
  ImageSplit images() {
    return new ImageSplit(split, images(pictures));
  }

  /**
   * What the split consists of, in one short text: names, pixels, descriptions and labels.
   *
   * @return its fingerprint
   */
  public DataFingerprint fingerprint() {
    MessageDigest digest = Sha256.create();
    for (DescribedPicture picture : pictures) {
      digest.update(picture.key().getBytes(StandardCharsets.UTF_8));
      digest.update(picture.image().content());
      digest.update(picture.description().toString().getBytes(StandardCharsets.UTF_8));
      for (int question = 0; question < picture.places().questions(); question++) {
        for (int label : picture.places().of(question)) {
          digest.update((byte) label);
          digest.update((byte) (label >> 8));
        }
      }
    }
    return new DataFingerprint(pictures.size(), Sha256.hex(digest));
  }
}
