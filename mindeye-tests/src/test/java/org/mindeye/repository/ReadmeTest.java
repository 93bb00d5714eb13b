// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the read-me tells a build to take is what this build makes and runs on. */
class ReadmeTest {
  private static final Pattern FENCE = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern SNIPPET = Pattern.compile("<!-- snippet: (\\S+)#");

  private final Pom root = Pom.of(Repository.root());
  private final String text = read();

  private static String read() {
    try {
      return Files.readString(Repository.root().resolve("README.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> blocks(String language) {
    return FENCE
        .matcher(text)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  private String property(String name) {
    return root.texts("properties", name).get(0);
  }

  @Test
  void should_name_versions_that_exist(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("pom.xml"), "<project>" + blocks("xml").get(0) + "</project>");
    Pom pom = Pom.of(folder);

    assertThat(pom.texts("dependencyManagement", "dependencies", "dependency", "version"))
        .isEqualTo(root.texts("version"));
    assertThat(pom.texts("dependencies", "dependency", "version"))
        .containsExactly(
            property("libtorch.version") + "-" + property("djl.version"),
            property("libtorch.version"));
  }

  @Test
  void should_know_the_platforms_of_this_build(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("pom.xml"), "<project>" + blocks("xml").get(0) + "</project>");

    assertThat(Pom.of(folder).texts("profiles", "profile", "properties", "libtorch.platform"))
        .containsExactlyElementsOf(
            root.texts("profiles", "profile", "properties", "libtorch.classifier"));
  }

  @Test
  void should_tell_gradle_the_same() {
    Map<String, String> versions =
        Map.of(
            "mindeye-bom", root.texts("version").get(0),
            "pytorch-jni", property("libtorch.version") + "-" + property("djl.version"),
            "pytorch-native-cpu", property("libtorch.version") + ":linux-x86_64");
    String gradle = blocks("kotlin").get(0);

    versions.forEach((name, version) -> assertThat(gradle).contains(name + ":" + version));
  }

  @Test
  void should_link_to_the_programs_it_quotes() {
    List<String> quoted =
        SNIPPET.matcher(text).results().map((MatchResult m) -> m.group(1)).distinct().toList();

    assertThat(quoted)
        .hasSizeGreaterThan(2)
        .allSatisfy(path -> assertThat(text).contains("](" + path + ")"));
  }
}
