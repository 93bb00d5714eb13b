// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.TrialImage;
import org.mindeye.data.hdf5.Hdf5Dataset;
import org.mindeye.data.hdf5.Hdf5File;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The pictures: {@code nsd_stimuli.hdf5}, of 39.6 GB, from which each is read when its pixels are
 * asked for. Safe for concurrent use.
 */
public final class StimulusImages implements AutoCloseable {
  private static final String DATASET = "imgBrick";
  private static final int CHANNELS = 3;
  private static final int LARGEST_SIDE = 4096;

  private final Hdf5File file;
  private final Hdf5Dataset bricks;

  private StimulusImages(Hdf5File file, Hdf5Dataset bricks) {
    this.file = file;
    this.bricks = bricks;
  }

  /**
   * Opens the file.
   *
   * @param path with the dataset {@code imgBrick}, {@code [pictures, height, width, 3]} of bytes
   * @return the pictures, to be closed by the caller
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is damaged, or if the dataset has another form
   */
  public static StimulusImages open(Path path) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      Hdf5File file = opened.add(Hdf5File.open(path));
      Hdf5Dataset bricks = file.dataset(DATASET);
      long[] axes = bricks.shape().axes();
      boolean pictures =
          bricks.type() == ElementType.UINT8
              && axes.length == 4
              && axes[3] == CHANNELS
              && Math.min(axes[1], axes[2]) > 0
              && Math.max(axes[1], axes[2]) <= LARGEST_SIDE;
      if (!pictures) {
        throw new MalformedFileException(
            bricks.place(),
            "UINT8 of [pictures, height, width, 3]",
            bricks.type() + " of " + bricks.shape());
      }
      return opened.done(new StimulusImages(file, bricks));
    }
  }

  /** The path of the file. */
  String source() {
    return file.source();
  }

  /**
   * How many pictures there are.
   *
   * @return 73 000 in the published file
   */
  public int count() {
    return (int) Math.min(Integer.MAX_VALUE, bricks.shape().get(0));
  }

  /**
   * A picture, of which nothing is read yet.
   *
   * @param id its number
   * @return a reference, as long as this file is open
   * @throws MalformedFileException if the file has fewer pictures
   */
  public TrialImage image(NsdId id) {
    if (id.value() >= count()) {
      throw new MalformedFileException(
          bricks.place(), "a picture for " + id, count() + " of them, counted from 0");
    }
    int height = (int) bricks.shape().get(1);
    int width = (int) bricks.shape().get(2);
    return RawImage.reading(
        new SampleOrigin(file.source(), id.toString()), height, width, () -> read(id));
  }

  private byte[] read(NsdId id) {
    HeapArray picture = bricks.rows(id.value(), id.value() + 1L);
    byte[] pixels = new byte[picture.size()];
    picture.bytes().get(pixels);
    return pixels;
  }

  /** Releases the file. Closing twice is harmless. */
  @Override
  public void close() {
    file.close();
  }

  @Override
  public String toString() {
    return file.source() + ": " + bricks;
  }
}
