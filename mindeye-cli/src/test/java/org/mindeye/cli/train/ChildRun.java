// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A training run in a process of its own, so that it can be asked to end. */
final class ChildRun {
  private final Process process;
  private final Path err;

  private ChildRun(Process process, Path err) {
    this.process = process;
    this.err = err;
  }

  static ChildRun start(Path err, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-Dai.djl.offline=true", "-Djava.awt.headless=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(HeldRun.class.getName());
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    return new ChildRun(process, err);
  }

  /** Waits until it stands still in the middle of its training. */
  void await() throws IOException {
    if (!"ready".equals(process.inputReader().readLine())) {
      throw new IllegalStateException("ended too early: " + err());
    }
  }

  /** SIGTERM, and the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  String err() throws IOException {
    return Files.readString(err);
  }
}
