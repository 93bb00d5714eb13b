// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.natives;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long OpenMP's threads spin while they wait for each other, before they sleep. GNU's library
 * spins for milliseconds by default, and where other work shares the cores everything becomes many
 * times slower. It is set to spin as briefly as it does itself when it sees more threads than
 * cores.
 *
 * <p>Measured with a small backbone's forward pass, two threads on two cores, mean of 400 to 1,500
 * calls: left alone, 0.9 ms on idle cores and 26 to 90 ms with eight other processes; spinning
 * briefly, 1.0 and 4 ms; always asleep ({@code OMP_WAIT_POLICY=PASSIVE}), 1.8 and 2 to 3 ms.
 *
 * <p>OpenMP reads the environment when it is loaded, with libtorch. Java cannot change its own
 * environment; the C library can.
 */
public final class WaitPolicy {
  private static final String VARIABLE = "GOMP_SPINCOUNT";
  private static final String BRIEFLY = "1000";

  /** What the user may have decided with, for GNU's library. */
  private static final List<String> DECIDED = List.of(VARIABLE, "OMP_WAIT_POLICY");

  private static final Logger LOG = LoggerFactory.getLogger(WaitPolicy.class);
  private static final String REMEDY =
      "threads that wait for each other spin, which is slow on a busy machine: set the environment"
          + " variable "
          + VARIABLE
          + "="
          + BRIEFLY
          + " before Java starts";

  private static volatile boolean set;

  private WaitPolicy() {}

  /** Call before libtorch is loaded. What the user has set stays. Does nothing but on Linux. */
  public static void spinBriefly() {
    if (set || !CLibrary.isHere() || isDecided(System::getenv)) {
      return;
    }
    if (isOpenMpLoaded()) {
      LOG.warn("DJL was started before this library could tell OpenMP how to wait; {}", REMEDY);
      return;
    }
    set = CLibrary.setEnvironment(VARIABLE, BRIEFLY);
    if (!set) {
      LOG.warn("OpenMP cannot be set how to wait; {}", REMEDY);
    }
  }

  private static boolean isDecided(UnaryOperator<String> environment) {
    return DECIDED.stream().anyMatch(name -> environment.apply(name) != null);
  }

  /**
   * What decides how OpenMP's threads wait.
   *
   * @param environment returns a variable's value, or null
   * @return a name and its value, for people
   */
  public static String describe(UnaryOperator<String> environment) {
    if (isDecided(environment)) {
      return String.join(
          ", ",
          DECIDED.stream()
              .filter(name -> environment.apply(name) != null)
              .map(name -> name + " " + environment.apply(name))
              .toList());
    }
    return set ? VARIABLE + " " + BRIEFLY + " (set by this library)" : "OMP_WAIT_POLICY not set";
  }

  private static boolean isOpenMpLoaded() {
    try (Stream<String> maps =
        Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
      return maps.anyMatch(line -> line.contains("libgomp"));
    } catch (IOException e) {
      return false;
    }
  }
}
