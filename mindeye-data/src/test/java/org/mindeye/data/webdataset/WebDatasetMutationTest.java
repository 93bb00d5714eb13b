// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mindeye.data.MutationTestCase;
import org.mindeye.data.Split;
import org.mindeye.data.TestTrials;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.formats.tensor.ElementType;

/**
 * Shards ({@link TarSampleReader}), samples as files ({@link SampleFolder}) and metadata ({@link
 * DatasetTotals}).
 */
class WebDatasetMutationTest extends MutationTestCase {
  private static final ReaderConfig CONFIG = ReaderConfig.of(TestTrials.VOXELS);

  private static void readShard(Path file) throws Exception {
    String name = file.getFileName().toString();
    try (TrialSource trials = NsdWebDataset.open(file.getParent(), name, Split.TRAIN, CONFIG)) {
      trials.forEach(trial -> trial.image().toFloats());
    }
    ShardContents.read(file);
  }

  private static void readSample(Path file) throws Exception {
    try (TrialSource trials = SampleFolder.open(file.getParent(), Split.TRAIN, CONFIG)) {
      trials.forEach(trial -> trial.image().toFloats());
    }
  }

  private static Path sound(Path folder, String name, byte[] content) throws IOException {
    return Files.write(Files.createDirectories(folder.resolve("sound")).resolve(name), content);
  }

  private static Path shard(Path folder) throws IOException {
    byte[] tar = new TarBuilder().sample(TestTrials.trial(1)).sample(TestTrials.trial(2)).bytes();
    return sound(folder, "train_subj09_0.tar", tar);
  }

  /** The members of a sample that are arrays of NumPy. */
  private static List<Path> members(Path folder) throws IOException {
    Trial trial = TestTrials.trial(1);
    List<Path> arrays = new ArrayList<>();
    for (Map.Entry<String, byte[]> member :
        new SampleEncoder(ElementType.FLOAT16).encode(trial).entrySet()) {
      String name = trial.key() + "." + member.getKey();
      Files.write(folder.resolve(name), member.getValue());
      if (name.endsWith(".npy")) {
        arrays.add(sound(folder, name, member.getValue()));
      }
    }
    return arrays;
  }

  private static Path metadata(Path folder) throws IOException {
    Map<Split, Long> totals = Map.of(Split.TRAIN, 8559L, Split.VALIDATION, 300L, Split.TEST, 982L);
    return sound(folder, "metadata_subj09.json", new DatasetTotals(totals).encode());
  }

  @Override
  protected List<Format> formats() {
    return List.of(
        new Format("shard", folder -> List.of(shard(folder)), WebDatasetMutationTest::readShard),
        new Format("members", WebDatasetMutationTest::members, WebDatasetMutationTest::readSample),
        new Format("metadata", folder -> List.of(metadata(folder)), DatasetTotals::read));
  }
}
