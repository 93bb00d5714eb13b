// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import ai.djl.Device;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.PrecisionChoice;
import picocli.CommandLine.Model.CommandSpec;

/** Formats of numbers on the command line. */
public final class PrecisionNames {
  /** In place of a name: what {@link Precision#fastest} says. */
  public static final String FASTEST = "fastest";

  /** What the help says about the option. */
  public static final String HELP =
      "FLOAT32 (default), BFLOAT16, INT8_WEIGHTS, or fastest: what is known to be fastest here.";

  /** The same for commands that also encode pictures. */
  public static final String HELP_WITH_CLIP =
      "FLOAT32 (default), BFLOAT16, INT8_WEIGHTS (CLIP is BFLOAT16 then), or fastest: what is known"
          + " to be fastest here.";

  private PrecisionNames() {}

  /**
   * Formats by name, in any case.
   *
   * @param text names, commas between
   * @return the formats, each once, in the order of the type
   * @throws IllegalArgumentException for other names
   */
  public static List<Precision> several(String text) {
    return Arrays.stream(text.split(",")).map(PrecisionNames::one).distinct().sorted().toList();
  }

  /**
   * What was asked for.
   *
   * @param text a name in any case, or {@link #FASTEST}
   * @param device where the networks compute
   * @return the format; the reason says what was asked for, or why it is the fastest
   * @throws IllegalArgumentException for other names, and for formats that the device cannot do
   */
  public static PrecisionChoice choose(String text, Device device) {
    if (text.strip().equalsIgnoreCase(FASTEST)) {
      return Precision.fastest(device);
    }
    Precision named = one(text);
    requireOffered(named, device);
    return new PrecisionChoice(named, "as asked for");
  }

  /**
   * The format, as {@link #choose} finds it; of the fastest, the console reads which it is and why.
   *
   * @param text a name in any case, or {@link #FASTEST}
   * @param console where it is said
   * @param device where the networks compute
   * @return the format
   * @throws IllegalArgumentException for other names, and for formats that the device cannot do
   */
  public static Precision announce(String text, PrintWriter console, Device device) {
    PrecisionChoice choice = choose(text, device);
    if (text.strip().equalsIgnoreCase(FASTEST)) {
      console.println("precision: " + choice);
      console.flush();
    }
    return choice.precision();
  }

  /**
   * The format that an option of a command asks for, as {@link #announce} finds it.
   *
   * @param spec of the command; what is refused is a wrong call of it
   * @param text a name in any case, or {@link #FASTEST}
   * @param device where the networks compute
   * @return the format
   */
  public static Precision asked(CommandSpec spec, String text, Device device) {
    return Misuse.accepted(spec, () -> announce(text, spec.commandLine().getErr(), device));
  }

  /**
   * The same for a command that has no backbone, or also other networks.
   *
   * @param spec of the command; what is refused is a wrong call of it
   * @param text a name in any case, or {@link #FASTEST}
   * @param device where the networks compute
   * @return FLOAT32 or BFLOAT16
   */
  public static Precision askedWithoutBackbone(CommandSpec spec, String text, Device device) {
    Precision format = asked(spec, text, device);
    if (format == Precision.INT8_WEIGHTS) {
      throw Misuse.of(spec, "--precision: " + format + " is for a backbone alone; give BFLOAT16");
    }
    return format;
  }

  /**
   * Refuses a format that a device does not offer.
   *
   * @param precision the format
   * @param device where the networks would compute
   * @throws IllegalArgumentException for other formats than float32 on GPUs
   */
  public static void requireOffered(Precision precision, Device device) {
    if (device.isGpu() && precision != Precision.FLOAT32) {
      throw new IllegalArgumentException(
          "--precision: "
              + precision
              + " is not offered on GPUs until it can be tested there; give FLOAT32, or --device"
              + " cpu");
    }
  }

  private static Precision one(String name) {
    try {
      return Precision.valueOf(name.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          Arrays.stream(Precision.values())
              .map(Precision::name)
              .collect(
                  Collectors.joining(
                      ", ", "--precision: expected one of ", " but was '" + name + "'")),
          e);
    }
  }
}
