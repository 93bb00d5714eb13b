// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.simulation.scene.SceneGenerator;
import org.mindeye.data.simulation.scene.ScenePainter;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.MixCo;
import org.mindeye.losses.MixCoPlan;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.training.CachedTargets;

class CustomLoopTest {
  private static final int EPOCHS = 30;

  /** Scenes whose voxels are the image's own pixels: easy to learn. */
  static List<Trial> trials() throws IOException {
    ScenePainter painter = new ScenePainter(64);
    List<Trial> trials = new ArrayList<>();
    SceneGenerator scenes = SceneGenerator.of(Split.TRAIN);
    for (int i = 0; i < 48; i++) {
      SampleOrigin origin = SampleOrigin.memory("sample" + i);
      EncodedImage image =
          EncodedImage.png(origin, painter.paint(scenes.invent(NoiseSource.seeded(1, i))));
      float[] planes = image.toFloats();
      float[] voxels = new float[150];
      for (int v = 0; v < voxels.length; v++) {
        voxels[v] = 2 * planes[v * 81] - 1;
      }
      trials.add(
          new Trial(origin, image, new float[][] {voxels, voxels, voxels}, i, new long[] {i}, 1));
    }
    return trials;
  }

  /** A small image encoder with seeded weights, in place of a trained one. */
  static ClipImageEncoder smallClip(Device device) {
    var network =
        new ClipVisionTransformer(
            new VisionTransformerConfig(
                64, 256, 3, 4, new PatchGrid(64, 16), 32, Nonlinearity.QUICK_GELU));
    network.initialize(device, NoiseSource.seeded(7));
    return ClipImageEncoder.of(network);
  }

  @Test
  void should_say_what_to_do_elsewhere_than_beside_a_quickstart() {
    assertThatThrownBy(() -> CustomLoop.run(QuickstartFolder.of("no"), System.out))
        .hasMessage(
            Path.of("no", "data")
                + ": no such folder; run `./mindeye quickstart` first, or give the folder of one");
  }

  @Test
  void should_learn_and_find_the_seen_image() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    List<Trial> trials = trials();
    try (ClipImageEncoder clip = smallClip(Device.cpu())) {
      CachedTargets targets = CachedTargets.encode(clip, trials);
      ResidualMlpBackbone backbone = CustomLoop.train(Device.cpu(), trials, targets, EPOCHS, out);

      assertThat(CustomLoop.find(backbone, trials, targets, trials.get(3)))
          .hasSize(5)
          .first()
          .satisfies(best -> assertThat(best.id()).isEqualTo(3));
    }
    List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(EPOCHS);
    assertThat(loss(lines.get(EPOCHS - 1))).isLessThan(loss(lines.get(0)) / 2);
  }

  /** The gradient of the sum is the sum of the terms' gradients, weighted. */
  @Test
  void should_train_both_terms_of_the_joint_loss() {
    ClipSpace space = new ClipSpace(2, 8);
    var network =
        new PriorNetwork(new PriorConfig(space, TransformerConfig.paper().withSize(1, 1, 8)));
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    var backbone =
        new ResidualMlpBackbone(
            BackboneConfig.paper(5).withHidden(8).withSpace(space).withProjector(8));
    backbone.initialize(Device.cpu(), NoiseSource.seeded(2));
    try (backbone;
        var prior = DiffusionPrior.of(network, DiffusionConfig.paper(space.width()));
        var optimizer = FusedAdamW.over(ParameterGroups.asPublished(backbone, 0))) {
      MixCoPlan mix = MixCo.draw(4, NoiseSource.seeded(5));
      Parameter first = optimizer.parameters().get(0);
      float[] both =
          slope(
              backbone,
              first,
              (brain, image) ->
                  CustomLoop.jointLoss(brain, image, mix, prior, NoiseSource.seeded(6)));
      float[] contrastive =
          slope(
              backbone,
              first,
              (brain, image) ->
                  BiMixCoLoss.paper()
                      .evaluate(brain.projected().toUnitVectors(), image.toUnitVectors(), mix));
      float[] diffusion =
          slope(
              backbone,
              first,
              (brain, image) ->
                  prior.trainingLoss(brain.tokens(), image, NoiseSource.seeded(6)).loss());
      for (int i = 0; i < both.length; i++) {
        assertThat(both[i]).isEqualTo(contrastive[i] + 30 * diffusion[i], within(1e-4f));
      }
      assertThat(diffusion).isNotEqualTo(new float[diffusion.length]);
    }
  }

  private static float[] slope(
      ResidualMlpBackbone backbone,
      Parameter parameter,
      BiFunction<BrainEmbedding, ClipTokens, NDArray> loss) {
    try (StepScope step = StepScope.open(Device.cpu())) {
      NDManager manager = step.manager();
      var voxels = VoxelBatch.of(NoiseSource.seeded(3).normal(manager, new Shape(4, 5)));
      var image = ClipTokens.of(NoiseSource.seeded(4).normal(manager, new Shape(4, 2, 8)));
      NDArray value = loss.apply(backbone.forward(voxels, Mode.eval()), image);
      return step.gradients(value, List.of(parameter)).of(parameter).orElseThrow().toFloatArray();
    }
  }

  private static double loss(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1).replace(',', '.'));
  }
}
