// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.Torch;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.TestTrials;
import org.mindeye.data.Trial;

class TrialLoaderTest {
  private static List<TrialBatch> batches(TrialLoader loader, int epoch) {
    return StreamSupport.stream(loader.epoch(epoch).spliterator(), false).toList();
  }

  private static List<Integer> indices(TrialLoader loader, int epoch) {
    return batches(loader, epoch).stream()
        .flatMap(batch -> Arrays.stream(batch.indices()).boxed())
        .toList();
  }

  private static LoaderConfig config(TrialOrder order, RepeatPolicy repeats, LastBatch last) {
    return new LoaderConfig(4, order, repeats, last, 7);
  }

  @ParameterizedTest
  @CsvSource({"10, 4, 3, 2", "12, 4, 3, 4", "3, 8, 1, 3", "1, 1, 1, 1"})
  void should_show_every_sample_exactly_once_per_epoch(int size, int batch, int count, int last) {
    TrialLoader loader = new TrialLoader(TestTrials.trials(size), LoaderConfig.training(batch, 5));
    List<Integer> all = IntStream.range(0, size).boxed().toList();
    for (int epoch = 0; epoch < 3; epoch++) {
      assertThat(indices(loader, epoch)).containsExactlyInAnyOrderElementsOf(all);
      assertThat(batches(loader, epoch)).hasSize(count).hasSize(loader.batchesPerEpoch());
      assertThat(batches(loader, epoch).get(count - 1).size()).isEqualTo(last);
    }
    assertThat(loader.leftOutPerEpoch()).isZero();
    assertThat(loader.size()).isEqualTo(size);
  }

  @Test
  void should_depend_on_seed_and_epoch_alone() {
    List<Trial> trials = TestTrials.trials(40);
    TrialLoader loader = new TrialLoader(trials, LoaderConfig.training(8, 5));
    TrialLoader same = new TrialLoader(trials, LoaderConfig.training(8, 5));
    List<Integer> third = indices(loader, 3);
    assertThat(indices(same, 3)).isEqualTo(third);
    assertThat(indices(loader, 3)).isEqualTo(third);
    assertThat(indices(loader, 4)).isNotEqualTo(third);
    assertThat(indices(new TrialLoader(trials, LoaderConfig.training(8, 6)), 3))
        .isNotEqualTo(third);
  }

  @Test
  void should_drop_incomplete_batches_only_when_configured() {
    TrialLoader loader =
        new TrialLoader(
            TestTrials.trials(10),
            config(TrialOrder.PERMUTATION, RepeatPolicy.AS_PUBLISHED, LastBatch.DROP));
    assertThat(loader.batchesPerEpoch()).isEqualTo(2);
    assertThat(loader.leftOutPerEpoch()).isEqualTo(2);
    Set<Integer> shown = new HashSet<>();
    for (int epoch = 0; epoch < 20; epoch++) {
      assertThat(indices(loader, epoch)).hasSize(8).doesNotHaveDuplicates();
      shown.addAll(indices(loader, epoch));
    }
    assertThat(shown).hasSize(10);
  }

  @Test
  void should_evaluate_in_order_on_the_mean_of_the_repeats() {
    TrialLoader loader = new TrialLoader(TestTrials.trials(10), LoaderConfig.evaluation(4));
    assertThat(indices(loader, 0)).isEqualTo(IntStream.range(0, 10).boxed().toList());
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      TrialBatch last = batches(loader, 0).get(2);
      float[] values = last.voxels(manager).array().toFloatArray();
      for (int row = 0; row < 2; row++) {
        assertThat(Arrays.copyOfRange(values, row * 5, row * 5 + 5))
            .isEqualTo(last.trials().get(row).meanVoxels());
        assertThat(values[row * 5 + 2]).isEqualTo(TestTrials.voxel(8 + row, 1, 2));
      }
    }
  }

  @Test
  void should_choose_one_repeat_per_batch_as_published() {
    TrialLoader loader = new TrialLoader(TestTrials.trials(20), LoaderConfig.training(4, 1));
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      for (TrialBatch batch : loader.epoch(2)) {
        float[] values = batch.voxels(manager).array().toFloatArray();
        for (int row = 0; row < batch.size(); row++) {
          assertThat(values[row * 5 + 4])
              .isEqualTo(TestTrials.voxel(batch.indices()[row], batch.step() % 3, 4));
        }
      }
    }
  }

  @Test
  void should_draw_each_samples_repeat_when_configured() {
    LoaderConfig config =
        config(TrialOrder.SEQUENTIAL, RepeatPolicy.RANDOM_PER_SAMPLE, LastBatch.KEEP);
    TrialLoader loader = new TrialLoader(TestTrials.trials(300), config);
    List<Integer> drawn = repeats(loader, 0);
    assertThat(drawn).isEqualTo(repeats(loader, 0)).isNotEqualTo(repeats(loader, 1));
    for (int repeat = 0; repeat < 3; repeat++) {
      assertThat(Collections.frequency(drawn, repeat)).isBetween(70, 130);
    }
  }

  private static List<Integer> repeats(TrialLoader loader, int epoch) {
    List<Integer> repeats = new ArrayList<>();
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      for (TrialBatch batch : loader.epoch(epoch)) {
        float[] values = batch.voxels(manager).array().toFloatArray();
        for (int row = 0; row < batch.size(); row++) {
          repeats.add(Math.round((values[row * 5] - batch.indices()[row]) * 4));
        }
      }
    }
    return repeats;
  }

  @Test
  void should_resample_shards_as_published() {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      trials.add(TestTrials.trial(new SampleOrigin("shard" + i / 100, "s" + i), 1));
    }
    LoaderConfig config = LoaderConfig.paperTraining();
    TrialLoader loader = new TrialLoader(trials, config);
    assertThat(loader.batchesPerEpoch()).isEqualTo(62);
    List<Integer> first = indices(loader, 0);
    assertThat(first).hasSize(1984).isEqualTo(indices(loader, 0)).isNotEqualTo(indices(loader, 1));
    // Drawing with replacement shows only part of the samples, some of them several times.
    assertThat(new HashSet<>(first)).hasSizeBetween(1000, 1850);
    int[] shown = new int[20];
    for (int epoch = 0; epoch < 100; epoch++) {
      indices(loader, epoch).forEach(index -> shown[index / 100]++);
    }
    for (int count : shown) {
      assertThat(count / 198_400.0).isBetween(0.035, 0.065);
    }
  }

  @Test
  void should_publish_the_papers_numbers() {
    LoaderConfig paper = LoaderConfig.paperTraining();
    assertThat(paper.batchSize()).isEqualTo(32);
    assertThat(8859 / paper.batchSize()).isEqualTo(276);
    assertThat(paper.lastBatch()).isEqualTo(LastBatch.DROP);
    assertThat(paper.order()).isEqualTo(TrialOrder.RESAMPLED_SHARDS);
  }

  @Test
  void should_give_images_channel_by_channel_and_identifiers() {
    TrialLoader loader = new TrialLoader(TestTrials.trials(3), LoaderConfig.evaluation(3));
    TrialBatch batch = loader.epoch(0).iterator().next();
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      float[] values = batch.images(manager).array().toFloatArray();
      assertThat(batch.images(manager).array().getShape().getShape()).containsExactly(3, 3, 6, 8);
      for (int row = 0; row < 3; row++) {
        assertThat(Arrays.copyOfRange(values, row * 144, (row + 1) * 144))
            .isEqualTo(batch.trials().get(row).image().toFloats());
        assertThat(values[row * 144]).isEqualTo(row / 255f);
        assertThat(batch.pixels()[row]).isEqualTo(batch.trials().get(row).image().toFloats());
      }
    }
    assertThat(batch.keys())
        .containsExactly("sample00000000000", "sample00000000001", "sample00000000002");
    assertThat(batch.cocoIds()).containsExactly(1000, 1001, 1002);
    assertThat(batch).hasToString("TrialBatch epoch 0, step 0, 3 samples");
    batch.indices()[0] = 99;
    assertThat(batch.indices()).containsExactly(0, 1, 2);
  }

  @Test
  void should_name_the_image_of_another_size() {
    SampleOrigin origin = new SampleOrigin("a.tar", "odd");
    Trial odd =
        new Trial(
            origin,
            EncodedImage.png(origin, TestTrials.pixels(1, 9, 6)),
            TestTrials.voxels(1, 3),
            1,
            new long[] {1},
            1);
    TrialLoader loader =
        new TrialLoader(List.of(TestTrials.trial(0), odd), LoaderConfig.evaluation(2));
    TrialBatch batch = loader.epoch(0).iterator().next();
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      assertThatThrownBy(() -> batch.images(manager))
          .isInstanceOf(MalformedSampleException.class)
          .hasMessage(
              "shard a.tar, sample odd, member image: expected 8x6 as in sample sample00000000000"
                  + " but found 9x6");
    }
    assertThatThrownBy(batch::pixels)
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageContaining("expected 8x6 as in sample sample00000000000 but found 9x6");
  }

  @Test
  void should_name_the_trial_that_does_not_fit_the_others() {
    Trial first = TestTrials.trial(0);
    Trial narrow = odd(new float[3][4]);
    Trial single = odd(new float[1][5]);
    assertThatThrownBy(() -> new TrialLoader(List.of(first, narrow), LoaderConfig.evaluation(1)))
        .hasMessage(
            "shard memory, sample odd, member voxels: expected 5 as in sample sample00000000000 but"
                + " found 4");
    assertThatThrownBy(() -> new TrialLoader(List.of(first, single), LoaderConfig.training(1, 1)))
        .hasMessage(
            "shard memory, sample odd, member voxels: expected 3 repeats as in sample"
                + " sample00000000000 but found 1");
    assertThat(new TrialLoader(List.of(first, single), LoaderConfig.evaluation(1)).size())
        .isEqualTo(2);
  }

  private static Trial odd(float[][] voxels) {
    SampleOrigin origin = SampleOrigin.memory("odd");
    return new Trial(origin, TestTrials.trial(0).image(), voxels, 1, new long[] {1}, 1);
  }

  @Test
  void should_refuse_configurations_that_always_lose_samples() {
    assertThatThrownBy(() -> config(TrialOrder.SEQUENTIAL, RepeatPolicy.MEAN, LastBatch.DROP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("SEQUENTIAL order with DROP never shows the last samples; use KEEP");
    assertThatThrownBy(() -> LoaderConfig.evaluation(0))
        .hasMessage("batchSize must be positive but was 0");
    assertThatThrownBy(() -> new TrialLoader(List.of(), LoaderConfig.evaluation(1)))
        .hasMessage("a loader needs at least one trial");
    LoaderConfig drop = config(TrialOrder.PERMUTATION, RepeatPolicy.MEAN, LastBatch.DROP);
    assertThatThrownBy(() -> new TrialLoader(TestTrials.trials(3), drop))
        .hasMessage(
            "3 trials do not fill one batch of 4 and incomplete batches are dropped; use a smaller"
                + " batch or KEEP");
  }

  @Test
  void should_end_where_the_epoch_ends() {
    TrialLoader loader = new TrialLoader(TestTrials.trials(2), LoaderConfig.training(2, 1));
    Iterator<TrialBatch> batches = loader.epoch(1).iterator();
    batches.next();
    assertThatThrownBy(batches::next)
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("epoch 1 has 1 batch");
    assertThatThrownBy(() -> loader.epoch(-1)).hasMessage("epoch must not be negative but was -1");
  }

  @Test
  void should_leave_nothing_in_native_memory_but_its_result() {
    TrialLoader loader = new TrialLoader(TestTrials.trials(4), LoaderConfig.training(4, 1));
    TrialBatch batch = loader.epoch(0).iterator().next();
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      for (int call = 0; call < 100; call++) {
        batch.voxels(owner).array().close();
        batch.images(owner).array().close();
        assertThat(owner.getManagedArrays()).isEmpty();
      }
      batch.voxels(owner);
      batch.images(owner);
      assertThat(owner.getManagedArrays()).hasSize(2);
    }
  }
}
