// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Subject;
import org.mindeye.data.Trial;
import org.mindeye.data.webdataset.NsdWebDataset;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.data.webdataset.WriterConfig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One shard of samples as large as subject 1's to trials: tar, 16-bit voxels, image header. Pixels
 * are not decoded. The operating system has the file in memory.
 */
public class WebDatasetRead extends MindEyeBenchmark {
  /** About what a published 425x425 JPEG takes. */
  static final int IMAGE_BYTES = 60_000;

  static final int REPEATS = 3;

  /** As many as subject 1 has. */
  static final int VOXELS = Subject.SUBJ01.voxels();

  private static final int SUBJECT = 1;

  @Param({"10", "500"})
  int samples;

  private ScratchFolder folder;
  private NsdWebDataset dataset;

  /** Creates the benchmark; JMH fills in the parameters. */
  public WebDatasetRead() {}

  /**
   * Writes the shard; compares the last sample.
   *
   * @throws IOException if the disk refuses
   */
  @Setup
  public void setUp() throws IOException {
    folder = ScratchFolder.create();
    NoiseSource noise = NoiseSource.seeded(SEED);
    Trial last = null;
    try (WebDatasetWriter writer =
        WebDatasetWriter.create(folder.path(), SUBJECT, WriterConfig.DEFAULT)) {
      for (int i = 0; i < samples; i++) {
        last = trial(i, noise);
        writer.add(Split.TEST, last);
      }
      writer.commit();
    }
    dataset = NsdWebDataset.open(folder.path(), SUBJECT, Split.TEST, ReaderConfig.of(VOXELS));
    Check.near("file size", shardBytes(), Work.shardBytes(samples), 0);
    Trial read = read();
    Check.near("image number", read.cocoId(), samples - 1, 0);
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      int different = Arrays.mismatch(last.voxels(repeat), read.voxels(repeat));
      Check.near("index of the first wrong voxel", different, -1, 0);
    }
  }

  private long shardBytes() throws IOException {
    return Files.size(dataset.shards().get(0));
  }

  /** Voxels are multiples of 1/64 within ±4, which 16 bits hold exactly. */
  private static Trial trial(int number, NoiseSource noise) {
    SampleOrigin origin = SampleOrigin.memory(WebDatasetWriter.key(number));
    BufferedImage gray = new BufferedImage(425, 425, BufferedImage.TYPE_INT_RGB);
    // Whatever follows the end of a JPEG is not looked at: all samples get the same size.
    byte[] jpeg = Arrays.copyOf(EncodedImage.jpeg(origin, gray, 0.9f).bytes(), IMAGE_BYTES);
    float[][] voxels = new float[REPEATS][VOXELS];
    for (float[] response : voxels) {
      noise.uniform(response);
      for (int i = 0; i < VOXELS; i++) {
        response[i] = Math.round(512 * response[i] - 256) / 64f;
      }
    }
    return new Trial(
        origin,
        EncodedImage.of(origin, jpeg, ImageLimits.DEFAULT),
        voxels,
        number,
        new long[] {3L * number, 3L * number + 1, 3L * number + 2},
        REPEATS);
  }

  /**
   * One shard.
   *
   * @return the last trial; the reader has checked that all were there
   */
  @Benchmark
  public Trial read() {
    Trial last = null;
    for (Trial trial : dataset) {
      last = trial;
    }
    return last;
  }

  /**
   * Deletes the shard.
   *
   * @throws IOException if the disk refuses
   */
  @TearDown
  public void close() throws IOException {
    dataset.close();
    folder.close();
  }
}
