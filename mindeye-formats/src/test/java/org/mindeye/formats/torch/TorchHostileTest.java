// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorFile;

/** What a file would call is never called. */
class TorchHostileTest {
  @TempDir private Path folder;

  static Stream<String> inert() {
    return HostilePickles.inert().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("inert")
  void should_keep_calls_inert(String global) throws IOException {
    Path marker = folder.resolve("marker");
    String value = HostilePickles.inert().get(global);
    String pickle = TorchFiles.beside(value.replace(HostilePickles.COMMAND, "touch " + marker));
    for (byte[] content : List.of(TorchFiles.zip(pickle), TorchFiles.legacy(pickle))) {
      Path file = Files.write(folder.resolve("hostile.pth"), content);
      try (TensorFile weights = TorchCheckpoint.open(file).stateDict()) {
        assertThat(weights.names()).containsExactly("good", "x");
        assertThat(weights.floats("good")).containsExactly(0, 1, 2, 3, 4, 5);
        assertThatThrownBy(() -> weights.info("x"))
            .isInstanceOf(MalformedFileException.class)
            .hasMessageContaining("hostile.pth: tensor 'x': expected a tensor that can be read")
            .hasMessageContaining(global.replaceFirst(" (on|with|of) (.*)", ""));
      }
      try (TorchCheckpoint checkpoint = TorchCheckpoint.open(file)) {
        assertThat(checkpoint.opaque()).isNotEmpty();
        assertThat(checkpoint.opaque().get(0).path()).isEqualTo("x");
      }
    }
    assertThat(marker).doesNotExist();
    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  static Stream<String> hidden() {
    return HostilePickles.hidden().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("hidden")
  void should_list_calls_in_unusual_places(String where) throws IOException {
    Path marker = folder.resolve("marker");
    String pickle =
        HostilePickles.hidden().get(where).replace(HostilePickles.COMMAND, "touch " + marker);
    for (byte[] content : List.of(TorchFiles.zip(pickle), TorchFiles.legacy(pickle))) {
      Path file = Files.write(folder.resolve("hostile.pth"), content);
      try (TorchCheckpoint checkpoint = TorchCheckpoint.open(file)) {
        assertThat(checkpoint.opaque())
            .extracting(OpaqueObject::global)
            .contains("os.system")
            .doesNotContain("numpy.dtype", "numpy.ndarray", "collections.OrderedDict");
        TensorFile weights = checkpoint.stateDict();
        assertThat(weights.floats("good")).containsExactly(0, 1, 2, 3, 4, 5);
      }
    }
    assertThat(marker).doesNotExist();
    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  @Test
  void should_list_numbers_of_the_registry_in_unusual_places() throws IOException {
    for (String code : List.of("\u0082\u0007", "\u0083\u0007\0", "\u0084\u0007\0\0\0")) {
      byte[] content = TorchFiles.zip(TorchFiles.beside(code + "0N"));
      Path file = Files.write(folder.resolve("hostile.pth"), content);
      try (TorchCheckpoint checkpoint = TorchCheckpoint.open(file)) {
        assertThat(checkpoint.opaque())
            .containsExactly(
                new OpaqueObject(
                    "the integer 7", "made by a call that is not carried out", 1, "(not kept)"));
      }
    }
  }

  /** Python runs each of the pickles of the old container. */
  @Test
  void should_list_calls_beside_the_object() throws IOException {
    String call = "cos\nsystem\n(tR0";
    String version = "\u0080\u0002M\u00e9\u0003.";
    String pickle = TorchFiles.beside("N");
    String keys = "(lS'0'\na.";
    for (byte[] content :
        List.of(
            TorchFiles.legacy(call + version, "}.", pickle, keys, 6),
            TorchFiles.legacy(version, call + "}.", pickle, keys, 6),
            TorchFiles.legacy(version, "}.", pickle, call + keys, 6))) {
      Path file = Files.write(folder.resolve("hostile.pth"), content);
      try (TorchCheckpoint checkpoint = TorchCheckpoint.open(file)) {
        assertThat(checkpoint.opaque())
            .extracting(OpaqueObject::global)
            .containsExactly("os.system");
      }
    }
  }

  /** Torch negates these when they are made; the elements in the file are those before. */
  @Test
  void should_not_read_a_tensor_that_torch_would_change() throws IOException {
    String changed = TorchFiles.tensor().replaceFirst("tR$", "}S'neg'\nI01\nstR");
    String same = TorchFiles.tensor().replaceFirst("tR$", "}S'neg'\nI00\nstR");
    byte[] content = TorchFiles.zip("}S'x'\n" + changed + "sS'good'\n" + same + "s.");
    Path file = Files.write(folder.resolve("negated.pth"), content);
    try (TorchCheckpoint checkpoint = TorchCheckpoint.open(file)) {
      assertThat(checkpoint.stateDict().info("good").size()).isEqualTo(6);
      assertThatThrownBy(() -> checkpoint.stateDict().info("x"))
          .hasMessageEndingWith(
              "found torch._utils._rebuild_tensor_v2, with the metadata neg that would change it;"
                  + " save a clone of the tensor");
    }
  }

  @Test
  void should_try_enough() {
    assertThat(HostilePickles.hidden()).hasSizeGreaterThan(35);
    assertThat(HostilePickles.inert()).hasSizeGreaterThan(75);
  }

  @Test
  void should_list_calls_inside_calls() throws IOException {
    String inner = "cos\nsystem\n(S'a'\ntR";
    String pickle =
        TorchFiles.beside(
            "cbuiltins\neval\n(" + inner + "(l" + inner + "atR}S'k'\n" + inner + "sb");
    Path file = Files.write(folder.resolve("a.pth"), TorchFiles.zip(pickle));
    try (TorchCheckpoint checkpoint = TorchCheckpoint.open(file)) {
      assertThat(checkpoint.opaque())
          .extracting(object -> object.count() + " " + object.global() + " " + object.path())
          .containsExactly("1 builtins.eval x", "3 os.system x/(arguments)/0");
    }
  }

  /** The compiled readers name nothing that could start, load or look up anything. */
  @Test
  void should_have_no_means_to_run_anything() throws IOException {
    List<String> means =
        List.of(
            "forName",
            "loadClass",
            "java/lang/reflect",
            "java/lang/ClassLoader",
            "invokeExact",
            "findVirtual",
            "findStatic",
            "getRuntime",
            "ProcessBuilder",
            "ObjectInputStream",
            "javax/script",
            "getDeclaredMethod",
            "newInstance",
            "ServiceLoader");
    int classes = 0;
    for (Class<?> type :
        List.of(TorchCheckpoint.class, org.mindeye.formats.internal.pickle.Unpickler.class)) {
      Path compiled = compiled(type);
      try (Stream<Path> files = Files.list(compiled)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
          String content = Files.readString(file, StandardCharsets.ISO_8859_1);
          assertThat(means).as(file.toString()).noneMatch(content::contains);
          classes++;
        }
      }
    }
    assertThat(classes).isGreaterThan(40);
  }

  private static Path compiled(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
          .resolve(type.getPackageName().replace('.', '/'));
    } catch (java.net.URISyntaxException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
