// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** What the pages tell a build to take is what this build makes and runs on. */
class DependencyBlocksTest {
  private static final Pattern COORDINATES = Pattern.compile("\"([\\w.]+:[\\w.:${}-]+)\"");

  private final Pom root = Pom.of(Repository.root());
  private final Map<String, String> versions =
      Map.of(
          "mindeye-bom", root.texts("version").get(0),
          "pytorch-jni", property("libtorch.version") + "-" + property("djl.version"),
          "pytorch-native-cpu", property("libtorch.version"));
  private final List<String> bom =
      Pom.of(Repository.root().resolve("mindeye-bom"))
          .texts("dependencyManagement", "dependencies", "dependency", "artifactId");

  @TempDir private Path folder;

  private String property(String name) {
    return root.texts("properties", name).get(0);
  }

  /** Every block of XML that is part of a pom. */
  private List<Pom> poms() throws IOException {
    List<Pom> poms = new ArrayList<>();
    for (Page page : Page.all()) {
      for (Page.Block block : page.blocks("xml")) {
        Files.writeString(folder.resolve("pom.xml"), "<project>" + block.code() + "</project>");
        poms.add(Pom.of(folder));
      }
    }
    return poms;
  }

  @Test
  void should_name_artefacts_and_versions_that_exist() throws IOException {
    List<Pom> poms = poms();
    List<Element> dependencies = new ArrayList<>();
    for (Pom pom : poms) {
      dependencies.addAll(pom.elements("dependencyManagement", "dependencies", "dependency"));
      dependencies.addAll(pom.elements("dependencies", "dependency"));
    }
    assertThat(dependencies).hasSizeGreaterThan(5);
    for (Element dependency : dependencies) {
      String name = Pom.text(dependency, "artifactId");
      if (versions.containsKey(name)) {
        assertThat(Pom.text(dependency, "version")).as(name).isEqualTo(versions.get(name));
      } else {
        assertThat(bom).contains(name);
        assertThat(Pom.text(dependency, "version")).as("version of " + name).isEmpty();
      }
    }
  }

  @Test
  void should_tell_gradle_the_same() {
    List<String> found =
        Page.all().stream()
            .flatMap(page -> page.blocks("kotlin").stream())
            .flatMap(block -> COORDINATES.matcher(block.code()).results())
            .map((MatchResult quoted) -> quoted.group(1))
            .toList();
    assertThat(found).hasSizeGreaterThan(3);
    for (String coordinates : found) {
      String[] parts = coordinates.split(":");
      if (versions.containsKey(parts[1])) {
        assertThat(parts[2]).as(coordinates).isEqualTo(versions.get(parts[1]));
      } else {
        assertThat(bom).contains(parts[1]);
        assertThat(parts).as(coordinates).hasSize(2);
      }
    }
  }

  @Test
  void should_know_the_platforms_of_this_build() throws IOException {
    List<String> platforms = new ArrayList<>();
    for (Pom pom : poms()) {
      platforms.addAll(pom.texts("profiles", "profile", "properties", "libtorch.platform"));
    }
    assertThat(platforms)
        .containsExactlyElementsOf(
            root.texts("profiles", "profile", "properties", "libtorch.classifier"));
  }
}
