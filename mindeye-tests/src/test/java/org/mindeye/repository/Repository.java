// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The source tree this build runs in. */
public final class Repository {
  private Repository() {}

  /** The directory of the root pom. */
  public static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (directory != null && !Files.exists(directory.resolve("mindeye-bom/pom.xml"))) {
      directory = directory.getParent();
    }
    if (directory == null) {
      throw new IllegalStateException(
          "no directory above " + Path.of("").toAbsolutePath() + " holds mindeye-bom/pom.xml");
    }
    return directory;
  }

  /** The directories of all modules, in the order of the root pom. */
  public static List<Path> modules() {
    return Pom.of(root()).texts("modules", "module").stream().map(root()::resolve).toList();
  }

  /** All files below {@code src/main/java} of all modules. */
  public static List<SourceFile> mainSources() {
    return sources("src/main/java");
  }

  /** All files below {@code src/test/java} of all modules, and what supports the tests. */
  static List<SourceFile> testSources() {
    List<SourceFile> sources = sources("src/test/java");
    mainSources().stream()
        .filter(file -> file.typeName().startsWith("org.mindeye.testkit."))
        .forEach(sources::add);
    return sources;
  }

  private static List<SourceFile> sources(String place) {
    List<SourceFile> sources = new ArrayList<>();
    for (Path module : modules()) {
      Path folder = module.resolve(place);
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          files
              .filter(file -> file.toString().endsWith(".java"))
              .sorted()
              .forEach(file -> sources.add(new SourceFile(folder, file)));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return sources;
  }
}
