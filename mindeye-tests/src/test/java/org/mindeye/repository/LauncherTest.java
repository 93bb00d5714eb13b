// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launch script, with a Java and a Maven that only pretend. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final String BUILDING = "building ... (first run: a few minutes)\n";

  @TempDir private Path temporary;
  private Path tree;
  private Path tools;
  private Path jar;
  private final Map<String, String> environment = new HashMap<>();

  private record Result(int exit, String out, String err) {}

  @BeforeEach
  void furnish() throws IOException {
    tree = temporary.toRealPath().resolve("a house");
    tools = temporary.resolve("tools");
    jar = tree.resolve("mindeye-cli/target/mindeye.jar");
    Files.createDirectories(tree.resolve("mindeye-cli/src/main"));
    Files.createDirectories(tools);
    Files.copy(Repository.root().resolve("mindeye"), tree.resolve("mindeye"));
    executable(tree.resolve("mindeye"), Files.readString(tree.resolve("mindeye")));
    Files.writeString(tree.resolve("pom.xml"), "<project/>");
    Files.writeString(tree.resolve("mindeye-cli/pom.xml"), "<project/>");
    Files.writeString(tree.resolve("mindeye-cli/src/main/A.java"), "class A {}");
    for (String name :
        List.of("bash", "dirname", "readlink", "sed", "find", "mktemp", "rm", "touch", "cat")) {
      executable(tools.resolve(name), "#!/bin/sh\nexec " + installed(name) + " \"$@\"\n");
    }
    java("17");
    maven("3.8.7", 0);
  }

  @Test
  void should_build_once_and_pass_arguments_and_exit_code() throws Exception {
    environment.put("FAKE_EXIT", "7");

    Result first = launch("report", "two words", "*");
    Result second = launch("report");

    assertThat(first)
        .isEqualTo(new Result(7, "<-jar> <" + jar + "> <report> <two words> <*>\n", BUILDING));
    assertThat(second).isEqualTo(new Result(7, "<-jar> <" + jar + "> <report>\n", ""));
    assertThat(Files.readString(tree.resolve("mvn.log")))
        .hasLineCount(1)
        .startsWith("-q -B -ntp ")
        .contains(
            "-Dspotless.check.skip=true -Dcheckstyle.skip=true", "-pl mindeye-cli -am package");
  }

  @Test
  void should_build_again_when_something_is_newer() throws Exception {
    launch();
    for (String changed :
        List.of("pom.xml", "mindeye-cli/pom.xml", "mindeye-cli/src/main/A.java")) {
      Instant later = Files.getLastModifiedTime(jar).toInstant().plusMillis(1);
      Files.setLastModifiedTime(tree.resolve(changed), FileTime.from(later));
      assertThat(launch().err).as(changed).isEqualTo(BUILDING);
      assertThat(launch().err).as("after " + changed).isEmpty();
    }
    Files.delete(tree.resolve("mindeye-cli/src/main/A.java"));
    assertThat(launch().err).as("a deleted file").isEqualTo(BUILDING);
  }

  @Test
  void should_show_why_the_build_failed() throws Exception {
    maven("3.8.7", 1);

    assertThat(launch())
        .isEqualTo(
            new Result(1, "", BUILDING + "[ERROR] cannot compile\nmindeye: the build failed\n"));
    assertThat(jar).doesNotExist();
  }

  @Test
  void should_work_from_anywhere_and_through_links() throws Exception {
    Path link = Files.createSymbolicLink(temporary.resolve("far"), Path.of("a house/mindeye"));
    Path second = Files.createSymbolicLink(temporary.resolve("farther"), link.toAbsolutePath());

    Result result = run(Path.of("/"), second.toString(), "report");

    assertThat(result.out).isEqualTo("<-jar> <" + jar + "> <report>\n");
  }

  @Test
  void should_allow_native_code_from_java_24_on() throws Exception {
    java("24");

    assertThat(launch().out)
        .isEqualTo("<--enable-native-access=ALL-UNNAMED> <-jar> <" + jar + ">\n");
  }

  @Test
  void should_pass_options_to_java() throws Exception {
    environment.put("MINDEYE_JAVA_OPTS", "-Xmx3g -Da=b");

    assertThat(launch("x").out).isEqualTo("<-Xmx3g> <-Da=b> <-jar> <" + jar + "> <x>\n");
  }

  @Test
  void should_read_file_names_as_utf_8_where_the_locale_knows_ascii_only() throws Exception {
    environment.put("FAKE_LOCALE", "yes");
    environment.put("LC_ALL", "C");

    assertThat(launch().out).isEqualTo("LC_ALL=C.UTF-8\n");
    environment.put("FAKE_ENCODING", "ISO-8859-1");
    assertThat(launch().out).isEqualTo("LC_ALL=C\n");
  }

  @Test
  void should_become_java_so_that_signals_arrive() throws Exception {
    launch();
    environment.put("FAKE_PID", "yes");

    Process process = start(tree, tree.resolve("mindeye").toString());

    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(process.pid() + "\n");
  }

  @Test
  void should_prefer_java_home() throws Exception {
    environment.put("JAVA_HOME", temporary.resolve("nowhere").toString());

    assertThat(launch().err)
        .isEqualTo(
            "mindeye: needs a JDK >= 17, but there is no "
                + temporary.resolve("nowhere/bin/java")
                + "\n");
  }

  @Test
  void should_say_that_java_is_missing_or_too_old() throws Exception {
    java("1.8");
    assertThat(launch())
        .isEqualTo(new Result(1, "", "mindeye: needs a JDK >= 17, but java is version 1.8\n"));
    Files.delete(tools.resolve("java"));
    assertThat(launch())
        .isEqualTo(new Result(1, "", "mindeye: needs a JDK >= 17, but there is no java\n"));
  }

  @Test
  void should_say_that_the_compiler_is_missing() throws Exception {
    Files.delete(temporary.resolve("jdk/bin/javac"));

    assertThat(launch().err)
        .isEqualTo(
            "mindeye: needs a JDK >= 17, but " + temporary.resolve("jdk") + " has no compiler\n");
  }

  @Test
  void should_say_that_maven_is_missing_or_too_old() throws Exception {
    for (String old : List.of("3.6.3", "2.2.1", "3.0.5")) {
      maven(old, 0);
      assertThat(launch().err)
          .startsWith("mindeye: needs Maven >= 3.8 to build, but mvn is " + old.substring(0, 3));
    }
    Files.delete(tools.resolve("mvn"));
    assertThat(launch())
        .isEqualTo(
            new Result(1, "", "mindeye: needs Maven >= 3.8 to build, but there is no mvn\n"));
  }

  @Test
  void should_accept_newer_mavens() throws Exception {
    for (String version : List.of("3.9.11", "3.10.0", "4.0.0")) {
      maven(version, 0);
      Files.deleteIfExists(jar);
      assertThat(launch().exit).as(version).isZero();
    }
  }

  private static Path installed(String tool) {
    return Stream.of("/usr/bin", "/bin")
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("this test needs " + tool));
  }

  private void java(String version) throws IOException {
    String home = temporary.resolve("jdk").toString();
    Files.createDirectories(Path.of(home, "bin"));
    executable(Path.of(home, "bin/javac"), "");
    executable(
        tools.resolve("java"),
        String.format(
            Locale.ROOT,
            """
        #!/bin/sh
        if [ "$1" = -XshowSettings:properties ]; then
          echo '    java.home = %s' >&2
          echo '    java.specification.version = %s' >&2
          echo "    sun.jnu.encoding = ${FAKE_ENCODING:-ANSI_X3.4-1968}" >&2
          exit 0
        fi
        if [ -n "${FAKE_PID:-}" ]; then
          echo $$
          exit 0
        fi
        if [ -n "${FAKE_LOCALE:-}" ]; then
          echo "LC_ALL=${LC_ALL:-}"
          exit 0
        fi
        line=
        for argument; do line="$line <$argument>"; done
        printf '%%s\\n' "${line# }"
        exit ${FAKE_EXIT:-0}
        """,
            home,
            version));
  }

  private void maven(String version, int exit) throws IOException {
    executable(
        tools.resolve("mvn"),
        String.format(
            Locale.ROOT,
            """
        #!/bin/sh
        if [ "$2" = -v ]; then
          echo 'Apache Maven %s'
          exit 0
        fi
        echo "$*" >>mvn.log
        if [ %d -ne 0 ]; then
          echo '[ERROR] cannot compile'
          exit 1
        fi
        mkdir -p mindeye-cli/target
        echo jar >mindeye-cli/target/mindeye.jar
        """
                .replace("mkdir", "/bin/mkdir"),
            version,
            exit));
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, fromString("rwxr-xr-x"));
  }

  private Result launch(String... arguments) throws Exception {
    return run(tree, tree.resolve("mindeye").toString(), arguments);
  }

  private Result run(Path directory, String script, String... arguments) throws Exception {
    Process process = start(directory, script, arguments);
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), out, err);
  }

  private Process start(Path directory, String script, String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of(script), Stream.of(arguments)).toList());
    builder.directory(directory.toFile()).environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("PATH", tools.toString());
    return builder.start();
  }
}
