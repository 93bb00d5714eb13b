// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.mindeye2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Fixtures;
import org.mindeye.data.MutationTestCase;
import org.mindeye.data.Split;
import org.mindeye.data.TrialSource;

/**
 * {@link MindEye2Shard} up to its end ({@code TarEnd}), and the files of responses and pictures by
 * {@link MindEye2Data}.
 */
class MindEye2MutationTest extends MutationTestCase {
  private static final Path TREE = Fixtures.file("mindeye2/tree");

  private static void readShard(Path file) throws Exception {
    for (MindEye2Shard.Member member : MindEye2Shard.Member.values()) {
      MindEye2Shard.read(file, member);
    }
  }

  private static void readAll(Path file) throws Exception {
    try (MindEye2Data data = MindEye2Data.open(file.getParent(), 1, NoiseSource.seeded(1))) {
      for (Split split : data.splits()) {
        try (TrialSource trials = data.trials(split)) {
          trials.forEach(trial -> trial.image().content());
        }
      }
    }
  }

  /** One of the files, with the others beside it. */
  private static Format whole(String name, String file) {
    return new Format(
        name, folder -> List.of(copy(folder).resolve(file)), MindEye2MutationTest::readAll);
  }

  private static Path copy(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(TREE)) {
      for (Path each : (Iterable<Path>) files.skip(1)::iterator) {
        Files.copy(each, folder.resolve(TREE.relativize(each).toString()));
      }
    }
    return TREE;
  }

  @Override
  protected List<Format> formats() {
    return List.of(
        Format.of(
            "shard",
            MindEye2MutationTest::readShard,
            "mindeye2/tree/wds",
            "subj01/train/0.tar",
            "subj01/train/1.tar"),
        whole("responses", "betas_all_subj01_fp32_renorm.hdf5"),
        whole("pictures", "coco_images_224_float16.hdf5"));
  }
}
