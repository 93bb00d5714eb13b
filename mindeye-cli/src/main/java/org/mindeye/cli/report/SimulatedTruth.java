// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mindeye.MindEyeException;
import org.mindeye.data.Trial;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.tensor.HeapArray;

/**
 * How a simulated brain would respond to the test pictures without noise, beside its data: {@code
 * coco_ids [pictures]} and {@code signal [pictures, voxels]} of deviation 1. Real data have no such
 * file.
 */
public final class SimulatedTruth {
  private static final String IDS = "coco_ids";
  private static final String SIGNAL = "signal";

  private SimulatedTruth() {}

  /**
   * The file's place.
   *
   * @param data the folder of the web-dataset
   * @param subject the number in its file names
   * @return where it is, if there is one
   */
  public static Path file(Path data, int subject) {
    return data.resolve(String.format(Locale.ROOT, "truth_subj%02d.npz", subject));
  }

  /**
   * Writes the file.
   *
   * @param file its place
   * @param ids of the test pictures
   * @param signal noise-free responses to them
   */
  public static void write(Path file, long[] ids, float[][] signal) throws IOException {
    int voxels = signal[0].length;
    float[] flat = new float[Math.multiplyExact(signal.length, voxels)];
    for (int i = 0; i < signal.length; i++) {
      System.arraycopy(signal[i], 0, flat, i * voxels, voxels);
    }
    Npz.write(
        file,
        Map.of(
            IDS, HeapArray.ofLongs(ids, ids.length),
            SIGNAL, HeapArray.ofFloats(flat, signal.length, voxels)));
  }

  /**
   * Reads the file.
   *
   * @param file its place
   * @param test whose pictures are looked for
   * @return noise-free responses in the order of the trials; empty if there is no such file
   * @throws MindEyeException if a picture is not in it, or the voxels are others
   */
  public static Optional<float[][]> read(Path file, List<Trial> test) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Map<String, HeapArray> arrays = Npz.read(file);
    if (!arrays.keySet().containsAll(List.of(IDS, SIGNAL))) {
      throw new MindEyeException(
          file
              + ": expected the arrays "
              + IDS
              + " and "
              + SIGNAL
              + " but found "
              + arrays.keySet());
    }
    long[] ids = arrays.get(IDS).toLongs();
    long[] shape = arrays.get(SIGNAL).shape();
    int voxels = test.get(0).voxelCount();
    if (shape.length != 2 || shape[0] != ids.length || shape[1] != voxels) {
      throw new MindEyeException(
          file
              + ": "
              + SIGNAL
              + ": expected ["
              + ids.length
              + ", "
              + voxels
              + "] but found "
              + Arrays.toString(shape));
    }
    Map<Long, Integer> rows = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      rows.put(ids[i], i);
    }
    float[] flat = arrays.get(SIGNAL).toFloats();
    float[][] signal = new float[test.size()][];
    for (int i = 0; i < signal.length; i++) {
      Integer row = rows.get(test.get(i).cocoId());
      if (row == null) {
        throw new MindEyeException(
            file
                + ": no noise-free response to the test picture "
                + test.get(i).cocoId()
                + "; it is of another simulation: remove it");
      }
      signal[i] = Arrays.copyOfRange(flat, row * voxels, (row + 1) * voxels);
    }
    return Optional.of(signal);
  }
}
