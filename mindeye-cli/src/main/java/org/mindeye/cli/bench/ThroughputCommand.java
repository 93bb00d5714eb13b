// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.mindeye.Plural;
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

/** {@code mindeye bench throughput}: how long a training step takes. */
@Command(
    name = "throughput",
    description = {
      "Times training steps in float32 and in bfloat16.",
      "A step of backbone and projector on drawn data: dropout, SoftCLIP loss, gradients, AdamW;"
          + " without a prior and without encoding pictures. Prints p50, p95 (the slowest of fewer"
          + " than 20), steps a second and peak memory, each format in a JVM of its own. The last"
          + " line says which format to use here.",
      "With one published token that takes one to two minutes and 4 GiB on two processors. Close"
          + " other programs."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ThroughputCommand implements Callable<Integer> {
  private static final int BATCH = 32;

  @Spec private CommandSpec spec;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description =
          "final (default): the published network for one token; paper: for all 257, 16 GiB; small:"
              + " a toy, seconds.")
  private BenchSize size = BenchSize.FINAL;

  @Option(names = "--batch-size", paramLabel = "N", description = "Samples of a step (32).")
  private int batch = BATCH;

  @Mixin(name = "Measuring")
  private BenchOptions options = new BenchOptions();

  private final Children children;

  /** Creates the command; picocli fills in the options. */
  ThroughputCommand() {
    this(Children.ofThisJava());
  }

  /** For tests. */
  ThroughputCommand(Children children) {
    this.children = children;
  }

  @Override
  public Integer call() throws IOException {
    List<Precision> precisions;
    Task like;
    try {
      precisions = options.precisions(EnumSet.of(Precision.FLOAT32, Precision.BFLOAT16));
      like =
          new Task(
              Task.Kind.TRAIN,
              size.model().name(),
              Precision.FLOAT32,
              BenchOptions.positive("--batch-size", batch),
              options.repeat(),
              options.device());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    Path json = options.json();
    Device device = Torch.device(options.device());
    PrintWriter out = spec.commandLine().getOut();
    BenchTable table = new BenchTable(out, true);
    table.text("instructions for bfloat16: " + NativeFormats.ofThisMachine());
    Bench bench = new Bench(children, MemoryBudget.of(device), table);
    bench.measure(
        String.format(
            Locale.ROOT,
            "a training step of %s: %s",
            Plural.of(batch, "sample"),
            Model.describe(size.model().config())),
        Bench.tasks(like, precisions));
    String advice =
        "on this machine: "
            + Advice.of(bench.rows()).text("trains")
            + "; threads: "
            + bench.rows().get(0).threads();
    table.last(advice);
    if (json != null) {
      BenchJson.write(json, bench.rows(), advice);
    }
    return 0;
  }
}
