// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.data.augmentation.AugmentationConfig;
import org.mindeye.data.augmentation.AugmentationPlan;
import org.mindeye.data.augmentation.ImageAugmentation;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class AugmentedTargetsTest {
  private static final VisionTransformerConfig VIT =
      new VisionTransformerConfig(8, 16, 1, 2, new PatchGrid(16, 8), 6, Nonlinearity.QUICK_GELU);
  private static final AugmentationConfig CONFIG = AugmentationConfig.paper().withSize(20);

  private final ClipImageEncoder clip = clip();
  @FreshManager private NDManager manager;
  private final TrialLoader loader =
      new TrialLoader(
          IntStream.range(0, 10).mapToObj(i -> trial(i, 24)).toList(), LoaderConfig.training(4, 3));

  private static ClipImageEncoder clip() {
    ClipVisionTransformer network = new ClipVisionTransformer(VIT);
    network.initialize(Device.cpu(), NoiseSource.seeded(2));
    return ClipImageEncoder.of(network);
  }

  private static Trial trial(int number, int width) {
    BufferedImage pixels = new BufferedImage(width, 22, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 22; y++) {
      for (int x = 0; x < width; x++) {
        pixels.setRGB(x, y, number * 20 << 16 | x * 9 << 8 | y * 11);
      }
    }
    SampleOrigin origin = SampleOrigin.memory("sample" + number);
    return new Trial(
        origin, EncodedImage.png(origin, pixels), new float[1][5], number, new long[] {number}, 1);
  }

  @AfterEach
  void close() {
    clip.close();
  }

  private List<TrialBatch> batches(int epoch) {
    List<TrialBatch> batches = new ArrayList<>();
    loader.epoch(epoch).iterator().forEachRemaining(batches::add);
    return batches;
  }

  private float[] targets(AugmentedTargets source, TrialBatch batch) {
    return source.targets(batch, manager).array().toFloatArray();
  }

  @Test
  void should_encode_the_augmented_images() {
    AugmentedTargets source = new AugmentedTargets(clip, CONFIG, 7);
    assertThat(source.space()).isEqualTo(new ClipSpace(5, 6));
    TrialBatch batch = batches(2).get(1);
    AugmentationPlan plan =
        AugmentationPlan.draw(4, 22, 24, CONFIG, NoiseSource.seeded(7, 0x6175676dL, 2, 1));
    assertThat(source.plan(batch)).isEqualTo(plan);

    float[][] images = ImageAugmentation.apply(plan, batch.pixels());
    float[] flat = new float[4 * images[0].length];
    for (int i = 0; i < 4; i++) {
      System.arraycopy(images[i], 0, flat, i * images[i].length, images[i].length);
    }
    NDArray tensor = Torch.copy(manager, flat, new Shape(4, 3, 20, 20));
    float[] expected = clip.encodeTokens(ImageBatch.of(tensor), manager).array().toFloatArray();

    NDArray found = source.targets(batch, manager).array();
    assertThat(found.getShape()).isEqualTo(new Shape(4, 5, 6));
    assertThat(found.getManager()).isSameAs(manager);
    assertThat(found.toFloatArray()).isEqualTo(expected);
  }

  /** A resumed run asks another object for the later batches only. */
  @Test
  void should_give_a_batch_the_same_targets_whenever_it_is_asked_for() {
    AugmentedTargets through = new AugmentedTargets(clip, CONFIG, 7);
    for (int epoch = 0; epoch < 2; epoch++) {
      batches(epoch).forEach(batch -> targets(through, batch));
    }
    TrialBatch later = batches(2).get(1);
    float[] expected = targets(through, later);
    AugmentedTargets resumed = new AugmentedTargets(clip, CONFIG, 7);
    assertThat(targets(resumed, later)).isEqualTo(expected);
    assertThat(targets(resumed, later)).isEqualTo(expected);
  }

  @Test
  void should_augment_every_epoch_step_and_seed_differently() {
    AugmentedTargets source = new AugmentedTargets(clip, CONFIG, 7);
    AugmentationPlan plan = source.plan(batches(0).get(0));
    assertThat(plan)
        .isNotEqualTo(source.plan(batches(0).get(1)))
        .isNotEqualTo(source.plan(batches(1).get(0)))
        .isNotEqualTo(new AugmentedTargets(clip, CONFIG, 8).plan(batches(0).get(0)));
  }

  @Test
  void should_refuse_images_of_different_sizes() {
    TrialLoader mixed =
        new TrialLoader(List.of(trial(0, 24), trial(1, 23)), LoaderConfig.evaluation(2));
    TrialBatch batch = mixed.epoch(0).iterator().next();
    AugmentedTargets source = new AugmentedTargets(clip, CONFIG, 7);
    assertThatThrownBy(() -> source.targets(batch, manager))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageContaining("expected 24x22 as in sample sample0 but found 23x22");
  }

  @Test
  void should_leave_no_native_memory_behind() {
    AugmentedTargets source = new AugmentedTargets(clip, CONFIG, 7);
    TrialBatch batch = batches(0).get(0);
    LeakCheck.assertNoLeak(() -> source.targets(batch, manager).array().close());
  }
}
