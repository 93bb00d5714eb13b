// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gallery of a million vectors, some 20 minutes of two processors. */
@Tag("slow")
class MillionVectorsTest {
  private static final Pattern STANDARD =
      Pattern.compile("\\| graph, one by one \\| 128 \\| ([0-9.]+) \\|");

  @TempDir private Path folder;

  @Test
  void should_find_nearly_all_with_the_standard_settings() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    assertThat(RecallTable.run(out, System.err, "1000000", folder.toString())).isZero();
    String table = bytes.toString(StandardCharsets.UTF_8);
    assertThat(number(STANDARD, table)).as(table).isGreaterThanOrEqualTo(0.99);
  }

  private static double number(Pattern of, String table) {
    Matcher matcher = of.matcher(table);
    assertThat(matcher.find()).as(table).isTrue();
    return Double.parseDouble(matcher.group(1));
  }
}
