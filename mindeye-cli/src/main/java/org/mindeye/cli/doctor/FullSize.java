// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mindeye.MindEyeException;
import org.mindeye.cli.child.ChildReport;
import org.mindeye.core.backbone.BackboneMemory;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.formats.io.ProcessEnd;

/**
 * Runs the published backbone at its real size on this machine: initialise, save, load, infer,
 * train two steps; each peak of resident memory is measured in a process of its own and held
 * against a limit.
 */
final class FullSize {
  private static final long GIB = 1L << 30;
  private static final long INFERENCE_LIMIT = 5 * GIB;
  private static final long TRAINING_LIMIT = 16 * GIB;

  /** Besides the weights: header, logs, the file system's own needs. */
  private static final long DISK_MARGIN = 64L << 20;

  private final ChildJvm jvm;
  private final MemoryBudget memory;
  private final PrintWriter out;

  /**
   * Creates the check.
   *
   * @param jvm runs a phase
   * @param memory what there is
   * @param out where the table goes
   */
  FullSize(ChildJvm jvm, MemoryBudget memory, PrintWriter out) {
    this.jvm = jvm;
    this.memory = memory;
    this.out = out;
  }

  /** One line of the table. */
  private record Row(String phase, ChildReport report, long limit) {
    boolean passed() {
      return report.peak().isPresent() && report.peak().getAsLong() <= limit;
    }
  }

  /**
   * Runs all phases and prints the table. The weights are deleted afterwards.
   *
   * @param folder where the weights are written, or null for a temporary folder
   * @return whether all limits were kept and the weights came back bit for bit
   * @throws IOException if the weights cannot be written
   * @throws MindEyeException if memory or disk do not suffice, or a phase fails
   */
  boolean run(Path folder) throws IOException {
    Path place = Files.createTempDirectory(existing(folder), "mindeye-full-size");
    Path file = place.resolve("backbone.safetensors");
    ProcessEnd.Registration unfinished = ProcessEnd.unfinished(place);
    try {
      requireRoom(Files.getFileStore(place).getUsableSpace(), place.getParent());
      List<Row> rows = new ArrayList<>();
      for (Phase phase : Phase.values()) {
        out.println(phase.title + " ...");
        out.flush();
        rows.add(new Row(phase.title, jvm.run(phase, file), phase.limit));
      }
      return print(rows);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(place);
      unfinished.close();
    }
  }

  /** What runs in a process of its own. */
  enum Phase {
    /** Initialise and save. */
    SAVE("initialise, save", INFERENCE_LIMIT),
    /** Load and infer. */
    INFER("load, infer at batch 1 and " + FullSizePhase.INFERENCE_BATCH, INFERENCE_LIMIT),
    /** Load and train two steps. */
    TRAIN("load, two training steps at batch " + FullSizePhase.TRAINING_BATCH, TRAINING_LIMIT);

    private final String title;
    private final long limit;

    Phase(String title, long limit) {
      this.title = title;
      this.limit = limit;
    }
  }

  private static Path existing(Path folder) throws IOException {
    return Files.createDirectories(
        folder != null ? folder : Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** All that is missing, at once. */
  void requireRoom(long disk, Path folder) {
    List<String> missing = new ArrayList<>();
    MemoryEstimate step = trainingEstimate();
    if (!memory.allows(step.total())) {
      missing.add("memory: a training step needs " + step + " but " + memory);
    }
    long file =
        new ResidualMlpBackbone(FullSizePhase.MODEL).parameterCount() * Float.BYTES + DISK_MARGIN;
    if (disk < file) {
      missing.add(
          String.format(
              Locale.ROOT,
              "disk: the weights need %s but %s are free in %s",
              gib(file),
              gib(disk),
              folder));
    }
    if (!missing.isEmpty()) {
      throw new MindEyeException("not started; " + String.join("; ", missing));
    }
  }

  private static MemoryEstimate trainingEstimate() {
    return BackboneMemory.training(FullSizePhase.MODEL, FullSizePhase.TRAINING_BATCH);
  }

  private boolean print(List<Row> rows) {
    ChildReport saved = rows.get(0).report();
    ChildReport loaded = rows.get(1).report();
    boolean equal = saved.text("digest").equals(loaded.text("digest"));
    line("%-40s %10s %12s %12s", "phase", "seconds", "peak", "limit");
    for (Row row : rows) {
      String peak = row.report().peak().isPresent() ? gib(row.report().peak().getAsLong()) : "?";
      line(
          "%-40s %10.1f %12s %12s  %s",
          row.phase(),
          row.report().seconds(),
          peak,
          gib(row.limit()),
          row.passed() ? "pass" : "FAIL");
      row.report().parts().forEach((part, seconds) -> line("  %-38s %10.2f", part, seconds));
    }
    line("parameters: %,d", Long.parseLong(saved.text("parameters")));
    line("file: %,d bytes", Long.parseLong(saved.text("bytes")));
    line("loaded weights: %s", equal ? "bit-equal (SHA-256)" : "DIFFERENT from the saved ones");
    line("estimate of a training step: %s", trainingEstimate());
    return equal && rows.stream().allMatch(Row::passed);
  }

  private void line(String format, Object... arguments) {
    out.printf(Locale.ROOT, format + "%n", arguments);
    out.flush();
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.2f GiB", (double) bytes / GIB);
  }
}
