// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.formats.io.Sha256;

/**
 * What a split consists of, in one short text: names, image numbers, images and responses of all
 * samples in order. Two splits with the same fingerprint train the same, given the same targets.
 *
 * @param samples how many
 * @param sha256 of all of it, in hexadecimal
 */
public record DataFingerprint(int samples, String sha256) {
  /**
   * Reads a whole split; about half a gigabyte a second.
   *
   * @param trials the split
   * @return its fingerprint
   */
  public static DataFingerprint of(List<Trial> trials) {
    MessageDigest digest = Sha256.create();
    for (Trial trial : trials) {
      digest.update(trial.key().getBytes(StandardCharsets.UTF_8));
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, trial.cocoId()));
      digest.update(trial.image().content());
      for (int repeat = 0; repeat < trial.repeats(); repeat++) {
        float[] values = trial.voxels(repeat);
        ByteBuffer bytes =
            ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        digest.update(bytes);
      }
    }
    return new DataFingerprint(trials.size(), Sha256.hex(digest));
  }

  /**
   * Reads pictures without responses.
   *
   * @param images all of them
   * @return the fingerprint of their names and contents, in their order
   * @throws org.mindeye.data.MalformedSampleException if one cannot be read
   */
  public static DataFingerprint ofImages(List<? extends TrialImage> images) {
    MessageDigest digest = Sha256.create();
    for (TrialImage image : images) {
      digest.update(image.origin().key().getBytes(StandardCharsets.UTF_8));
      digest.update(image.content());
    }
    return new DataFingerprint(images.size(), Sha256.hex(digest));
  }
}
