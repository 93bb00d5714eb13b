// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.retrieve;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;

/**
 * A brain response whose picture is looked for.
 *
 * @param name what it is called
 * @param voxels the response
 * @param seen the picture that was seen; null if unknown
 */
public record Query(String name, float[] voxels, Seen seen) {
  /**
   * A picture that was seen.
   *
   * @param cocoId its number
   * @param image the picture
   */
  public record Seen(long cocoId, TrialImage image) {}

  /**
   * The mean response to each picture of a split.
   *
   * @param trials of the split
   * @return one query per trial
   */
  public static List<Query> of(List<Trial> trials) {
    return trials.stream()
        .map(t -> new Query(t.key(), t.meanVoxels(), new Seen(t.cocoId(), t.image())))
        .toList();
  }

  /**
   * Each row of a file, or the file as one row.
   *
   * @param file an array, {@code [voxels]} or {@code [samples, voxels]}
   * @param voxels how many the model reads
   * @return one query per row
   * @throws IOException if the file cannot be read
   * @throws MindEyeException if it has other numbers of voxels, or no response
   */
  public static List<Query> read(Path file, int voxels) throws IOException {
    HeapArray array = Npy.read(file);
    long[] shape = array.shape();
    if (shape.length < 1 || shape.length > 2 || shape[shape.length - 1] != voxels) {
      throw new MindEyeException(
          String.format(
              Locale.ROOT,
              "%s: expected [voxels] or [samples, voxels] with %s, as the model reads, but"
                  + " found %s",
              file,
              Plural.of(voxels, "voxel"),
              Arrays.toString(shape)));
    }
    float[] all = array.toFloats();
    List<Query> queries = new ArrayList<>();
    for (int row = 0; row * voxels < all.length; row++) {
      float[] response = Arrays.copyOfRange(all, row * voxels, (row + 1) * voxels);
      queries.add(new Query("row " + row, response, null));
    }
    if (queries.isEmpty()) {
      throw new MindEyeException(file + ": expected at least one response but found none");
    }
    return queries;
  }
}
