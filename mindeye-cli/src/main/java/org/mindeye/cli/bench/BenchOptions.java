// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.mindeye.cli.console.OutputFile;
import org.mindeye.cli.console.PrecisionNames;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import picocli.CommandLine.Option;

/** What both kinds of measurement are given. */
final class BenchOptions {
  /** Enough for a p95 that is not the slowest. */
  private static final int REPEAT = 30;

  @Option(
      names = "--precision",
      paramLabel = "P,...",
      description =
          "FLOAT32, BFLOAT16 or INT8_WEIGHTS (inference only), commas between (default: all).")
  private String precisions;

  @Option(names = "--repeat", paramLabel = "N", description = "Repetitions that are timed (30).")
  private int repeat = REPEAT;

  @Option(names = "--json", paramLabel = "FILE", description = "Also writes them for programs.")
  private Path json;

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device = "cpu";

  /** Creates the options; picocli fills them in. */
  BenchOptions() {}

  /**
   * The formats to measure.
   *
   * @param known those of this kind of work
   * @throws IllegalArgumentException if another one is asked for, or the device does not offer it
   */
  List<Precision> precisions(Set<Precision> known) {
    Device where = Torch.device(device);
    if (precisions == null) {
      return List.copyOf(where.isGpu() ? EnumSet.of(Precision.FLOAT32) : known);
    }
    List<Precision> asked = PrecisionNames.several(precisions);
    for (Precision each : asked) {
      PrecisionNames.requireOffered(each, where);
      if (!known.contains(each)) {
        throw new IllegalArgumentException(
            "--precision: "
                + each
                + " is for inference, integers have no gradients; give "
                + Precision.FLOAT32
                + ", "
                + Precision.BFLOAT16
                + " or both");
      }
    }
    return asked;
  }

  /**
   * How often.
   *
   * @throws IllegalArgumentException if never
   */
  int repeat() {
    return positive("--repeat", repeat);
  }

  static int positive(String option, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(option + ": expected at least 1 but was " + number);
    }
    return number;
  }

  String device() {
    return device;
  }

  /** Where the numbers go besides the table; null for nowhere. */
  Path json() throws IOException {
    if (json != null) {
      OutputFile.requireFolder(json);
    }
    return json;
  }
}
