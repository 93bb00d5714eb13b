// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.MutationTestCase;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.TestTrials;
import org.mindeye.data.TrialSource;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;

/**
 * {@link TextMatrix}, rows of a NumPy array ({@code NpyBetas}), and {@link TrialTable} with all
 * that lies beside it ({@link ResponseFiles}), read by {@code TextTable} in one of the {@code
 * Encodings}.
 */
class TableMutationTest extends MutationTestCase {
  private static final int TRIALS = 6;
  private static final int VOXELS = 4;

  private static void readTable(Path file) throws Exception {
    try (TrialTable data = TrialTable.open(file, 9)) {
      for (Split split : data.splits()) {
        try (TrialSource trials = data.trials(split)) {
          trials.readAll();
        }
      }
    }
  }

  private static void readRows(Path file) throws Exception {
    BetaSession rows = BetaSession.ofRows(file);
    rows.read(new int[] {0, rows.grid().voxels() - 1});
    rows.read(rows.trials() - 1, new int[] {0});
  }

  private static Path sound(Path folder, String name, List<String> lines) throws IOException {
    return Files.write(Files.createDirectories(folder.resolve("sound")).resolve(name), lines);
  }

  private static List<String> numbers(String delimiter) {
    List<String> lines = new ArrayList<>(List.of("v1,v2,v3,v4".replace(",", delimiter)));
    for (int trial = 0; trial < TRIALS; trial++) {
      int own = trial;
      lines.add(
          IntStream.range(0, VOXELS)
              .mapToObj(voxel -> String.valueOf((own - voxel) / 8f))
              .collect(Collectors.joining(delimiter)));
    }
    return lines;
  }

  private static Path array(Path file) throws IOException {
    float[] values = new float[TRIALS * VOXELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 8f;
    }
    Npy.write(file, HeapArray.ofFloats(values, TRIALS, VOXELS));
    return file;
  }

  /** A table whose damaged copy has pictures and responses beside it. */
  private static Path table(Path folder) throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    for (String name : List.of("a", "b", "c")) {
      EncodedImage png =
          EncodedImage.png(SampleOrigin.memory(name), TestTrials.pixels(name.charAt(0), 4, 4));
      Files.write(images.resolve(name + ".png"), png.bytes());
    }
    array(folder.resolve("voxels.npy"));
    return sound(
        folder,
        "trials.csv",
        List.of(
            "image,split,row,session,picture",
            "a.png,train,0,one,5",
            "b.png,train,1,one,6",
            "a.png,train,2,two,5",
            "b.png,train,3,two,6",
            "c.png,val,4,two,7",
            "c.png,validation,5,two,7"));
  }

  @Override
  protected List<Format> formats() {
    return List.of(
        new Format(
            "numbers as text",
            folder ->
                List.of(
                    sound(folder, "voxels.csv", numbers(",")),
                    sound(folder, "voxels.tsv", numbers("\t"))),
            TextMatrix::read),
        new Format(
            "rows of NumPy",
            folder -> List.of(array(folder.resolve("voxels.npy"))),
            TableMutationTest::readRows),
        new Format("trials", folder -> List.of(table(folder)), TableMutationTest::readTable));
  }
}
