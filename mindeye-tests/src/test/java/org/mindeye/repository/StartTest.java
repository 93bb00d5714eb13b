// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.MindEyeCommand;
import org.mindeye.repository.LaunchedTree.Result;

/** The launch script with the Java that runs this test, and the command in jars, as built. */
@DisabledOnOs(OS.WINDOWS)
class StartTest {
  private static final String MAIN = MindEyeCommand.class.getName();

  /** What Java's log says of a class out of an archive besides its own, and of others. */
  private static final String ARCHIVED = " source: shared objects file (top)";

  private static final String READ = " source: file:";

  @TempDir private Path temporary;
  private LaunchedTree tree;
  private Path classes;

  @BeforeEach
  void furnish() throws IOException {
    tree = new LaunchedTree(temporary, "house"); // JDK 17 archives nothing behind a blank.
    tree.environment.putAll(Map.of("JAVA_HOME", System.getProperty("java.home"), "LC_ALL", "C"));
    Files.createDirectories(tree.jar.resolveSibling("lib"));
    List<String> names = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
      names.add(library(Path.of(part), names.size()));
    }
    Manifest manifest = manifest();
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, MAIN);
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", names));
    try (OutputStream file = Files.newOutputStream(tree.jar)) {
      new JarOutputStream(file, manifest).close();
    }
    classes = temporary.resolve("classes.log");
    tree.environment.put("MINDEYE_JAVA_OPTS", "-Xlog:class+load:file=" + classes);
  }

  private static Manifest manifest() {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    return manifest;
  }

  /** Java archives no class of a folder, and none of ours from another place than the command's. */
  private String library(Path part, int number) throws IOException {
    Path library = tree.jar.resolveSibling("lib").resolve(number + ".jar");
    if (part.getFileName().toString().startsWith("mindeye")) {
      Files.copy(part, library);
      return "lib/" + library.getFileName();
    }
    if (!Files.isDirectory(part)) {
      return part.toUri().toString();
    }
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(library));
        Stream<Path> files = Files.walk(part)) {
      jar.setLevel(0);
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        jar.putNextEntry(new ZipEntry(part.relativize(file).toString()));
        Files.copy(file, jar);
      }
    }
    return "lib/" + library.getFileName();
  }

  private Path archive() throws IOException {
    try (Stream<Path> files = Files.list(tree.jar.getParent())) {
      return files.filter(file -> file.toString().endsWith(".jsa")).findAny().orElseThrow();
    }
  }

  private void check(Result result, String log) throws IOException {
    assertThat(result.err()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.out()).endsWith("Java " + Runtime.version() + "\n");
    assertThat(Files.readAllLines(classes))
        .filteredOn(line -> line.contains(" " + MAIN + " "))
        .singleElement()
        .asString()
        .contains(log);
  }

  @Test
  void should_take_the_commands_classes_from_an_archive() throws Exception {
    check(tree.launch("--version"), ARCHIVED);
    Object made = Files.readAttributes(archive(), "lastModifiedTime,size");
    check(tree.launch("--version"), ARCHIVED);

    assertThat(Files.readAttributes(archive(), "lastModifiedTime,size")).isEqualTo(made);
    assertThat(Files.readString(classes)).doesNotContain("ai.djl.pytorch", "com.sun.jna");
    try (Stream<Path> here = Files.list(tree.folder)) {
      assertThat(here.map(file -> file.getFileName().toString()))
          .as("nothing else is left")
          .containsExactlyInAnyOrder("mindeye", "mindeye-cli", "pom.xml");
    }
  }

  @Test
  void should_start_as_ever_with_an_archive_that_does_not_fit() throws Exception {
    check(tree.launch("--version"), ARCHIVED);
    Path archive = archive();
    byte[] whole = Files.readAllBytes(archive);
    Files.writeString(archive, "no classes at all\ncomplete\n");
    check(tree.launch("--version"), READ);

    Files.write(archive, Arrays.copyOf(whole, whole.length / 2));
    check(tree.launch("--version"), ARCHIVED);
    tree.environment.merge("MINDEYE_JAVA_OPTS", " -XX:+UseSerialGC -Xmx64m", String::concat);
    check(tree.launch("--version"), " source: ");
    tree.environment.merge("MINDEYE_JAVA_OPTS", " -Xshare:off", String::concat);
    check(tree.launch("--version"), READ);
  }
}
