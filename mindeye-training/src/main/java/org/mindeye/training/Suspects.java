// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.mindeye.core.tensor.Finite;

/** Tensors that may be why a loss is not a finite number, in the order they were made. */
final class Suspects {
  private final List<Suspect> all = new ArrayList<>();

  private record Suspect(String name, NDArray rows, String remedy) {}

  /**
   * Why something is not finite.
   *
   * @param what holds NaN or infinity
   * @param remedy what to do
   */
  record Cause(String what, String remedy) {}

  Suspects data(String name, NDArray rows) {
    all.add(new Suspect(name, rows, "repair or leave out the data"));
    return this;
  }

  Suspects prediction(String name, NDArray rows) {
    all.add(new Suspect(name, rows, "lower the learning rate or clip gradients"));
    return this;
  }

  /** The first that holds NaN or infinity; empty if none does. */
  Optional<Cause> cause(List<String> keys) {
    for (Suspect suspect : all) {
      if (!Finite.isFinite(suspect.rows)) {
        List<String> bad = Arrays.stream(Finite.rows(suspect.rows)).mapToObj(keys::get).toList();
        return Optional.of(
            new Cause(
                suspect.name + " of " + NotFinite.some("sample", bad) + " hold NaN or infinity",
                suspect.remedy));
      }
    }
    return Optional.empty();
  }
}
