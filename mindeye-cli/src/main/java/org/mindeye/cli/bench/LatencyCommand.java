// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.engine.NativeFormats;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mindeye bench latency}: how long one trial takes. */
@Command(
    name = "latency",
    description = {
      "Times one trial at a time: to its nearest pictures, and to a picture.",
      "Five pictures are found among 300 and among 100,000, and with --pictures one is painted: p50,"
          + " p95 (the slowest of fewer than 20) and peak memory in each format of numbers, each in"
          + " a JVM of its own. The last line says which format to use here.",
      "Weights, voxels and galleries are drawn: speed does not depend on what the numbers are. At"
          + " the published sizes that takes about two minutes on two processors, and up to 5 GiB"
          + " of memory; what does not fit is left out. --pictures takes several minutes more. Close"
          + " other programs."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class LatencyCommand implements Callable<Integer> {
  private static final Set<Precision> PAINTED = EnumSet.of(Precision.FLOAT32, Precision.BFLOAT16);

  @Spec private CommandSpec spec;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description =
          "paper (default): all 257 tokens, and one token among more than 1 GiB of pictures; final:"
              + " one token; small: a toy, seconds.")
  private BenchSize size;

  @Option(
      names = "--weights",
      paramLabel = "W",
      description = "Your own backbone instead: a file, or the folder of a checkpoint.")
  private Path weights;

  @Option(
      names = "--galleries",
      paramLabel = "N,...",
      description = "Pictures to search, commas between (300,100000).")
  private String galleries = "300,100000";

  @Option(
      names = "--pictures",
      paramLabel = "N",
      description = "Also time this many pictures in FLOAT32 and BFLOAT16 (0).")
  private int pictures;

  @Mixin(name = "Measuring")
  private BenchOptions options = new BenchOptions();

  private final Children children;

  /** Creates the command; picocli fills in the options. */
  LatencyCommand() {
    this(Children.ofThisJava());
  }

  /** For tests. */
  LatencyCommand(Children children) {
    this.children = children;
  }

  @Override
  public Integer call() throws IOException {
    List<Precision> precisions;
    List<Integer> searched;
    try {
      precisions = options.precisions(EnumSet.allOf(Precision.class));
      searched = searched();
      options.repeat();
      requireSense();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    Path json = options.json();
    Device device = Torch.device(options.device());
    PrintWriter out = spec.commandLine().getOut();
    BenchTable table = new BenchTable(out, false);
    table.text("instructions for bfloat16: " + NativeFormats.ofThisMachine());
    Bench searches = new Bench(children, MemoryBudget.of(device), table);
    for (int images : searched) {
      Task like = retrieval(images);
      searches.measure(
          describe(
              like,
              String.format(Locale.ROOT, "to %d of %,d pictures", RetrievalWork.NEIGHBORS, images)),
          Bench.tasks(like, precisions));
    }
    List<Row> rows = new ArrayList<>(searches.rows());
    String advice = Advice.of(rows).text("finds");
    if (pictures > 0) {
      Bench paintings = new Bench(children, MemoryBudget.of(device), table);
      paint(paintings, precisions);
      rows.addAll(paintings.rows());
      advice += "; " + Advice.of(paintings.rows()).text("paints");
    }
    advice = "on this machine: " + advice + "; threads: " + rows.get(0).threads();
    table.last(advice);
    if (json != null) {
      BenchJson.write(json, rows, advice);
    }
    return 0;
  }

  private void requireSense() {
    if (weights != null && size != null) {
      throw new IllegalArgumentException("--size is for drawn weights: give it or --weights");
    }
    if (weights != null && pictures > 0) {
      throw new IllegalArgumentException("--pictures is for drawn weights: leave out --weights");
    }
    if (pictures < 0) {
      throw new IllegalArgumentException("--pictures: expected 0 or more but was " + pictures);
    }
    if (pictures > 0 && size == BenchSize.FINAL) {
      throw new IllegalArgumentException("--pictures: give --size small or paper");
    }
  }

  private List<Integer> searched() {
    try {
      return Arrays.stream(galleries.split(","))
          .map(number -> BenchOptions.positive("--galleries", Integer.parseInt(number.strip())))
          .toList();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--galleries: expected whole numbers, commas between, but was '" + galleries + "'", e);
    }
  }

  private BenchSize drawn() {
    return size == null ? BenchSize.PAPER : size;
  }

  private Task retrieval(int images) {
    String model =
        weights == null
            ? drawn().searching(images).name()
            : Task.file(weights.toAbsolutePath().normalize().toString());
    return new Task(
        Task.Kind.RETRIEVE, model, Precision.FLOAT32, images, options.repeat(), options.device());
  }

  private void paint(Bench bench, List<Precision> precisions) throws IOException {
    Task like =
        new Task(
            Task.Kind.PAINT,
            drawn().model().name(),
            Precision.FLOAT32,
            1,
            pictures,
            options.device());
    List<Precision> painted = precisions.stream().filter(PAINTED::contains).toList();
    bench.measure(
        describe(like, "to a picture, " + PaintingWork.PRIOR_STEPS + " steps of the prior"),
        Bench.tasks(like, painted));
  }

  private String describe(Task like, String what) throws IOException {
    BackboneConfig config = BenchWeights.config(like);
    return String.format(
        Locale.ROOT,
        "one trial %s: %s, %s",
        what,
        Model.describe(config),
        like.isFile() ? weights : "drawn");
  }
}
