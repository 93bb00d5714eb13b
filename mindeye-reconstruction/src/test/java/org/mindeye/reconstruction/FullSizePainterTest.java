// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.testkit.PeakMemory;
import org.mindeye.testkit.PublishedWeights.Form;

/**
 * A folder with the published names and sizes, and pictures of 512 x 512 pixels from it in float32.
 * Its 3.8 GB go to the temporary folder, or to that of the system property {@code
 * mindeye.full-size-folder}.
 */
@Tag("full-size")
class FullSizePainterTest {
  private static final long DISK = 8L << 30;
  private static final long NEEDED = 10L << 30;
  private static final long LIMIT = 12L << 30;
  private static final long FURTHER = 3L << 30;

  private static long parameters(StateDict opened) {
    try (opened) {
      return opened.names().stream().map(opened::info).mapToLong(TensorInfo::size).sum();
    }
  }

  @Test
  void should_paint_at_the_published_size_in_twelve_gibibytes() throws Exception {
    assumeTrue(PeakMemory.isKnown(), "the peak of the resident memory is not known here");
    MemoryBudget budget = MemoryBudget.of(Device.cpu());
    assumeTrue(budget.allows(NEEDED), "needs 10 GiB of free memory, there are " + budget);
    Path base =
        Path.of(
            System.getProperty("mindeye.full-size-folder", System.getProperty("java.io.tmpdir")));
    assumeTrue(Files.getFileStore(base).getUsableSpace() > DISK, base + " lacks 8 GiB");
    Path folder = Files.createTempDirectory(base, "painter");
    try {
      PainterFiles.published().write(folder, Form.SAFETENSORS);
      requirePublished(DiffusersFolder.open(folder));
      long one = PeakMemory.measure(folder, PaintingPeak.class, folder.toString(), "1");
      long two = PeakMemory.measure(folder, PaintingPeak.class, folder.toString(), "2");
      System.out.printf(Locale.ROOT, "peak for one picture %d bytes, for two %d%n", one, two);
      assertThat(one).as("peak for one picture, two: " + two).isLessThan(LIMIT);
      assertThat(two - one).as("peak for one more than " + one).isLessThan(FURTHER);
    } finally {
      Folders.delete(folder);
    }
  }

  private static void requirePublished(DiffusersFolder opened) throws IOException {
    assertThat(opened.unet()).isEqualTo(ConditionalUnetConfig.versatileDiffusion());
    assertThat(opened.autoencoder()).isEqualTo(AutoencoderConfig.stableDiffusion());
    assertThat(parameters(opened.unetWeights().open())).isEqualTo(859_520_964L);
    assertThat(parameters(opened.autoencoderWeights().open())).isEqualTo(83_653_863L);
  }
}
