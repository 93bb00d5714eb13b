// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The instructions by which a processor multiplies other numbers than float32 and float64 itself.
 * Where it has none, libtorch computes in bfloat16 all the same, in several steps, and slower.
 *
 * @param instructions those it has of {@link Instructions}
 * @param unknown why they are not known; empty where they are
 */
public record NativeFormats(Set<Instructions> instructions, String unknown) {
  private static final Path CPUS = Path.of("proc/cpuinfo");

  /** One line for each processor: {@code flags} on x86, {@code Features} on Arm. */
  private static final Pattern FLAGS = Pattern.compile("(?m)^(?:flags|Features)\\s*:(.*)$");

  /** Products of bfloat16 numbers, added up in float32. */
  public enum Instructions {
    /** Vectors of 512 bits: AMD from Zen 4 on, Intel from Cooper Lake and Sapphire Rapids on. */
    AVX512_BF16("avx512_bf16", "AVX512-BF16"),
    /** Tiles: Intel from Sapphire Rapids on. */
    AMX_BF16("amx_bf16", "AMX-BF16"),
    /** Arm's vectors, from Armv8.6 on. */
    ARM_BF16("bf16", "Arm BF16");

    private final String flag;
    private final String title;

    Instructions(String flag, String title) {
      this.flag = flag;
      this.title = title;
    }

    @Override
    public String toString() {
      return title;
    }
  }

  /** Checks and copies. */
  public NativeFormats {
    EnumSet<Instructions> sorted = EnumSet.noneOf(Instructions.class);
    sorted.addAll(instructions);
    instructions = Collections.unmodifiableSet(sorted);
    Objects.requireNonNull(unknown, "unknown");
    if (!unknown.isEmpty() && !sorted.isEmpty()) {
      throw new IllegalArgumentException("instructions: unknown (" + unknown + ") but " + sorted);
    }
  }

  /**
   * Those of the processors of this machine.
   *
   * @return what Linux says; unknown on other systems
   */
  public static NativeFormats ofThisMachine() {
    return linux(Path.of("/"));
  }

  /** What the files of a Linux system below a root directory say. */
  static NativeFormats linux(Path root) {
    try {
      Path cpus = root.resolve(CPUS);
      return Files.exists(cpus)
          ? parse(Files.readString(cpus))
          : new NativeFormats(Set.of(), "there is no /proc/cpuinfo");
    } catch (IOException e) {
      throw new UncheckedIOException("reading what the processor can do", e);
    }
  }

  private static NativeFormats parse(String cpus) {
    List<Set<String>> flags =
        FLAGS
            .matcher(cpus)
            .results()
            .map((MatchResult line) -> Set.copyOf(words(line.group(1))))
            .toList();
    if (flags.isEmpty()) {
      return new NativeFormats(Set.of(), "/proc/cpuinfo lists no flags");
    }
    // A thread may run on any of the processors.
    Set<String> common = new HashSet<>(flags.get(0));
    flags.forEach(common::retainAll);
    return new NativeFormats(
        Arrays.stream(Instructions.values())
            .filter(each -> common.contains(each.flag))
            .collect(Collectors.toSet()),
        "");
  }

  private static Collection<String> words(String line) {
    return new HashSet<>(Arrays.asList(line.strip().split("\\s+")));
  }

  /**
   * For people.
   *
   * @return the instructions' names, "none", or why they are not known
   */
  @Override
  public String toString() {
    if (!unknown.isEmpty()) {
      return "unknown: " + unknown;
    }
    return instructions.isEmpty()
        ? "none"
        : instructions.stream().map(Instructions::toString).collect(Collectors.joining(", "));
  }

  /** See {@link Precision#fastest}. */
  PrecisionChoice fastest() {
    if (!unknown.isEmpty()) {
      return new PrecisionChoice(
          Precision.FLOAT32, "whether this processor multiplies bfloat16 is not known, " + unknown);
    }
    if (instructions.isEmpty()) {
      return new PrecisionChoice(
          Precision.FLOAT32, "this processor has no instructions for bfloat16");
    }
    if (instructions.contains(Instructions.ARM_BF16)) {
      return new PrecisionChoice(
          Precision.FLOAT32,
          "this processor multiplies bfloat16 natively ("
              + this
              + "), but whether libtorch gains by it has not been measured");
    }
    return new PrecisionChoice(
        Precision.BFLOAT16, "this processor multiplies bfloat16 natively (" + this + ")");
  }
}
