// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The poms agree where Maven lets them differ. */
class BuildTest {
  /** Modules that no other project depends on. */
  private static final List<String> NOT_PUBLISHED =
      List.of(
          "mindeye-bom",
          "mindeye-testkit",
          "mindeye-examples",
          "mindeye-cli",
          "mindeye-tests",
          "mindeye-bench");

  private static final String[] PROCESSOR_VERSION = {
    "build", "plugins", "plugin", "configuration", "annotationProcessorPaths", "path", "version"
  };

  private final Pom root = Pom.of(Repository.root());
  private final Pom bom = Pom.of(Repository.root().resolve("mindeye-bom"));

  @Test
  void should_list_every_library_in_the_bom() {
    List<String> libraries =
        root.texts("modules", "module").stream()
            .filter(module -> !NOT_PUBLISHED.contains(module))
            .toList();

    assertThat(libraries).hasSizeGreaterThan(5);
    assertThat(bom.texts("dependencyManagement", "dependencies", "dependency", "artifactId"))
        .containsExactlyInAnyOrderElementsOf(libraries);
    assertThat(bom.texts("dependencyManagement", "dependencies", "dependency", "version"))
        .containsOnly("${project.version}");
  }

  @Test
  void should_import_the_bom_nowhere() {
    // What "-pl one-module -am install" leaves in a repository resolves without it.
    assertThat(root.texts("dependencyManagement", "dependencies", "dependency", "artifactId"))
        .doesNotContain("mindeye-bom");
  }

  @Test
  void should_name_every_module_after_its_artifact() {
    for (Path module : Repository.modules()) {
      String artifact = module.getFileName().toString();
      assertThat(Pom.of(module).texts("artifactId")).containsExactly(artifact);
      if (!artifact.equals("mindeye-bom")) {
        assertThat(Pom.of(module).texts("properties", "module.name"))
            .as("Automatic-Module-Name of %s", artifact)
            .containsExactly("org." + artifact.replace('-', '.'));
      }
    }
  }

  @Test
  void should_leave_all_versions_to_the_root() {
    for (Path module : Repository.modules()) {
      assertThat(Pom.of(module).texts("dependencies", "dependency", "version"))
          .as("versions in %s", module.getFileName())
          .isEmpty();
      assertThat(Pom.of(module).texts(PROCESSOR_VERSION))
          .as("versions of annotation processors in %s", module.getFileName())
          .isEmpty();
    }
    assertThat(root.texts("properties", "jmh.version")).hasSize(1);
  }

  @Test
  void should_put_the_terms_of_use_into_every_jar() {
    for (Path module : Repository.modules()) {
      if (Files.isDirectory(module.resolve("src/main/java"))) {
        assertThat(module.resolve("target/classes/META-INF"))
            .isDirectoryContaining("glob:**/LICENSE")
            .isDirectoryContaining("glob:**/NOTICE");
      }
    }
  }

  @Test
  void should_deploy_libraries_only() {
    for (Path module : Repository.modules()) {
      String artifact = module.getFileName().toString();
      boolean published = artifact.equals("mindeye-bom") || !NOT_PUBLISHED.contains(artifact);
      assertThat(Pom.of(module).texts("properties", "maven.deploy.skip"))
          .as("maven.deploy.skip of %s", artifact)
          .isEqualTo(published ? List.of() : List.of("true"));
    }
  }

  @Test
  void should_build_the_command_without_the_benchmarks() {
    assertThat(
            Pom.of(Repository.root().resolve("mindeye-cli"))
                .texts("dependencies", "dependency", "artifactId"))
        .contains("mindeye-training")
        .doesNotContain("mindeye-bench");
  }

  /** The nearest pom decides: a scope of "test" takes away what comes with a library. */
  @Test
  void should_take_nothing_away_from_its_libraries() {
    for (Path module : Repository.modules()) {
      Pom pom = Pom.of(module);
      Set<String> taken = new HashSet<>(artifacts(pom, true));
      taken.retainAll(needed(pom));
      assertThat(taken).as("test scope in %s", module.getFileName()).isEmpty();
    }
  }

  /** What comes with the modules that one is made of. */
  private static Set<String> needed(Pom module) {
    Set<String> needed = new HashSet<>();
    for (String artifact : artifacts(module, false)) {
      if (artifact.startsWith("mindeye-")) {
        Pom library = Pom.of(Repository.root().resolve(artifact));
        needed.addAll(artifacts(library, false));
        needed.addAll(needed(library));
      }
    }
    return needed;
  }

  private static List<String> artifacts(Pom module, boolean test) {
    return module.elements("dependencies", "dependency").stream()
        .filter(dependency -> Pom.text(dependency, "scope").equals("test") == test)
        .map(dependency -> Pom.text(dependency, "artifactId"))
        .toList();
  }
}
