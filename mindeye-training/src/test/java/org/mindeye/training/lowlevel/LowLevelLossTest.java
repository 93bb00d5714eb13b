// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.augmentation.ViewConfig;
import org.mindeye.data.augmentation.ViewPlan;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.losses.MixCo;
import org.mindeye.losses.MixCoConfig;
import org.mindeye.losses.MixCoPlan;
import org.mindeye.losses.SoftContrastiveLoss;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.LowLevelPrediction;
import org.mindeye.testkit.FreshManager;
import org.mindeye.training.LossProbe;

/** Every term next to a plain computation, and all gradients next to finite differences. */
class LowLevelLossTest {
  private static final LowLevelObjective ALL = new LowLevelObjective(1, 0.5, 0.075, 0.7, 3);
  private static final long SEED = 11;

  @FreshManager private NDManager manager;
  private LowLevelNetwork network;
  private AutoencoderKl autoencoder;
  private ConvNextTeacher teacher;
  private LowLevelSplit split;

  @BeforeEach
  void open() {
    network = TinyLowLevel.network(1);
    autoencoder = TinyLowLevel.autoencoder(2);
    teacher = TinyLowLevel.teacher();
    split = TinyLowLevel.training(autoencoder);
  }

  @AfterEach
  void close() {
    network.close();
    autoencoder.close();
    teacher.close();
  }

  private LowLevelLoss loss(LowLevelTrainingConfig config) {
    return new LowLevelLoss(config, network, split, teacher);
  }

  private TrialBatch batch(LowLevelTrainingConfig config) {
    return TrialSamples.of(config, split.trials()).epoch(0).iterator().next();
  }

  private static double worth(NDArray array) {
    return array.getFloat();
  }

  private static double meanError(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((double) a[i] - b[i]);
    }
    return sum / a.length;
  }

  @Test
  void should_compute_each_term() {
    LowLevelTrainingConfig config = TinyLowLevel.config().withObjective(ALL);
    TrialBatch batch = batch(config);
    Map<String, NDArray> terms =
        loss(config).evaluate(batch, LossProbe.context(manager, 0, 4, SEED));
    assertThat(terms.keySet()).containsExactly("latents", "contrastive", "reconstruction", "edges");

    // The purposes of the noise are those of the loss: 2 for dropout, 3 for views.
    LowLevelPrediction expected =
        network.forward(batch.voxels(manager), Mode.train(NoiseSource.seeded(SEED, 2, 4)));
    ImageBatch images = ResizedImages.of(batch.trials(), 16, manager);
    float[] target = autoencoder.encodeMode(VaePixels.of(images), manager).array().toFloatArray();
    float[] predicted = expected.latents().array().toFloatArray();
    assertThat(worth(terms.get("latents")))
        .isCloseTo(meanError(predicted, target) / 0.18215, within(1e-4));

    VaePixels painted = autoencoder.decode(expected.latents());
    assertThat(worth(terms.get("reconstruction")))
        .isCloseTo(
            meanError(painted.array().toFloatArray(), VaePixels.of(images).array().toFloatArray()),
            within(1e-5));
    double[] seen = plainEdges(plainMedian(images.array().toFloatArray()), 4);
    double[] found = plainEdges(painted.toImages().array().toFloatArray(), 4);
    double sum = 0;
    for (int i = 0; i < seen.length; i++) {
      sum += Math.abs(seen[i] - found[i]);
    }
    assertThat(worth(terms.get("edges"))).isCloseTo(sum / seen.length, within(1e-5));

    ViewPlan plan = ViewPlan.draw(4, 16, ViewConfig.paper(), NoiseSource.seeded(SEED, 3, 4));
    ImageBatch views =
        ImageBatches.ofPixels(
            plan.apply(ResizedImages.pixels(batch.trials(), 16)), 16, 16, manager);
    NDArray contrastive =
        new SoftContrastiveLoss(0.075)
            .evaluate(
                rows(expected.features().orElseThrow()),
                rows(teacher.features(images)),
                rows(teacher.features(views)));
    assertThat(worth(terms.get("contrastive"))).isCloseTo(worth(contrastive), within(1e-5));
    assertThat(contrastive(ViewConfig.unchanged())).isNotCloseTo(worth(contrastive), within(1e-5));
  }

  /** All four positions of all four images: 16 rows. */
  private static ClipVectors rows(NDArray features) {
    assertThat(features.getShape()).isEqualTo(new Shape(4, 4, 512));
    return ClipVectors.normalized(features.reshape(16, 512));
  }

  private double contrastive(ViewConfig views) {
    LowLevelTrainingConfig config =
        TinyLowLevel.config()
            .withObjective(ALL)
            .withInputs(LowLevelInputs.paper().withViews(views));
    return worth(
        loss(config)
            .evaluate(batch(config), LossProbe.context(manager, 0, 4, SEED))
            .get("contrastive"));
  }

  /** Sobel's two windows as they are written; the outermost pixels are repeated outside. */
  private static double[] plainEdges(float[] images, int batch) {
    double[] edges = new double[batch * 3 * 256];
    int[] weights = {1, 2, 1};
    for (int i = 0; i < edges.length; i++) {
      double across = 0;
      double down = 0;
      for (int k = 0; k < 3; k++) {
        across += weights[k] * (near(images, i, k - 1, 1) - near(images, i, k - 1, -1));
        down += weights[k] * (near(images, i, 1, k - 1) - near(images, i, -1, k - 1));
      }
      edges[i] = Math.sqrt((across * across + down * down) / 64 + 1e-6);
    }
    return edges;
  }

  private static float near(float[] images, int pixel, int down, int across) {
    int y = Math.min(15, Math.max(0, pixel % 256 / 16 + down));
    int x = Math.min(15, Math.max(0, pixel % 16 + across));
    return images[pixel / 256 * 256 + y * 16 + x];
  }

  /** The middle one of nine pixels; zeros lie outside. */
  private static float[] plainMedian(float[] images) {
    float[] medians = new float[images.length];
    for (int i = 0; i < images.length; i++) {
      float[] window = new float[9];
      for (int k = 0; k < 9; k++) {
        int y = i % 256 / 16 + k / 3 - 1;
        int x = i % 16 + k % 3 - 1;
        boolean inside = y >= 0 && y < 16 && x >= 0 && x < 16;
        window[k] = inside ? images[i / 256 * 256 + y * 16 + x] : 0;
      }
      Arrays.sort(window);
      medians[i] = window[4];
    }
    return medians;
  }

  @Test
  void should_mix_voxels_and_latents_alike() {
    LowLevelTrainingConfig config =
        TinyLowLevel.config()
            .withObjective(LowLevelObjective.paper().withoutTeacher())
            .withInputs(LowLevelInputs.paper().withMixing(0.4, new MixCoConfig(0.9, 1)));
    TrialBatch batch = batch(config);
    Map<String, NDArray> terms =
        loss(config).evaluate(batch, LossProbe.context(manager, 0, 4, SEED));
    assertThat(terms.keySet()).containsExactly("latents");
    MixCoPlan mix = MixCo.draw(4, new MixCoConfig(0.9, 1), NoiseSource.seeded(SEED, 1, 4));
    float[] plain = split.latents(batch, manager).array().toFloatArray();
    float[] target = plain.clone();
    for (int i = 0; i < plain.length; i++) {
      int sample = i / 256;
      int partner = mix.permutation()[sample] * 256 + i % 256;
      double beta = mix.betas()[sample];
      target[i] = (float) (beta * plain[i] + (1 - beta) * plain[partner]);
    }
    VoxelBatch mixed = mix.apply(batch.voxels(manager));
    float[] predicted =
        network
            .forward(mixed, Mode.train(NoiseSource.seeded(SEED, 2, 4)))
            .latents()
            .array()
            .toFloatArray();
    double expected = meanError(predicted, target) / 0.18215;
    assertThat(worth(terms.get("latents"))).isCloseTo(expected, within(1e-4));
    double later =
        worth(loss(config).evaluate(batch, LossProbe.context(manager, 1, 4, SEED)).get("latents"));
    assertThat(later).isNotCloseTo(expected, within(1e-3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lin0.0.weight",
        "mlp.0.1.weight",
        "lin1.weight",
        "norm.weight",
        "upsampler.mid_block.attentions.0.query.weight",
        "upsampler.conv_out.bias",
        "maps_projector.3.weight"
      })
  void should_have_the_gradients_of_finite_differences(String name) {
    LowLevelLoss loss = loss(TinyLowLevel.config().withObjective(ALL));
    Parameter parameter =
        network.trainable().stream()
            .filter(p -> p.getName().equals(name))
            .findFirst()
            .orElseThrow();
    NDArray values = parameter.getArray();
    values.setRequiresGradient(true);
    float[] along;
    try (StepScope scope = StepScope.open(Device.cpu())) {
      NDArray total = total(loss, scope.manager());
      NDArray gradient = scope.gradients(total, List.of(parameter)).of(parameter).orElseThrow();
      along = gradient.toFloatArray();
    }
    values.setRequiresGradient(false);
    // Along the gradient itself, where differences are largest; its length says how far.
    NDArray direction = Torch.copy(manager, along, values.getShape());
    double slope = direction.square().sum().getFloat();
    double length = Math.sqrt(slope);
    assertThat(length).isPositive();
    double step = 2e-3 / length;
    NDArray change = direction.mul((float) step);
    values.addi(change);
    double above = total(loss, manager).getFloat();
    values.subi(change).subi(change);
    double below = total(loss, manager).getFloat();
    values.addi(change);
    assertThat((above - below) / (2 * step)).isCloseTo(slope, within(0.03 * slope));
  }

  /** Of networks that keep bfloat16 alone, what those give that keep float32 beside it. */
  @Test
  void should_be_the_same_with_networks_that_keep_half_the_memory() {
    autoencoder.computeIn(Precision.BFLOAT16);
    teacher.computeIn(Precision.BFLOAT16);
    split = TinyLowLevel.training(autoencoder);
    float[] expected = gradient();
    close();

    network = TinyLowLevel.network(1);
    autoencoder = new AutoencoderKl(autoencoder.config());
    teacher = new ConvNextTeacher(teacher.config());
    autoencoder.storeIn(Precision.BFLOAT16);
    teacher.storeIn(Precision.BFLOAT16);
    split = TinyLowLevel.training(TinyLowLevel.drawn(autoencoder, 2));
    TinyLowLevel.drawn(teacher, 3);
    assertThat(gradient()).isEqualTo(expected);
  }

  private float[] gradient() {
    Parameter parameter = network.getParameters().get("lin1.weight");
    parameter.getArray().setRequiresGradient(true);
    try (StepScope scope = StepScope.open(Device.cpu())) {
      NDArray total = total(loss(TinyLowLevel.config().withObjective(ALL)), scope.manager());
      NDArray gradient = scope.gradients(total, List.of(parameter)).of(parameter).orElseThrow();
      return gradient.toFloatArray();
    }
  }

  private NDArray total(LowLevelLoss loss, NDManager owner) {
    return LossProbe.total(loss, batch(loss.config()), LossProbe.context(owner, 0, 4, SEED));
  }
}
