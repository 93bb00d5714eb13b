package org.mindeye.training.checkpoint;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Another process that writes checkpoints as fast as it can until it is killed. It starts its
 * engine, says {@code ready}, waits for a byte, opens the store, and says the step of every
 * checkpoint whose writing has returned.
 */
final class Writer {
  static final int ELEMENTS = 30_000;
  static final int KEPT = 2;
  private static final int MARKED = 5;

  private Writer() {}

  /** Starts such a process. */
  static Process start(Path folder, Path log) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            List.of(
                java,
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dai.djl.offline=true",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                folder.toString()))
        .redirectError(ProcessBuilder.Redirect.appendTo(new File(log.toString())))
        .start();
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Path warmUp = folder.resolveSibling("warm-up-" + ProcessHandle.current().pid());
    try (OutputStream output = new FileOutputStream(FileDescriptor.out)) {
      try (CheckpointStore store = CheckpointStore.open(warmUp)) {
        Contents.write(store, 0);
      }
      say(output, "ready");
      if (System.in.read() < 0) {
        return;
      }
      try (CheckpointStore store = CheckpointStore.open(folder)) {
        long step = store.newest().map(Checkpoint::step).orElse(0L);
        while (true) {
          step++;
          Contents.write(store, step, ELEMENTS);
          say(output, Long.toString(step));
          if (step % 3 == 0) {
            Contents.write(store, step, ELEMENTS); // Replaces it.
          }
          if (step % MARKED == 0) {
            store.mark("best", step);
          }
          store.keep(KEPT, "best");
        }
      }
    }
  }

  private static void say(OutputStream output, String line) throws IOException {
    output.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    output.flush();
  }
}
