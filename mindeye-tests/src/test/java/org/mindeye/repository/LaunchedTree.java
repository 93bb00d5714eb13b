// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The launch script in a tree of its own, with a Java and a Maven that only pretend. */
final class LaunchedTree {
  private static final List<String> INSTALLED =
      List.of(
          "bash", "readlink", "sed", "find", "mktemp", "rm", "touch", "cat", "tail", "chmod", "mv");

  final Path folder;
  final Path tools;
  final Path jar;
  final Map<String, String> environment = new HashMap<>();

  /** What the script, or the Java behind it, left. */
  record Result(int exit, String out, String err) {}

  LaunchedTree(Path temporary, String name) throws IOException {
    folder = temporary.toRealPath().resolve(name);
    tools = temporary.toRealPath().resolve("tools/bin");
    jar = folder.resolve("mindeye-cli/target/mindeye.jar");
    Files.createDirectories(folder.resolve("mindeye-cli/src/main"));
    Files.createDirectories(tools);
    executable(folder.resolve("mindeye"), Files.readString(Repository.root().resolve("mindeye")));
    Files.writeString(folder.resolve("pom.xml"), "<project/>");
    Files.writeString(folder.resolve("mindeye-cli/pom.xml"), "<project/>");
    Files.writeString(folder.resolve("mindeye-cli/src/main/A.java"), "class A {}");
    for (String program : INSTALLED) {
      tool(program, "#!/bin/sh\nexec " + installed(program) + " \"$@\"\n");
    }
    tool("locale", "#!/bin/sh\necho \"${FAKE_CHARMAP:-UTF-8}\"\n");
    java("17");
    maven("3.8.7", 0);
  }

  /** Puts a program where the script finds it. */
  void tool(String name, String text) throws IOException {
    executable(tools.resolve(name), text);
  }

  /** Where Java says it is; it has no file that says which one it is. */
  Path home() {
    return folder.resolveSibling("jdk");
  }

  /** What Java was asked, one start a line, but for the last, which is the command's. */
  List<String> asked() throws IOException {
    Path log = folder.resolve("java.log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  void java(String version) throws IOException {
    Files.createDirectories(home().resolve("bin"));
    executable(home().resolve("bin/javac"), "");
    tool(
        "java",
        String.format(
            Locale.ROOT,
            """
        #!/bin/sh
        case $1 in
          -XshowSettings:properties)
            echo settings >>"%3$s/java.log"
            echo '    java.home = %1$s' >&2
            echo '    java.specification.version = %2$s' >&2
            exit 0
            ;;
          -XX:ArchiveClassesAtExit=*)
            echo archive >>"%3$s/java.log"
            [ -n "${FAKE_ARCHIVE:-}" ] || exit 1
            echo "$FAKE_ARCHIVE" >"${1#*=}"
            echo much that is of no interest
            exit 0
            ;;
        esac
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
            home(),
            version,
            folder));
  }

  void maven(String version, int exit) throws IOException {
    tool(
        "mvn",
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
        /bin/mkdir -p mindeye-cli/target
        echo jar >mindeye-cli/target/mindeye.jar
        """,
            version,
            exit));
  }

  Result launch(String... arguments) throws Exception {
    return run(folder, folder.resolve("mindeye").toString(), arguments);
  }

  Result run(Path directory, String script, String... arguments) throws Exception {
    Process process = start(directory, script, arguments);
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), out, err);
  }

  Process start(Path directory, String script, String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of(script), Stream.of(arguments)).toList());
    builder.directory(directory.toFile()).environment().clear();
    builder.environment().putAll(environment);
    builder.environment().putIfAbsent("PATH", tools.toString());
    return builder.start();
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, fromString("rwxr-xr-x"));
  }

  private static Path installed(String tool) {
    return Stream.of("/usr/bin", "/bin")
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("this test needs " + tool));
  }
}
