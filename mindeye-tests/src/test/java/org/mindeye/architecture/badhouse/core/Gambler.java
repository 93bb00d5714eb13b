// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

public final class Gambler {
  private Gambler() {}

  public static double draw() {
    return Math.random() + new Random(1).nextDouble() + ThreadLocalRandom.current().nextDouble();
  }

  public static void mix(List<String> cards) {
    Collections.shuffle(cards);
  }

  public static NDArray noise(NDManager manager, Engine engine) {
    engine.setRandomSeed(1);
    return manager.randomNormal(new Shape(1)).mul(2).mul(manager.create(new float[] {2}));
  }
}
