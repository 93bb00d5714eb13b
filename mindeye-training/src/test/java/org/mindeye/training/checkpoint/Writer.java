// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.testkit.disk.WatchedDisk;

/**
 * Another process that writes checkpoints, and says before every change of the disk what it is
 * about to do. It either waits for a byte then, or goes on at once.
 */
final class Writer implements Closeable {
  static final int ELEMENTS = 64;

  /** With all a store does: a first and a later mark, a replaced checkpoint, two deleted ones. */
  static final int STEPS = 5;

  private static final String WRITTEN = "written ";

  private final Process process;
  private final BufferedReader said;
  private final Path log;
  private long acknowledged;

  private Writer(Process process, Path log) {
    this.process = process;
    this.said = process.inputReader(StandardCharsets.UTF_8);
    this.log = log;
  }

  /** What is reported when a checkpoint has been written. */
  @FunctionalInterface
  interface Written {
    void written(long step) throws IOException;
  }

  /** Starts a process that goes on from the newest checkpoint. */
  static Writer start(Path folder, Path log, boolean waits) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-Dai.djl.offline=true", "-cp", System.getProperty("java.class.path")));
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.addAll(List.of(Writer.class.getName(), folder.toString(), Boolean.toString(waits)));
    return new Writer(
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(new File(log.toString())))
            .start(),
        log);
  }

  /** The next change it announces, with a waiting process about to make it; null at its end. */
  String next() throws IOException {
    String line = said.readLine();
    while (line != null && line.startsWith(WRITTEN)) {
      acknowledged = Long.parseLong(line.substring(WRITTEN.length()));
      line = said.readLine();
    }
    return line;
  }

  /** Lets a waiting process make the change. */
  void proceed() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  long pid() {
    return process.pid();
  }

  /** The step of the last checkpoint whose writing has returned, as far as it was read. */
  long acknowledged() {
    return acknowledged;
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** Kills the process and reads what it has said before. */
  void kill() throws IOException, InterruptedException {
    process.toHandle().destroyForcibly(); // Process would close what is yet to be read.
    process.waitFor();
    String change = next();
    while (change != null) {
      change = next();
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().join();
    said.close();
  }

  public static void main(String[] arguments) throws IOException {
    boolean waits = Boolean.parseBoolean(arguments[1]);
    try (OutputStream output = new FileOutputStream(FileDescriptor.out)) {
      Path folder =
          WatchedDisk.watch(
              Path.of(arguments[0]),
              change -> {
                say(output, change);
                if (waits && System.in.read() < 0) {
                  Runtime.getRuntime().halt(1); // The test is gone.
                }
              });
      try (CheckpointStore store = CheckpointStore.open(folder)) {
        long first = store.newest().map(Checkpoint::step).orElse(0L) + 1;
        write(store, first, first + STEPS - 1, step -> say(output, WRITTEN + step));
      }
    }
  }

  /** Does with a store what a training run does. */
  static void write(CheckpointStore store, long first, long last, Written written)
      throws IOException {
    for (long step = first; step <= last; step++) {
      Contents.write(store, step, ELEMENTS);
      written.written(step);
      if (step % 3 == 0) {
        Contents.write(store, step, ELEMENTS); // Replaces it.
      }
      if (step % 2 == 0) {
        store.mark("best", step);
      }
      store.keep(2, "best");
    }
  }

  private static void say(OutputStream output, String line) throws IOException {
    output.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    output.flush();
  }
}
