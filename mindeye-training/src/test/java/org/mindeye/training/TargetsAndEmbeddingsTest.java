// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

/** Encoded images, encoded brains, and their comparison. */
class TargetsAndEmbeddingsTest {
  private static final VisionTransformerConfig VIT =
      new VisionTransformerConfig(8, 16, 1, 2, new PatchGrid(16, 8), 6, Nonlinearity.QUICK_GELU);

  private final ClipImageEncoder clip = clip();
  private final ResidualMlpBackbone backbone = TinyRun.backbone();
  private final BackboneEncoder brain = BackboneEncoder.of(backbone);
  @FreshManager private NDManager manager;
  private final List<Trial> trials = TinyRun.trials(0, 35);

  private static ClipImageEncoder clip() {
    ClipVisionTransformer network = new ClipVisionTransformer(VIT);
    network.initialize(Device.cpu(), NoiseSource.seeded(2));
    return ClipImageEncoder.of(network);
  }

  @AfterEach
  void close() {
    brain.close();
    clip.close();
  }

  private static TrialBatch batch(List<Trial> trials, int size) {
    return new TrialLoader(trials, LoaderConfig.training(size, 3)).epoch(0).iterator().next();
  }

  @Test
  void should_look_up_what_the_encoder_says_about_the_batch() {
    CachedTargets cache = CachedTargets.encode(clip, trials);
    assertThat(cache.space()).isEqualTo(new ClipSpace(5, 6));

    TrialBatch batch = batch(trials, 7);
    NDArray cached = cache.targets(batch, manager).array();
    NDArray direct = clip.encodeTokens(batch.images(manager), manager).array();

    assertThat(cached.getShape()).isEqualTo(direct.getShape());
    float[] expected = direct.toFloatArray();
    float[] found = cached.toFloatArray();
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-5f));
    }
    assertThat(cached.getManager()).isSameAs(manager);
  }

  @Test
  void should_look_up_the_final_layer_as_clip_writes_it() {
    CachedTargets cache = CachedTargets.encodeFinalLayer(clip, trials);
    assertThat(cache.space()).isEqualTo(new ClipSpace(1, 6));

    TrialBatch batch = batch(trials, 7);
    NDArray direct = clip.encodePooled(batch.images(manager), manager).array();

    assertThat(cache.targets(batch, manager).array().toFloatArray())
        .usingComparatorWithPrecision(1e-5f)
        .containsExactly(direct.toFloatArray());
  }

  @Test
  void should_give_all_targets_in_order_with_length_1() {
    CachedTargets cache = CachedTargets.encode(clip, trials);

    NDArray all = cache.all(manager).array();

    assertThat(all.getShape().getShape()).containsExactly(35, 30);
    assertThat(all.getManager()).isSameAs(manager);
    TrialBatch inOrder =
        new TrialLoader(trials, LoaderConfig.evaluation(35)).epoch(0).iterator().next();
    float[] expected = cache.targets(inOrder, manager).toUnitVectors().array().toFloatArray();
    assertThat(all.toFloatArray()).isEqualTo(expected);
    for (float norm : all.square().sum(new int[] {1}).toFloatArray()) {
      assertThat(norm).isCloseTo(1, within(1e-5f));
    }
  }

  @Test
  void should_refuse_batches_of_another_list() {
    CachedTargets cache = CachedTargets.encode(clip, trials);
    List<Trial> others = TinyRun.trials(1, 35);
    TrialBatch shifted =
        new TrialLoader(others, LoaderConfig.evaluation(2)).epoch(0).iterator().next();

    assertThatThrownBy(() -> cache.targets(shifted, manager))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "cached targets: sample sample1 (coco 1) is at position 0, where the cache of 35"
                + " images has coco 0; encode the list that is batched");

    CachedTargets one = CachedTargets.encode(clip, trials.subList(0, 1));
    TrialBatch longer =
        new TrialLoader(trials, LoaderConfig.evaluation(2)).epoch(0).iterator().next();
    assertThatThrownBy(() -> one.targets(longer, manager))
        .hasMessage(
            "cached targets: sample sample1 (coco 1) is at position 1, where the cache of 1"
                + " image has none; encode the list that is batched");
  }

  @Test
  void should_encode_the_mean_response_of_every_sample_in_order() {
    NDArray all = BrainEmbeddings.encode(brain, trials, manager).array();

    assertThat(all.getShape().getShape()).containsExactly(35, TinyRun.SPACE.size());
    assertThat(all.getManager()).isSameAs(manager);
    float[] values = all.toFloatArray();
    int size = TinyRun.SPACE.size();
    for (int i : new int[] {0, 31, 32, 34}) {
      float[] alone =
          BrainEmbeddings.encode(brain, trials.subList(i, i + 1), manager).array().toFloatArray();
      float[] row = Arrays.copyOfRange(values, i * size, (i + 1) * size);
      for (int j = 0; j < size; j++) {
        assertThat(row[j]).as("sample %d", i).isCloseTo(alone[j], within(1e-5f));
      }
    }
  }

  @Test
  void should_score_over_the_whole_split() {
    TrainingSplit split =
        new TrainingSplit(Split.VALIDATION, trials, new TinyRun.Drawn(TinyRun.SPACE));
    NamedValues scores = new Validator(TinyRun.config(), split).score(MindEyeModel.of(backbone), 0);

    float[] voxels = BrainEmbeddings.encode(brain, trials, manager).array().toFloatArray();
    double cosine = 0;
    int found = 0;
    for (int i = 0; i < 35; i++) {
      double own = cosine(voxels, i, i);
      boolean first = true;
      for (int j = 0; j < 35; j++) {
        first &= j == i || cosine(voxels, i, j) < own;
      }
      cosine += own / 35;
      found += first ? 1 : 0;
    }
    assertThat(scores.value("cosine")).isCloseTo(cosine, within(1e-5));
    assertThat(scores.value("brainToImage")).isCloseTo(found / 35.0, within(1e-9));
    assertThat(scores.value("candidates")).isEqualTo(35);
  }

  private static double cosine(float[] brain, int row, int image) {
    float[] target = TinyRun.target(image, TinyRun.SPACE);
    double product = 0;
    double square = 0;
    for (int i = 0; i < target.length; i++) {
      product += brain[row * target.length + i] * target[i];
      square += target[i] * target[i];
    }
    return product / Math.sqrt(square);
  }

  @Test
  void should_leave_no_native_memory_behind() {
    List<Trial> few = trials.subList(0, 3);
    CachedTargets cache = CachedTargets.encode(clip, trials);
    TrialBatch batch = batch(trials, 7);
    Validator validator =
        new Validator(
            TinyRun.config(),
            new TrainingSplit(Split.VALIDATION, trials, new TinyRun.Drawn(TinyRun.SPACE)));

    LeakCheck.assertNoLeak(() -> CachedTargets.encode(clip, few));
    LeakCheck.assertNoLeak(() -> cache.targets(batch, manager).array().close());
    LeakCheck.assertNoLeak(() -> cache.all(manager).array().close());
    LeakCheck.assertNoLeak(() -> BrainEmbeddings.encode(brain, trials, manager).array().close());
    LeakCheck.assertNoLeak(() -> validator.score(MindEyeModel.of(backbone), 0));
  }
}
