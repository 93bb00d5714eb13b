// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/**
 * A new application with the lines of {@code docs/files.md} for {@code mindeye-formats} in its pom,
 * and nothing else: what it has on its class path compiles the page's program, runs it, and is
 * plain Java.
 */
class FormatsAloneTest {
  private static final Path ROOT = Repository.root();
  private static final Path FORMATS = ROOT.resolve("mindeye-formats");
  private static final Pattern XML = Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL);

  /** An engine, and what native libraries are called through. */
  private static final List<String> ABSENT =
      List.of(
          "ai.djl.engine.Engine",
          "ai.djl.pytorch.jni.PyTorchLibrary",
          "com.sun.jna.Native",
          "org.mindeye.core.nn.Network");

  @TempDir private Path folder;

  /** What the lines of the page ask for, by way of the BOM, and what that asks for itself. */
  private List<String> artifacts() throws IOException {
    List<String> blocks =
        XML.matcher(Files.readString(ROOT.resolve("docs/files.md")))
            .results()
            .map(block -> block.group(1))
            .filter(block -> block.contains("mindeye-formats"))
            .toList();
    assertThat(blocks).hasSize(1);
    Files.writeString(folder.resolve("pom.xml"), "<project>" + blocks.get(0) + "</project>");
    Pom application = Pom.of(folder);
    assertThat(application.texts("dependencies", "dependency", "artifactId"))
        .containsExactly("mindeye-formats");
    assertThat(application.texts("dependencies", "dependency", "version")).isEmpty();
    assertThat(application.texts("dependencyManagement", "dependencies", "dependency", "version"))
        .isEqualTo(Pom.of(ROOT).texts("version"));
    assertThat(
            Pom.of(ROOT.resolve("mindeye-bom"))
                .texts("dependencyManagement", "dependencies", "dependency", "artifactId"))
        .contains("mindeye-formats");
    return Pom.of(FORMATS).elements("dependencies", "dependency").stream()
        .filter(dependency -> !Pom.text(dependency, "scope").equals("test"))
        .map((Element dependency) -> Pom.text(dependency, "artifactId"))
        .toList();
  }

  /** The classes of the module, and the jars that come with it; these need nothing themselves. */
  private String classPath() throws IOException {
    List<String> parts = new ArrayList<>();
    parts.add(FORMATS.resolve("target/classes").toString());
    for (String artifact : artifacts()) {
      assertThat(artifact).isIn("jackson-core", "slf4j-api");
      parts.add(jar(artifact));
    }
    assertThat(parts).hasSize(3);
    return String.join(File.pathSeparator, parts);
  }

  private static String jar(String artifact) {
    Pattern name = Pattern.compile(Pattern.quote(artifact) + "-[0-9][^-]*\\.jar");
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(part -> name.matcher(Path.of(part).getFileName().toString()).matches())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no jar of " + artifact));
  }

  /** The page's lines as a method, and what calls it. */
  private static String program() throws IOException {
    Path test = FORMATS.resolve("src/test/java/org/mindeye/formats/WithoutEngineTest.java");
    String lines = Snippets.region(Files.readString(test), "read");
    return """
        import java.io.IOException;
        import java.io.PrintStream;
        import java.nio.file.Path;
        import org.mindeye.formats.TensorFiles;
        import org.mindeye.formats.tensor.TensorFile;

        public class Application {
          static float[] read(Path file, String name, PrintStream out) throws IOException {
            %s
          }

          public static void main(String[] arguments) throws IOException {
            System.out.println(read(Path.of(arguments[0]), arguments[1], System.out).length);
            for (int i = 2; i < arguments.length; i++) {
              try {
                System.out.println("there: " + Class.forName(arguments[i]));
              } catch (ClassNotFoundException e) {
                System.out.println("absent: " + arguments[i]);
              }
            }
          }
        }
        """
        .formatted(lines);
  }

  @Test
  void should_list_a_checkpoint_in_an_application_without_native_libraries() throws Exception {
    String classPath = classPath();
    Path source = Files.writeString(folder.resolve("Application.java"), program());
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler.run(null, null, null, "-cp", classPath, source.toString())).isZero();

    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx60m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", classPath + File.pathSeparator + folder, "Application"));
    command.add(FORMATS.resolve("src/test/resources/torch/training.pth").toString());
    command.add("voxel2clip.lin1.bias");
    command.addAll(ABSENT);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said.lines())
        .contains("voxel2clip.lin1.weight FLOAT32 (12, 8)", "12")
        .filteredOn(line -> line.contains("FLOAT32") || line.contains("INT64"))
        .hasSize(18);
    assertThat(said.lines().filter(line -> line.startsWith("absent: ")))
        .hasSameSizeAs(ABSENT)
        .containsExactlyElementsOf(ABSENT.stream().map(type -> "absent: " + type).toList());
  }
}
