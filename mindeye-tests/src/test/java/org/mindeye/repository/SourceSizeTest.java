// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The typical file stays short; Checkstyle watches over the longest. */
class SourceSizeTest {
  private static final int MEDIAN_FILE = 90;

  @Test
  void should_keep_the_median_file_short() {
    List<Integer> lines =
        Repository.mainSources().stream()
            .filter(file -> !file.isPackageInfo())
            .map(SourceFile::lines)
            .sorted()
            .toList();

    assertThat(lines).hasSizeGreaterThan(40);
    assertThat(lines.get(lines.size() / 2)).isBetween(10, MEDIAN_FILE);
  }
}
