// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A training, or a part of one that stops and is resumed. */
@FunctionalInterface
public interface TrainingPart {
  /**
   * What a part leaves.
   *
   * @param result of the whole training so far
   * @param weights by name
   */
  record Left(TrainingResult result, Map<String, float[]> weights) {}

  /**
   * Trains.
   *
   * @param seed of the weights to begin with, another one in each part
   * @param control what leads the part
   * @param resumed whether it goes on from a checkpoint
   */
  Left train(long seed, RunControl control, boolean resumed);

  /**
   * Checks that a training ends with the same bits where it stops after some steps.
   *
   * @param folder of the checkpoints
   * @param stops after so many steps of the whole training
   * @return what became of the training that never stopped
   */
  default TrainingResult requireSameBits(Path folder, long... stops) {
    Left whole = train(1, RunControl.of(), false);
    Left last = null;
    for (int part = 0; part <= stops.length; part++) {
      long until = part < stops.length ? stops[part] : Long.MAX_VALUE;
      AtomicLong done = new AtomicLong();
      RunControl control =
          RunControl.of(counting(done))
              .withCheckpoints(CheckpointPolicy.in(folder))
              .stoppingWhen(() -> done.get() == until);
      last = train(1 + part, control, part > 0);
    }
    assertThat(last.result).isEqualTo(whole.result);
    NetworkWeights.assertSame(last.weights, whole.weights);
    return whole.result;
  }

  private static TrainingListener counting(AtomicLong steps) {
    return new TrainingListener() {
      @Override
      public void onStep(StepReport report) {
        steps.set(report.step() + 1);
      }
    };
  }
}
