// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.data.Fixtures;
import org.mindeye.data.hdf5.Hdf5File;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

class BetaSessionTest {
  private static final Path FILE = Fixtures.file("betas/pieces.hdf5");

  private static BetaFileConfig config(String dataset, boolean last) {
    return BetaFileConfig.paper()
        .withDataset(dataset, last ? BetaAxes.TRIALS_LAST : BetaAxes.TRIALS_FIRST);
  }

  /** However the file is cut, a voxel's responses are those a reader of the whole finds. */
  @ParameterizedTest
  @CsvSource({
    "voxels, false",
    "contiguous, false",
    "planes, false",
    "blocks, false",
    "uneven, false",
    "vertices, false",
    "last_contiguous, true",
    "last_blocks, true",
    "last_vertices, true"
  })
  void should_read_every_layout_alike(String name, boolean last) throws IOException {
    HeapArray whole;
    try (Hdf5File open = Hdf5File.open(FILE)) {
      whole = open.dataset(name).read();
    }
    boolean flat = whole.shape().length == 2;
    Random random = new Random(11);
    for (long buffer : new long[] {1 << 16, 1 << 20}) {
      BetaSession session = BetaSession.open(FILE, config(name, last).withBufferBytes(buffer));
      VolumeGrid grid = session.grid();
      assertThat(grid).isEqualTo(flat ? new VolumeGrid(60, 1, 1) : new VolumeGrid(5, 4, 3));
      assertThat(session.trials()).isEqualTo(11);
      int[] voxels = random.ints(0, grid.voxels()).distinct().limit(25).toArray();
      float[][] read = session.read(voxels);
      long[] numbers = whole.toLongs();
      for (int trial = 0; trial < 11; trial++) {
        for (int i = 0; i < voxels.length; i++) {
          int x = voxels[i] % grid.width();
          int y = voxels[i] / grid.width() % grid.height();
          int z = voxels[i] / grid.width() / grid.height();
          int at =
              last
                  ? ((x * grid.height() + y) * grid.depth() + z) * 11 + trial
                  : ((trial * grid.depth() + z) * grid.height() + y) * grid.width() + x;
          assertThat(read[trial][i]).isEqualTo((float) (numbers[at] / 300.0));
        }
      }
    }
  }

  @Test
  void should_divide_integers_by_300_unless_the_file_scales_them() throws IOException {
    BetaSession integers =
        BetaSession.open(Fixtures.file("volume/series.nii.gz"), BetaFileConfig.paper());
    BetaSession floats =
        BetaSession.open(Fixtures.file("volume/written_by_nibabel.nii.gz"), BetaFileConfig.paper());
    BetaSession scaled =
        BetaSession.open(Fixtures.file("volume/scaled.nii"), BetaFileConfig.paper());
    float[] scaledValues = Fixtures.arrays("volume/expected.npz").get("scaled.values").toFloats();
    assertThat(integers.trials()).isEqualTo(6);
    assertThat(integers.read(new int[] {7})[2][0])
        .isEqualTo((float) (floats.read(new int[] {7})[2][0] / 300.0));
    assertThat(scaled.read(new int[] {7})[0][0]).isEqualTo(scaledValues[7]);
  }

  @Test
  void should_name_the_trial_without_a_response_when_it_alone_is_read(@TempDir Path folder)
      throws IOException {
    float[] betas = Fixtures.arrays("mindeye2/expected.npz").get("betas1").toFloats();
    byte[] bytes =
        Files.readAllBytes(Fixtures.file("mindeye2/tree/betas_all_subj01_fp32_renorm.hdf5"));
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (file.getFloat(at) != betas[7 * 5 + 3] || file.getFloat(at + 4) != betas[7 * 5 + 4]) {
      at++;
    }
    file.putFloat(at, Float.NaN);
    Path damaged = Files.write(folder.resolve("betas.hdf5"), bytes);
    BetaSession rows = BetaSession.open(damaged, BetaFileConfig.paper());
    assertThat(rows.hasTrialsTogether()).isTrue();
    int[] all = {0, 1, 2, 3, 4};
    String message = "found NaN at trial 7, voxel (x 3, y 0, z 0), the first of 1 such value";
    assertThatThrownBy(() -> rows.read(7, all)).hasMessageContaining(message);
    assertThatThrownBy(() -> rows.read(all)).hasMessageContaining(message);
    BetaSession memory = BetaSession.ofRows("rows", new float[][] {{1}, {Float.NaN}});
    assertThatThrownBy(() -> memory.read(1, new int[1])).hasMessageContaining("NaN at trial 1,");
    assertThatThrownBy(() -> memory.read(2, new int[1]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void should_refuse_other_axes() {
    for (String name : new String[] {"line", "cube"}) {
      assertThatThrownBy(() -> BetaSession.open(FILE, config(name, false)))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("dataset '" + name + "': expected betas of [trials, z, y, x] or ");
      assertThatThrownBy(() -> BetaSession.open(FILE, config(name, true)))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("expected betas of [x, y, z, trials] or [vertices, trials] but");
    }
    assertThatThrownBy(() -> BetaSession.of("array", HeapArray.ofFloats(new float[3], 3)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            "array: expected betas of [x, y, z, trials] or [vertices, trials] but found (3)");
    assertThatThrownBy(() -> BetaSession.open(FILE, BetaFileConfig.paper()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected a dataset 'betas' but found only blocks, ");
  }

  @Test
  void should_refuse_settings_out_of_range() {
    assertThatThrownBy(() -> new BetaFileConfig("betas", BetaAxes.TRIALS_FIRST, 0, 1 << 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("integersPerPercent must be positive but was 0.0");
    assertThatThrownBy(() -> BetaFileConfig.paper().withBufferBytes(7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bufferBytes must be 65536 or more but was 7");
  }
}
