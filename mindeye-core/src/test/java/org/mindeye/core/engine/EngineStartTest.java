// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.util.Platform;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Class paths as users make them: this test's own, with something left out. */
class EngineStartTest {
  private static final String CACHE = "DJL_CACHE_DIR";
  private static final String HERE = Platform.fromSystem("pytorch").getClassifier();

  @TempDir private Path folder;

  @AfterEach
  void restore() {
    System.clearProperty(CACHE);
  }

  private static URLClassLoader classPathWithout(String... jars) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      String name = Path.of(entry).getFileName().toString();
      if (List.of(jars).stream().noneMatch(name::startsWith)) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  /** The engine started with other classes than this test's. */
  private void start(Path cache, String... missingJars) throws Throwable {
    System.setProperty(CACHE, cache.toString());
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader path = classPathWithout(missingJars)) {
      Thread.currentThread().setContextClassLoader(path);
      path.loadClass(Torch.class.getName()).getMethod("engine").invoke(null);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void should_say_which_libtorch_to_add() {
    assertThatThrownBy(() -> start(folder, "pytorch-native-cpu"))
        .hasMessage(
            "the PyTorch engine does not start: add ai.djl.pytorch:pytorch-native-cpu:2.7.1:"
                + HERE
                + " (runtime) to the class path");
  }

  @Test
  void should_say_both_when_both_are_missing() {
    assertThatThrownBy(() -> start(folder, "pytorch-native-cpu", "pytorch-jni"))
        .hasMessage(
            "the PyTorch engine does not start: add ai.djl.pytorch:pytorch-native-cpu:2.7.1:"
                + HERE
                + " and ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0 (runtime) to the class path");
  }

  /** DJL unpacks all of libtorch before it looks for the JNI, so not for real here. */
  @Test
  void should_say_which_jni_to_add() throws IOException {
    try (URLClassLoader path = classPathWithout("pytorch-jni")) {
      assertThat(EngineStart.explain(new EngineException("Cannot download jni files: …"), path))
          .isEqualTo("add ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0 (runtime) to the class path");
    }
  }

  @Test
  void should_say_that_libtorch_is_for_another_system() throws IOException {
    Path other = Files.createDirectories(folder.resolve("native/lib"));
    Files.writeString(other.resolve("pytorch.properties"), "version=2.7.1\nclassifier=amiga-m68k");
    try (URLClassLoader without = classPathWithout("pytorch-native-cpu");
        URLClassLoader path = new URLClassLoader(new URL[] {folder.toUri().toURL()}, without)) {
      assertThat(EngineStart.explain(new EngineException("…"), path))
          .isEqualTo(
              "add ai.djl.pytorch:pytorch-native-cpu:2.7.1:"
                  + HERE
                  + " (runtime) to the class path; the libtorch that is there is for [amiga-m68k]");
    }
  }

  @Test
  void should_name_the_cache_that_cannot_be_written() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> start(file))
        .hasMessageStartingWith(
            "the PyTorch engine does not start: libtorch cannot be unpacked into "
                + file.resolve("pytorch")
                + ": set DJL_CACHE_DIR to a folder that can be written, with 500 MB free (")
        .hasMessageContaining(file.toString());
  }

  @Test
  void should_say_that_a_foreign_libtorch_needs_its_flavor() {
    assertThat(
            EngineStart.explain(
                new EngineException("Cannot download jni files: https://…/cu999/libdjl_torch.so"),
                EngineStartTest.class.getClassLoader()))
        .startsWith(
            "pytorch-jni has no library for this libtorch: set PYTORCH_VERSION and PYTORCH_FLAVOR");
  }

  @Test
  void should_hand_on_what_it_cannot_explain() {
    assertThat(
            EngineStart.explain(
                new EngineException("…", new UnsatisfiedLinkError("libc is too old")),
                EngineStartTest.class.getClassLoader()))
        .isEqualTo("libc is too old");
  }
}
