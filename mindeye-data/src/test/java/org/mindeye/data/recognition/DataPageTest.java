// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.recognition;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.preparation.Preparation;
import org.mindeye.data.preparation.PreparationConfig;
import org.mindeye.data.preparation.PreparationListener;
import org.mindeye.testkit.RawNsdTree;

/** What the page on data quotes. */
class DataPageTest {
  @TempDir private Path folder;

  // snippet: open
  static int each(Path folder, int subject, Consumer<float[]> use) throws IOException {
    try (SubjectSource data = Recognition.open(folder, subject);
        TrialSource test = data.trials(Split.TEST)) {
      for (Trial trial : test) {
        use.accept(trial.meanVoxels()); // trial.image() is what was seen
      }
      return data.voxels();
    }
  }

  // end: open

  // snippet: prepare
  static Map<Split, Long> prepare(Path published, int subject, Path out) throws IOException {
    try (SubjectSource data = Recognition.open(published, subject)) {
      return Preparation.into(data, out, PreparationConfig.DEFAULT).run(PreparationListener.NONE);
    }
  }

  // end: prepare

  @Test
  void should_do_what_the_page_says() throws IOException {
    Path raw = RawNsdTree.in(folder.resolve("raw"));
    Path out = Files.createDirectory(folder.resolve("out"));

    assertThat(prepare(raw, RawNsdTree.SUBJECT, out)).containsEntry(Split.TEST, 8L);

    int[] count = {0};
    for (Path data : new Path[] {raw, out}) {
      assertThat(each(data, RawNsdTree.SUBJECT, voxels -> count[0] += voxels.length))
          .isEqualTo(RawNsdTree.VOXELS);
    }
    assertThat(count[0]).isEqualTo(2 * 8 * RawNsdTree.VOXELS);
  }
}
