// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.util.Objects;
import org.mindeye.Plural;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.Half;
import org.mindeye.formats.tensor.HeapArray;

/**
 * One image and the brain's responses to it: as many responses as the image was shown, up to three
 * in the published data. Immutable; heap data only, nothing to close.
 */
public final class Trial {
  private static final String VOXELS = "nsdgeneral.npy";

  private final SampleOrigin origin;
  private final TrialImage image;
  private final float[][] voxels;
  private final long cocoId;
  private final long[] trialIds;
  private final int distinctRepeats;

  /**
   * Creates a trial.
   *
   * @param origin where it comes from
   * @param image the image that was seen
   * @param voxels {@code [repeats, voxels]}, z-scored single-trial responses; copied. Images shown
   *     less often are padded in the published data by repeating responses
   * @param cocoId the image's number, 0-based among the 73 000 of the Natural Scenes Dataset
   * @param trialIds the numbers of the trials the responses come from; copied
   * @param distinctRepeats how many of the responses are different presentations, 1 to all of them
   * @throws MalformedSampleException if there is no response or no voxel, if responses differ in
   *     length, if a value is NaN or infinite, if the image's number is negative, or if the
   *     distinct repeats are fewer than 1 or more than there are responses
   */
  public Trial(
      SampleOrigin origin,
      TrialImage image,
      float[][] voxels,
      long cocoId,
      long[] trialIds,
      int distinctRepeats) {
    this.origin = Objects.requireNonNull(origin, "origin");
    this.image = Objects.requireNonNull(image, "image");
    this.voxels = checkedCopy(origin, voxels);
    this.cocoId = cocoId;
    this.trialIds = Objects.requireNonNull(trialIds, "trialIds").clone();
    this.distinctRepeats = distinctRepeats;
    if (cocoId < 0) {
      throw origin.malformed("coco73k.npy", "an image number of 0 or more", String.valueOf(cocoId));
    }
    if (distinctRepeats < 1 || distinctRepeats > voxels.length) {
      throw origin.malformed(
          "num_uniques.npy", "1 to " + voxels.length, String.valueOf(distinctRepeats));
    }
  }

  private static float[][] checkedCopy(SampleOrigin origin, float[][] voxels) {
    Objects.requireNonNull(voxels, "voxels");
    if (voxels.length == 0 || voxels[0].length == 0) {
      throw origin.malformed(VOXELS, "at least one response of one voxel", "none");
    }
    float[][] copy = new float[voxels.length][];
    for (int repeat = 0; repeat < voxels.length; repeat++) {
      copy[repeat] = voxels[repeat].clone();
      if (copy[repeat].length != copy[0].length) {
        throw origin.malformed(
            VOXELS,
            Plural.of(copy[0].length, "voxel") + " in every repeat",
            copy[repeat].length + " in repeat " + repeat);
      }
      for (int voxel = 0; voxel < copy[repeat].length; voxel++) {
        if (!Float.isFinite(copy[repeat][voxel])) {
          throw origin.malformed(
              VOXELS,
              "finite responses",
              copy[repeat][voxel] + " at repeat " + repeat + ", voxel " + voxel);
        }
      }
    }
    return copy;
  }

  /**
   * Where the trial comes from.
   *
   * @return shard and key
   */
  public SampleOrigin origin() {
    return origin;
  }

  /**
   * The sample's name, unique within its shard.
   *
   * @return the key
   */
  public String key() {
    return origin.key();
  }

  /**
   * The image that was seen.
   *
   * @return a reference, decoded when its pixels are read
   */
  public TrialImage image() {
    return image;
  }

  /**
   * How many responses are stored.
   *
   * @return at least 1; 3 in the published data
   */
  public int repeats() {
    return voxels.length;
  }

  /**
   * The length of a response.
   *
   * @return voxels
   */
  public int voxelCount() {
    return voxels[0].length;
  }

  /**
   * One response.
   *
   * @param repeat 0 to {@link #repeats()} - 1
   * @return {@code [voxels]}, a copy
   * @throws IndexOutOfBoundsException if there is no such repeat
   */
  public float[] voxels(int repeat) {
    return response(repeat).clone();
  }

  private float[] response(int repeat) {
    if (repeat < 0 || repeat >= voxels.length) {
      throw new IndexOutOfBoundsException(
          "repeat " + repeat + ": sample " + key() + " has the repeats 0 to " + (repeats() - 1));
    }
    return voxels[repeat];
  }

  /**
   * The mean of the stored responses, as used in evaluation. Summed in float64, one rounding to
   * float32.
   *
   * @return {@code [voxels]}, a new array
   */
  public float[] meanVoxels() {
    float[] mean = new float[voxelCount()];
    copyMeanVoxels(mean, 0);
    return mean;
  }

  /**
   * Writes one response into a larger array.
   *
   * @param repeat 0 to {@link #repeats()} - 1
   * @param target receives {@link #voxelCount()} values
   * @param offset where the first one goes
   * @throws IndexOutOfBoundsException if there is no such repeat, or the values do not fit
   */
  public void copyVoxels(int repeat, float[] target, int offset) {
    System.arraycopy(response(repeat), 0, target, offset, voxelCount());
  }

  /**
   * Some of the responses as they are stored in a file.
   *
   * @param first of them, from 0
   * @param count how many
   * @param type {@link ElementType#FLOAT32}, or {@link ElementType#FLOAT16} of half the size
   * @return {@code [count, voxels]}
   * @throws MalformedSampleException if a response is too large for 16 bits; names it
   * @throws IndexOutOfBoundsException if there are not so many
   * @throws IllegalArgumentException if it is another type
   */
  public HeapArray stored(int first, int count, ElementType type) {
    Objects.checkFromIndexSize(first, count, repeats());
    if (Objects.requireNonNull(type, "type") != ElementType.FLOAT16
        && type != ElementType.FLOAT32) {
      throw new IllegalArgumentException("responses are FLOAT16 or FLOAT32, not " + type);
    }
    int width = voxelCount();
    float[] values = new float[Math.multiplyExact(count, width)];
    for (int i = 0; i < count; i++) {
      copyVoxels(first + i, values, i * width);
    }
    if (type == ElementType.FLOAT32) {
      return HeapArray.ofFloats(values, count, width);
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(Half.toFloat(Half.fromFloat(values[i])))) {
        throw origin.malformed(
            VOXELS,
            "values a 16-bit float can hold (or ElementType.FLOAT32)",
            values[i] + " at repeat " + (first + i / width) + ", voxel " + i % width);
      }
    }
    return HeapArray.ofHalves(values, count, width);
  }

  /**
   * Writes {@link #meanVoxels()} into a larger array.
   *
   * @param target receives {@link #voxelCount()} values
   * @param offset where the first one goes
   */
  public void copyMeanVoxels(float[] target, int offset) {
    for (int voxel = 0; voxel < voxelCount(); voxel++) {
      double sum = 0;
      for (float[] response : voxels) {
        sum += response[voxel];
      }
      target[offset + voxel] = (float) (sum / voxels.length);
    }
  }

  /**
   * The image's number.
   *
   * @return 0-based among the 73 000 images of the Natural Scenes Dataset
   */
  public long cocoId() {
    return cocoId;
  }

  /**
   * The numbers of the trials the responses come from, as the file gives them.
   *
   * @return a copy
   */
  public long[] trialIds() {
    return trialIds.clone();
  }

  /**
   * How many of the stored responses are different presentations; the others are copies.
   *
   * @return at least 1
   */
  public int distinctRepeats() {
    return distinctRepeats;
  }

  @Override
  public String toString() {
    return "Trial "
        + key()
        + " (coco "
        + cocoId
        + ", "
        + repeats()
        + "x"
        + Plural.of(voxelCount(), "voxel")
        + ", "
        + image
        + ")";
  }
}
