// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.List;
import org.mindeye.Plural;

/**
 * A start in which only a part of the model is trained: for fine-tuning on a new subject, whose
 * layer starts from random weights while everything else is trained already.
 *
 * @param epochs how many epochs, from the first; 0 for none
 * @param only names of the parameters trained in them start with one of these, for example {@code
 *     lin0.0.}
 */
public record Freezing(int epochs, List<String> only) {
  /** Everything is trained from the first step on, as published. */
  public static final Freezing NONE = new Freezing(0, List.of());

  /** Checks that something is left to train. */
  public Freezing {
    Requirements.atLeast("epochs", 0, epochs);
    only = List.copyOf(only);
    if (epochs > 0 && only.isEmpty()) {
      throw new IllegalArgumentException(
          "only: for " + Plural.of(epochs, "epoch") + " nothing would be trained; name something");
    }
  }

  /**
   * The subject's own layer first, then everything.
   *
   * @param epochs how many epochs train that layer alone
   * @return the schedule
   */
  public static Freezing allButTheSubjectsLayer(int epochs) {
    return new Freezing(epochs, List.of("lin0.0."));
  }

  /** Refuses a start that is longer than the run. */
  void requireWithin(int runEpochs) {
    if (epochs > runEpochs) {
      throw new IllegalArgumentException(
          "freezing: only "
              + only
              + " is to be trained for "
              + Plural.of(epochs, "epoch")
              + " but the run has "
              + runEpochs
              + "; use at most as many, or more epochs");
    }
  }

  /** Whether a parameter is left alone in an epoch. */
  boolean freezes(int epoch, String parameter) {
    return epoch < epochs && only.stream().noneMatch(parameter::startsWith);
  }
}
