// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.PreparedCondition;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The noise in latents, for a condition that was prepared before.
 *
 * <p>A plain computation at the published size takes a day, so every run compares the {@code SMALL}
 * network with one, and the network that is measured with itself: the last prediction must be that
 * of its picture alone, in the caller's graph.
 */
public class UnetStep extends DeviceBenchmark {
  private static final int TIMESTEP = 849;

  @Param({"SMALL", "PAPER"})
  UnetSize unet;

  @Param({"ONE", "TWO", "GUIDED"})
  UnetPass pass;

  /** In which the weights are kept. */
  @Param({"FLOAT32", "BFLOAT16"})
  Precision precision;

  private ConditionalUnet measured;
  private NDArray latents;
  private PreparedCondition condition;

  /** Creates the benchmark; JMH fills in the parameters. */
  public UnetStep() {}

  /** Draws weights, latents and tokens; compares predictions, small and measured. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    checkSmall(manager.getDevice());
    measured = draw(unet, precision, manager.getDevice());
    latents = latents(unet.config(), manager);
    NDArray tokens = tokens(unet.config(), manager);
    condition = measured.prepare(tokens, manager);
    try (CallScope scope = CallScope.open(manager.getDevice())) {
      float[] all = predict(measured, latents, condition, scope.manager()).toFloatArray();
      String last = pass.pictures() - 1 + ":";
      float[] alone =
          measured.forward(latents.get(last), tokens.get(last), TIMESTEP).toFloatArray();
      for (int i = 0; i < alone.length; i++) {
        float same = all[all.length - alone.length + i];
        Check.near("noise", same, alone[i], PlainMaps.tolerance(precision));
      }
    }
  }

  private NDArray predict(
      ConditionalUnet network, NDArray noisy, PreparedCondition prepared, NDManager owner) {
    return pass == UnetPass.GUIDED
        ? network.predictGuided(noisy, TIMESTEP, prepared, owner)
        : network.predict(noisy, TIMESTEP, prepared, owner);
  }

  private static ConditionalUnet draw(UnetSize size, Precision precision, Device cpuOrGpu) {
    ConditionalUnet network = new ConditionalUnet(size.config());
    network.storeIn(precision);
    network.initialize(cpuOrGpu, NoiseSource.seeded(SEED, 1));
    return network;
  }

  private NDArray latents(ConditionalUnetConfig config, NDManager owner) {
    Shape shape = new Shape(pass.pictures(), config.channels(), config.side(), config.side());
    return NoiseSource.seeded(SEED, 2).normal(owner, shape);
  }

  private NDArray tokens(ConditionalUnetConfig config, NDManager owner) {
    ClipSpace space = config.condition();
    Shape shape = new Shape(pass.pictures(), space.tokens(), space.width());
    return NoiseSource.seeded(SEED, 3).normal(owner, shape);
  }

  private void checkSmall(Device cpuOrGpu) {
    ConditionalUnetConfig config = UnetSize.SMALL.config();
    try (CallScope scope = CallScope.open(cpuOrGpu);
        ConditionalUnet exact = draw(UnetSize.SMALL, Precision.FLOAT32, cpuOrGpu);
        ConditionalUnet small = draw(UnetSize.SMALL, precision, cpuOrGpu)) {
      NDArray noisy = latents(config, scope.manager());
      NDArray tokens = tokens(config, scope.manager());
      PreparedCondition prepared = small.prepare(tokens, scope.manager());
      float[] found = predict(small, noisy, prepared, scope.manager()).toFloatArray();
      float[] zeros = new float[config.condition().size()];
      PlainUnet plain = new PlainUnet(exact);
      int next = 0;
      for (int i = 0; i < pass.predictions(); i++) {
        int picture = i % pass.pictures();
        boolean seeing = i >= pass.predictions() - pass.pictures();
        float[] seen = seeing ? tokens.get(picture).toFloatArray() : zeros;
        double[][][] expected = plain.predict(noisy.get(picture).toFloatArray(), TIMESTEP, seen);
        int length = found.length / pass.predictions();
        float[] one = Arrays.copyOfRange(found, next, next += length);
        PlainMaps.check("noise", precision, one, expected);
      }
    }
  }

  /**
   * One prediction for each.
   *
   * @return a number of the noise
   */
  @Benchmark
  public float step() {
    try (CallScope scope = CallScope.open(measured.device())) {
      return Readback.first(predict(measured, latents, condition, scope.manager()));
    }
  }

  /** Frees the weights. */
  @TearDown
  public void closeNetwork() {
    measured.close();
  }
}
