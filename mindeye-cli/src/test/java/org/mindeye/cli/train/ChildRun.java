package org.mindeye.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.mindeye.cli.MindEyeCommand;

/** The {@code mindeye} command in a process of its own, so that it can be told to end. */
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
    command.add(MindEyeCommand.class.getName());
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    Process process =
        new ProcessBuilder(command)
            .redirectError(err.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new ChildRun(process, err);
  }

  /** Waits until a file has so many lines. */
  void await(Path file, int lines) throws IOException, InterruptedException {
    while (!Files.exists(file) || Files.readAllLines(file).size() < lines) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("ended too early: " + Files.readString(err));
      }
    }
  }

  /** SIGTERM, and the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("does not end");
    }
    return process.exitValue();
  }

  String err() throws IOException {
    return Files.readString(err);
  }
}
