// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.repository.LaunchedTree.Result;

/** When the launch script has an archive of classes made, and when it gives it to Java. */
@DisabledOnOs(OS.WINDOWS)
class LauncherArchiveTest {
  @TempDir private Path temporary;
  private LaunchedTree tree;
  private Path archive;

  @BeforeEach
  void furnish() throws IOException {
    tree = new LaunchedTree(temporary, "a house");
    tree.tool("javac", "");
    release("A/B 'C", "17.0.1+2");
    archive = tree.jar.resolveSibling("mindeye-A_B__C-17.0.1+2.jsa");
    tree.environment.put("FAKE_ARCHIVE", "classes");
  }

  private void release(String vendor, String version) throws IOException {
    Files.writeString(
        tree.tools.resolveSibling("release"),
        """
        IMPLEMENTOR="%s"
        JAVA_RUNTIME_VERSION="%s"
        JAVA_VERSION="17.0.1"
        """
            .formatted(vendor, version));
  }

  private String withArchive(Path file) {
    return "<-XX:SharedArchiveFile=%s> <-Xlog:cds=off> <-Xlog:cds+dynamic=off> <-jar> <%s>\n"
        .formatted(file, tree.jar);
  }

  private String without() {
    return "<-jar> <" + tree.jar + ">\n";
  }

  private void age(Path file, Path other, int seconds) throws IOException {
    Files.setLastModifiedTime(
        file, FileTime.from(Files.getLastModifiedTime(other).toInstant().plusSeconds(seconds)));
  }

  private List<String> beside() throws IOException {
    try (Stream<Path> files = Files.list(tree.jar.getParent())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void should_make_one_after_a_build_and_keep_it() throws Exception {
    assertThat(tree.launch().out()).isEqualTo(withArchive(archive));
    assertThat(tree.launch().out()).isEqualTo(withArchive(archive));

    assertThat(tree.asked()).containsExactly("archive");
    assertThat(archive).hasContent("classes\ncomplete\n");
    assertThat(beside()).containsExactly(archive.getFileName().toString(), "mindeye.jar");
  }

  @Test
  void should_let_the_users_options_win() throws Exception {
    tree.environment.put("MINDEYE_JAVA_OPTS", "-XX:SharedArchiveFile=mine");

    assertThat(tree.launch().out())
        .isEqualTo(withArchive(archive).replace("<-jar>", "<-XX:SharedArchiveFile=mine> <-jar>"));
  }

  @Test
  void should_leave_out_the_second_compiler_where_a_call_is_short() throws Exception {
    String compiler = "<-XX:TieredStopAtLevel=1>";
    for (String call : List.of("--help", "-h", "--version", "-V", "help", "inspect")) {
      assertThat(tree.launch(call, "x").out())
          .endsWith("=off> %s <-jar> <%s> <%s> <x>\n".formatted(compiler, tree.jar, call));
    }
    for (String call : List.of("train", "quickstart", "embed", "forward", "convert", "world")) {
      assertThat(tree.launch(call, "--help").out()).doesNotContain(compiler);
    }
    assertThat(tree.launch().out()).doesNotContain(compiler);
  }

  /** Its log has another name for the same. */
  @Test
  void should_silence_java_25_too() throws Exception {
    Path release = tree.tools.resolveSibling("release");
    Files.writeString(release, "JAVA_VERSION=\"25.0.3\"\n");

    assertThat(tree.launch().out())
        .isEqualTo(
            withArchive(archive.resolveSibling("mindeye-unknown-25.0.3.jsa"))
                .replace("<-jar>", "<-Xlog:aot=off> <-jar>"));
  }

  @Test
  void should_make_another_for_another_java() throws Exception {
    tree.launch();
    release("A/B 'C", "17.0.1+3");

    Path other = archive.resolveSibling("mindeye-A_B__C-17.0.1+3.jsa");
    assertThat(tree.launch().out()).isEqualTo(withArchive(other));
    assertThat(archive).exists();
  }

  @Test
  void should_make_it_again_for_newer_jars_and_remove_old_ones() throws Exception {
    tree.launch();
    Path old = Files.writeString(archive.resolveSibling("mindeye-old.jsa"), "complete\n");
    age(old, tree.jar, -10);
    age(archive, tree.jar, -5);
    assertThat(tree.launch().out()).isEqualTo(withArchive(archive));
    assertThat(tree.asked()).hasSize(2);
    assertThat(beside()).containsExactly(archive.getFileName().toString(), "mindeye.jar");

    Path library = Files.createDirectory(tree.jar.resolveSibling("lib")).resolve("a.jar");
    Files.writeString(library, "jar");
    age(library, archive, 5);
    tree.launch();
    assertThat(tree.asked()).hasSize(3);
  }

  @Test
  void should_make_it_again_where_half_of_it_is_missing() throws Exception {
    tree.launch();
    Files.write(archive, new byte[20]);

    assertThat(tree.launch()).isEqualTo(new Result(0, withArchive(archive), ""));
    assertThat(archive).hasContent("classes\ncomplete\n");
  }

  @Test
  void should_do_without_where_java_cannot_make_one() throws Exception {
    tree.environment.remove("FAKE_ARCHIVE");

    tree.launch();
    assertThat(tree.launch()).isEqualTo(new Result(0, without(), ""));

    assertThat(tree.asked()).as("tried once").containsExactly("archive");
    assertThat(archive).hasContent("none\n");
  }

  @Test
  void should_do_without_where_nothing_can_be_written() throws Exception {
    for (String tool : List.of("mv", "chmod")) {
      tree.tool(tool, "#!/bin/sh\necho no >&2\nexit 1\n");
    }

    assertThat(tree.launch().out()).isEqualTo(without());
    assertThat(beside()).containsExactly("mindeye.jar");
  }
}
