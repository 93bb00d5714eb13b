// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.util.Arrays;
import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

/** Turns the members of a sample into a {@link Trial}. */
final class SampleDecoder {
  private final ReaderConfig config;
  private final long images;

  /**
   * Decodes.
   *
   * @param images the image numbers are smaller than this
   */
  SampleDecoder(ReaderConfig config, long images) {
    this.config = config;
    this.images = images;
  }

  Trial decode(RawSample sample) {
    return new Trial(
        sample.origin(),
        image(sample),
        voxels(sample),
        cocoId(sample),
        integers(sample, Members.TRIAL),
        distinctRepeats(sample));
  }

  private EncodedImage image(RawSample sample) {
    List<String> found = Members.IMAGES.stream().filter(sample.members()::containsKey).toList();
    if (found.size() != 1) {
      throw sample
          .origin()
          .malformed(
              String.join(" or ", Members.IMAGES),
              "exactly one of them",
              found.isEmpty()
                  ? "only " + sample.members().keySet().stream().sorted().toList()
                  : String.join(" and ", found));
    }
    return EncodedImage.of(
        sample.origin(), sample.members().get(found.get(0)), config.imageLimits());
  }

  private float[][] voxels(RawSample sample) {
    HeapArray array = array(sample, Members.VOXELS);
    int width = config.voxels();
    if (!array.type().isFloating()
        || !Arrays.equals(array.shape(), new long[] {Members.REPEATS, width})) {
      throw sample
          .origin()
          .malformed(
              Members.VOXELS,
              "floats of shape [" + Members.REPEATS + ", " + width + "]",
              array.type() + " " + Arrays.toString(array.shape()));
    }
    float[] flat = array.toFloats();
    float[][] voxels = new float[Members.REPEATS][];
    for (int repeat = 0; repeat < Members.REPEATS; repeat++) {
      voxels[repeat] = Arrays.copyOfRange(flat, repeat * width, (repeat + 1) * width);
    }
    return voxels;
  }

  /** How many voxels the responses of a sample have. */
  static int voxelCount(RawSample sample) {
    long[] shape = array(sample, Members.VOXELS).shape();
    if (shape.length != 2 || shape[1] < 1 || shape[1] > Integer.MAX_VALUE) {
      throw sample
          .origin()
          .malformed(Members.VOXELS, "the shape [repeats, voxels]", Arrays.toString(shape));
    }
    return (int) shape[1];
  }

  private int distinctRepeats(RawSample sample) {
    long count = single(sample, Members.DISTINCT_REPEATS);
    if (count < 1 || count > Members.REPEATS) {
      throw sample
          .origin()
          .malformed(Members.DISTINCT_REPEATS, "1 to " + Members.REPEATS, String.valueOf(count));
    }
    return (int) count;
  }

  private long cocoId(RawSample sample) {
    long id = single(sample, Members.COCO);
    if (id >= images) {
      throw sample
          .origin()
          .malformed(
              Members.COCO,
              "an image number of 0 to " + (images - 1) + ", counted from 0",
              String.valueOf(id));
    }
    return id;
  }

  /** A number that may be stored once, or once per repeat. */
  private long single(RawSample sample, String member) {
    long[] values = integers(sample, member);
    if (Arrays.stream(values).distinct().count() != 1) {
      throw sample
          .origin()
          .malformed(member, "one number, or the same three times", Arrays.toString(values));
    }
    return values[0];
  }

  private long[] integers(RawSample sample, String member) {
    HeapArray array = array(sample, member);
    if (array.size() < 1 || array.size() > Members.REPEATS) {
      throw sample
          .origin()
          .malformed(
              member,
              "1 to " + Members.REPEATS + " integers",
              array.type() + " " + Arrays.toString(array.shape()));
    }
    try {
      return array.toLongs();
    } catch (MindEyeException e) {
      throw sample.origin().malformed(member, "integers", e.getMessage()).causedBy(e);
    }
  }

  private static HeapArray array(RawSample sample, String member) {
    SampleOrigin origin = sample.origin();
    byte[] content = sample.members().get(member);
    if (content == null) {
      throw origin.malformed(
          member, "this member", "only " + sample.members().keySet().stream().sorted().toList());
    }
    try {
      return Npy.decode(member, content);
    } catch (MalformedFileException e) {
      throw origin.malformed(member, e.expected(), e.found()).causedBy(e);
    }
  }
}
