package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Files and methods stay short. */
class SourceSizeTest {
  private static final int LONGEST_FILE = 500;
  private static final int MEDIAN_FILE = 120;
  private static final int LONGEST_METHOD = 60;

  private final List<SourceFile> sources =
      Repository.mainSources().stream().filter(file -> !file.isPackageInfo()).toList();

  @Test
  void should_keep_files_short() {
    assertThat(sources)
        .hasSizeGreaterThan(40)
        .allSatisfy(
            file ->
                assertThat(file.lines())
                    .as("lines of %s", file.typeName())
                    .isLessThanOrEqualTo(LONGEST_FILE));
  }

  @Test
  void should_keep_the_median_file_shorter() {
    int[] lines = sources.stream().mapToInt(SourceFile::lines).sorted().toArray();

    assertThat(lines[lines.length / 2]).isBetween(10, MEDIAN_FILE);
  }

  @Test
  void should_keep_methods_short() {
    Map<String, Long> lengths = new TreeMap<>();
    for (SourceFile file : sources) {
      MethodLengths.of(file.text())
          .forEach((method, lines) -> lengths.put(file.typeName() + "." + method, lines));
    }

    assertThat(lengths).hasSizeGreaterThan(200);
    assertThat(lengths)
        .allSatisfy(
            (method, lines) ->
                assertThat(lines).as("lines of %s", method).isLessThanOrEqualTo(LONGEST_METHOD));
  }

  @Test
  void should_count_all_kinds_of_methods() {
    String body = "x();\n".repeat(60);
    String source =
        """
        record R(int a) {
          static {
        BODY}
          R {
        BODY}
          /** Not counted. */
          @Override
          public String toString() { Runnable r = new Runnable() { public void run() {
        BODY}}; return "";
          }
          void one() {}
        }
        """
            .replace("BODY", body);

    assertThat(MethodLengths.of(source))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "initialiser:2", 62L,
                "<init>:64", 62L,
                "toString:127", 64L,
                "run:128", 62L,
                "one:191", 1L));
  }

  @Test
  void should_count_the_lines_of_a_file() {
    SourceFile self =
        new SourceFile(
            Repository.root().resolve("mindeye-examples/src/test/java"),
            Repository.root()
                .resolve(
                    "mindeye-examples/src/test/java/org/mindeye/repository/MethodLengths.java"));
    List<String> lines = self.text().lines().toList();

    assertThat(self.lines()).isEqualTo(lines.size());
    assertThat(IntStream.range(0, lines.size()).filter(i -> lines.get(i).equals("}")).max())
        .hasValue(self.lines() - 1);
    assertThat(self.typeName()).isEqualTo(MethodLengths.class.getName());
  }
}
