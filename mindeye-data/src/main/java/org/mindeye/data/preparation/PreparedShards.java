// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.preparation;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.webdataset.WebDatasetWriter;

/** A web-dataset: finished shards wait in the folder of unfinished work. */
final class PreparedShards implements Layout {
  private final WebDatasetWriter writer;
  private final EncodedImage.Format pictures;
  private final Map<Split, Long> numbers = new EnumMap<>(Split.class);

  PreparedShards(WebDatasetWriter writer, EncodedImage.Format pictures) {
    this.writer = writer;
    this.pictures = pictures;
  }

  @Override
  public boolean add(Split split, Trial trial) throws IOException {
    long number = numbers.merge(split, 1L, Long::sum) - 1;
    if (writer.skip(split)) {
      return true;
    }
    float[][] voxels = new float[trial.repeats()][];
    Arrays.setAll(voxels, trial::voxels);
    writer.add(
        split,
        new Trial(
            new SampleOrigin(trial.origin().shard(), WebDatasetWriter.key(number)),
            Layout.stored(trial.image(), pictures),
            voxels,
            trial.cocoId(),
            trial.trialIds(),
            trial.distinctRepeats()));
    return false;
  }

  @Override
  public void end(Split split) throws IOException {
    writer.end(split);
  }

  @Override
  public void commit() throws IOException {
    writer.commit();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
