// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A class that opens files is named by a mutation test, which damages them. */
class EveryReaderTest {
  private static final Pattern OPENS =
      Pattern.compile(
          "Files\\.(readAllBytes|readString|newInputStream|newBufferedReader|newByteChannel)\\("
              + "|FileChannel\\.open\\(|\\b(Hdf5File|NpyFile|VolumeFile)\\.open\\("
              + "|\\bNpy\\.read\\(|NumpyObjects\\.read\\(");

  /** What is read by them is damaged under another name, or is their own. */
  private static final Set<String> OTHERS =
      Set.of(
          "Preparation", // reads its own note and ratios
          "PictureSums", // reads what it wrote
          "NsdData", // reads ratios as VolumeFile does
          "VolumeSummary", // is used by FileDescriber
          "BetaSession", // opens what others read
          "HdfBetas"); // is GlmSingle's and MindEye2Data's

  private static List<Path> sources(String root) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(root))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> readers() throws IOException {
    return sources("src/main/java").stream()
        .filter(file -> OPENS.matcher(text(file)).find())
        .map(file -> file.getFileName().toString().replace(".java", ""))
        .collect(Collectors.toSet());
  }

  @Test
  void should_be_damaged() throws IOException {
    String tests =
        sources("src/test/java").stream()
            .filter(file -> file.toString().endsWith("MutationTest.java"))
            .map(EveryReaderTest::text)
            .collect(Collectors.joining());
    Set<String> readers = readers();
    assertThat(readers).hasSizeGreaterThan(15).containsAll(OTHERS);
    assertThat(readers)
        .filteredOn(name -> !OTHERS.contains(name))
        .allMatch(name -> Pattern.compile("\\b" + name + "\\b").matcher(tests).find());
  }
}
