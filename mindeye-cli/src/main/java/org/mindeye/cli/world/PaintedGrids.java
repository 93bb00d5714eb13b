// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.mindeye.core.pipeline.Pictures;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.training.RunFolder;
import org.mindeye.training.painter.PaintedListener;

/**
 * Pictures of what a painter has learned so far: each seen scene, and below it the painted one.
 *
 * @param folder where they go
 * @param epochs of the whole run
 * @param most how many are written, at most; one is that of the last epoch
 */
record PaintedGrids(Path folder, int epochs, int most) implements PaintedListener {
  private static final int COLUMNS = 8;
  private static final int GAP = 4;

  /** Where a run leaves them. */
  static Path in(RunFolder run) {
    return run.folder().resolve("painted");
  }

  @Override
  public void onPainted(int epoch, ImageBatch seen, ImageBatch painted) {
    if (isShown(epoch)) {
      write(epoch, grid(Pictures.of(seen), Pictures.of(painted)));
    }
  }

  boolean isShown(int epoch) {
    int every = (epochs + most - 1) / most;
    return (epochs - 1 - epoch) % every == 0;
  }

  private void write(int epoch, BufferedImage grid) {
    Path file = folder.resolve(String.format(Locale.ROOT, "epoch-%03d.png", epoch + 1));
    try {
      Files.createDirectories(folder);
      SampleOrigin origin = SampleOrigin.memory(file.getFileName().toString());
      StagedFile.write(file, EncodedImage.png(origin, grid).bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Rows of seen scenes, each with a row of painted ones below it. */
  static BufferedImage grid(List<BufferedImage> seen, List<BufferedImage> painted) {
    int width = seen.get(0).getWidth();
    int height = seen.get(0).getHeight();
    int columns = Math.min(COLUMNS, seen.size());
    int rows = (seen.size() + columns - 1) / columns;
    BufferedImage grid =
        new BufferedImage(
            columns * (width + GAP) - GAP,
            rows * (2 * height + GAP) - GAP,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = grid.createGraphics();
    for (int i = 0; i < seen.size(); i++) {
      int x = i % columns * (width + GAP);
      int y = i / columns * (2 * height + GAP);
      graphics.drawImage(seen.get(i), x, y, null);
      graphics.drawImage(painted.get(i), x, y + height, null);
    }
    graphics.dispose();
    return grid;
  }
}
