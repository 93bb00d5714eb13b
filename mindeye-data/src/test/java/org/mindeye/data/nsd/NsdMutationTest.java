// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.data.Mutants;

/** Tables with random errors are read or refused, and nothing else. */
class NsdMutationTest {
  private enum Table {
    DESIGN(NsdTree.DESIGN, NsdDesign::read),
    STIMULI(NsdTree.STIMULI, StimulusTable::read),
    RESPONSES(NsdTree.RESPONSES, BehaviorTable::read),
    PICTURES(
        NsdTree.PICTURES,
        file -> {
          try (StimulusImages images = StimulusImages.open(file)) {
            images.image(new NsdId(images.count() / 2)).content();
          }
        });

    private final Path file;
    private final Mutants.Reader reader;

    Table(String name, Mutants.Reader reader) {
      file = NsdTree.file(name);
      this.reader = reader;
    }
  }

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void should_read_or_refuse_2000_changed_files(Table table) throws Exception {
    new Mutants(folder, table.reader).attempt(List.of(table.file), 2000, 1);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("slow")
  @Timeout(value = 90, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void should_read_or_refuse_100000_changed_files(Table table) throws Exception {
    new Mutants(folder, table.reader).attempt(List.of(table.file), 100_000, 2);
  }
}
