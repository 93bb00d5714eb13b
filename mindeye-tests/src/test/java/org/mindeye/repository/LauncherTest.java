// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.repository.LaunchedTree.Result;

/** The launch script, with a Java and a Maven that only pretend. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final String BUILDING = "building ... (first run: a few minutes)\n";

  @TempDir private Path temporary;
  private LaunchedTree tree;

  @BeforeEach
  void furnish() throws IOException {
    tree = new LaunchedTree(temporary, "a house");
  }

  @Test
  void should_build_once_and_pass_arguments_and_exit_code() throws Exception {
    tree.environment.put("FAKE_EXIT", "7");

    Result first = tree.launch("report", "two words", "*");
    Result second = tree.launch("report");

    assertThat(first)
        .isEqualTo(new Result(7, "<-jar> <" + tree.jar + "> <report> <two words> <*>\n", BUILDING));
    assertThat(second).isEqualTo(new Result(7, "<-jar> <" + tree.jar + "> <report>\n", ""));
    assertThat(Files.readString(tree.folder.resolve("mvn.log")))
        .hasLineCount(1)
        .startsWith("-q -B -ntp ")
        .contains(
            "-Dspotless.check.skip=true -Dcheckstyle.skip=true", "-pl mindeye-cli -am package");
  }

  @Test
  void should_build_again_when_something_is_newer() throws Exception {
    tree.launch();
    for (String changed :
        List.of("pom.xml", "mindeye-cli/pom.xml", "mindeye-cli/src/main/A.java")) {
      Instant later = Files.getLastModifiedTime(tree.jar).toInstant().plusMillis(1);
      Files.setLastModifiedTime(tree.folder.resolve(changed), FileTime.from(later));
      assertThat(tree.launch().err()).as(changed).isEqualTo(BUILDING);
      assertThat(tree.launch().err()).as("after " + changed).isEmpty();
    }
    Files.delete(tree.folder.resolve("mindeye-cli/src/main/A.java"));
    assertThat(tree.launch().err()).as("a deleted file").isEqualTo(BUILDING);
  }

  @Test
  void should_show_why_the_build_failed() throws Exception {
    tree.maven("3.8.7", 1);

    assertThat(tree.launch())
        .isEqualTo(
            new Result(1, "", BUILDING + "[ERROR] cannot compile\nmindeye: the build failed\n"));
    assertThat(tree.jar).doesNotExist();
  }

  @Test
  void should_work_from_anywhere_and_through_links() throws Exception {
    Path link = Files.createSymbolicLink(temporary.resolve("far"), Path.of("a house/mindeye"));
    Path second = Files.createSymbolicLink(temporary.resolve("farther"), link.toAbsolutePath());

    Result result = tree.run(Path.of("/"), second.toString(), "report");

    assertThat(result.out()).isEqualTo("<-jar> <" + tree.jar + "> <report>\n");
  }

  /**
   * Java 24 and later warn about native code unless a jar that is started says that it has some.
   */
  @Test
  void should_start_a_jar_that_allows_native_code() throws Exception {
    assertThat(Files.readString(Repository.root().resolve("mindeye-cli/pom.xml")))
        .contains("<Enable-Native-Access>ALL-UNNAMED</Enable-Native-Access>");
  }

  @Test
  void should_pass_options_to_java() throws Exception {
    tree.environment.put("MINDEYE_JAVA_OPTS", "-Xmx3g -Da=b");

    assertThat(tree.launch("x").out())
        .isEqualTo("<-Xmx3g> <-Da=b> <-jar> <" + tree.jar + "> <x>\n");
  }

  @Test
  void should_read_file_names_as_utf_8_where_the_locale_knows_ascii_only() throws Exception {
    tree.environment.put("FAKE_LOCALE", "yes");
    tree.environment.put("LC_ALL", "C");

    for (String charmap : List.of("ANSI_X3.4-1968", "US-ASCII", "locale: Cannot set LC_ALL")) {
      tree.environment.put("FAKE_CHARMAP", charmap);
      assertThat(tree.launch().out()).as(charmap).isEqualTo("LC_ALL=C.UTF-8\n");
    }
    for (String charmap : List.of("ISO-8859-1", "UTF-8")) {
      tree.environment.put("FAKE_CHARMAP", charmap);
      assertThat(tree.launch().out()).as(charmap).isEqualTo("LC_ALL=C\n");
    }
  }

  @Test
  void should_become_java_so_that_signals_arrive() throws Exception {
    tree.launch();
    tree.environment.put("FAKE_PID", "yes");

    Process process = tree.start(tree.folder, tree.folder.resolve("mindeye").toString());

    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(process.pid() + "\n");
  }

  @Test
  void should_prefer_java_home() throws Exception {
    tree.environment.put("JAVA_HOME", temporary.resolve("nowhere").toString());

    assertThat(tree.launch().err())
        .isEqualTo(
            "mindeye: needs a JDK >= 17, but there is no "
                + temporary.resolve("nowhere/bin/java")
                + "\n");
  }

  @Test
  void should_say_that_java_is_missing_or_too_old() throws Exception {
    tree.java("1.8");
    assertThat(tree.launch())
        .isEqualTo(new Result(1, "", "mindeye: needs a JDK >= 17, but java is version 1.8\n"));
    Files.delete(tree.tools.resolve("java"));
    assertThat(tree.launch())
        .isEqualTo(new Result(1, "", "mindeye: needs a JDK >= 17, but there is no java\n"));
  }

  @Test
  void should_read_the_version_beside_java_instead_of_asking() throws Exception {
    Path release = tree.tools.resolveSibling("release");
    Files.writeString(release, "IMPLEMENTOR=\"A\"\nJAVA_VERSION=\"11.0.2\"\n");
    assertThat(tree.launch().err())
        .isEqualTo("mindeye: needs a JDK >= 17, but java is version 11.0.2\n");

    Files.writeString(release, "JAVA_VERSION=\"17.0.1\"\r\nMODULES=\"java.base java.xml\"\r\n");
    Files.createDirectory(tree.folder.resolve("mindeye-cli/target"));
    Files.writeString(tree.jar, "jar");
    assertThat(tree.launch("report").out()).endsWith("<-jar> <" + tree.jar + "> <report>\n");
    assertThat(tree.asked()).containsExactly("archive");
  }

  @Test
  void should_find_the_version_behind_links() throws Exception {
    Path java = tree.home().resolve("bin/java");
    Files.move(tree.tools.resolve("java"), java);
    Path alternative = Files.createSymbolicLink(temporary.resolve("java"), java);
    Files.createSymbolicLink(tree.tools.resolve("java"), Path.of("../../java"));
    assertThat(alternative).isSymbolicLink();
    Files.writeString(tree.home().resolve("release"), "JAVA_VERSION=\"16\"\n");

    assertThat(tree.launch().err())
        .isEqualTo("mindeye: needs a JDK >= 17, but java is version 16\n");

    Files.writeString(tree.home().resolve("release"), "JAVA_VERSION=\"17\"\n");
    Files.delete(tree.home().resolve("bin/javac"));
    assertThat(tree.launch().err())
        .isEqualTo("mindeye: needs a JDK >= 17, but " + tree.home() + " has no compiler\n");
    assertThat(tree.asked()).isEmpty();
  }

  @Test
  void should_ask_java_where_what_lies_beside_it_says_nothing() throws Exception {
    Files.writeString(tree.tools.resolveSibling("release"), "PRETTY_NAME=\"A system\"\n");

    assertThat(tree.launch("report").out()).isEqualTo("<-jar> <" + tree.jar + "> <report>\n");
    assertThat(tree.asked()).containsExactly("settings", "archive");
  }

  @Test
  void should_say_that_the_compiler_is_missing() throws Exception {
    Files.delete(tree.home().resolve("bin/javac"));

    assertThat(tree.launch().err())
        .isEqualTo("mindeye: needs a JDK >= 17, but " + tree.home() + " has no compiler\n");
  }

  @Test
  void should_say_that_maven_is_missing_or_too_old() throws Exception {
    for (String old : List.of("3.6.3", "2.2.1", "3.0.5")) {
      tree.maven(old, 0);
      assertThat(tree.launch().err())
          .startsWith("mindeye: needs Maven >= 3.8 to build, but mvn is " + old.substring(0, 3));
    }
    Files.delete(tree.tools.resolve("mvn"));
    assertThat(tree.launch())
        .isEqualTo(
            new Result(1, "", "mindeye: needs Maven >= 3.8 to build, but there is no mvn\n"));
  }

  @Test
  void should_accept_newer_mavens() throws Exception {
    for (String version : List.of("3.9.11", "3.10.0", "4.0.0")) {
      tree.maven(version, 0);
      Files.deleteIfExists(tree.jar);
      assertThat(tree.launch().exit()).as(version).isZero();
    }
  }
}
