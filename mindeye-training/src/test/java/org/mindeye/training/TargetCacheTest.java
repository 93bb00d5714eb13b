// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipEncoderConfig;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.tensor.Half;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

/** Targets that are kept in a folder are those of the encoder, rounded, and no others. */
class TargetCacheTest {
  /** Two tokens of six, as {@link TinyRun} predicts. */
  static final VisionTransformerConfig VIT =
      new VisionTransformerConfig(8, 16, 1, 2, new PatchGrid(16, 16), 6, Nonlinearity.QUICK_GELU);

  private final ClipImageEncoder clip = encoder(2, ClipEncoderConfig.paper(VIT));
  private final List<Trial> trials = TinyRun.trials(0, 35);
  private final List<String> progress = new ArrayList<>();
  @FreshManager private NDManager manager;
  @TempDir private Path root;
  private Path folder;

  static ClipImageEncoder encoder(long seed, ClipEncoderConfig config) {
    ClipVisionTransformer network = new ClipVisionTransformer(VIT);
    network.initialize(Device.cpu(), NoiseSource.seeded(seed));
    return ClipImageEncoder.of(network, config);
  }

  @BeforeEach
  void name() {
    folder = root.resolve("cache");
  }

  @AfterEach
  void close() {
    clip.close();
  }

  private TargetCache fill(List<Trial> needed) throws IOException {
    return fill(clip, TargetLayer.HIDDEN, needed);
  }

  private TargetCache fill(ClipImageEncoder encoder, TargetLayer layer, List<Trial> needed)
      throws IOException {
    return TargetCache.fill(
        folder, encoder, layer, needed, (done, count) -> progress.add(done + " of " + count));
  }

  private static TrialBatch batch(List<Trial> list, int size) {
    return new TrialLoader(list, LoaderConfig.training(size, 3)).epoch(0).iterator().next();
  }

  private static float[] rounded(float[] numbers) {
    float[] halves = new float[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      halves[i] = Half.toFloat(Half.fromFloat(numbers[i]));
    }
    return halves;
  }

  @Test
  void should_give_what_the_encoder_says_rounded_to_float16() throws IOException {
    TrialBatch batch = batch(trials, 7);
    for (TargetLayer layer : TargetLayer.values()) {
      folder = root.resolve(layer.name());
      boolean hidden = layer == TargetLayer.HIDDEN;
      CachedTargets exact =
          hidden
              ? CachedTargets.encode(clip, trials)
              : CachedTargets.encodeFinalLayer(clip, trials);
      CachedTargets kept = fill(clip, layer, trials).targets(trials);

      float[] expected = rounded(exact.targets(batch, manager).array().toFloatArray());
      NDArray found = kept.targets(batch, manager).array();
      assertThat(found.toFloatArray()).isEqualTo(expected);
      assertThat(found.getManager()).isSameAs(manager);
      assertThat(kept.space()).isEqualTo(exact.space());
      assertThat(kept.encoder()).isEqualTo(exact.encoder());
      assertThat(kept.description()).isEqualTo("encoded once, kept in float16");
      assertThat(kept.all(manager).array().toFloatArray())
          .usingComparatorWithPrecision(2e-3f)
          .containsExactly(exact.all(manager).array().toFloatArray());
    }
  }

  @Test
  void should_encode_each_image_once() throws IOException {
    fill(trials.subList(0, 3));
    assertThat(progress).containsExactly("0 of 3", "3 of 3");
    progress.clear();
    List<Trial> twice = new ArrayList<>(trials);
    twice.addAll(trials);
    TargetCache all = fill(twice);
    assertThat(progress).containsExactly("0 of 32", "32 of 32");
    assertThat(all.size()).isEqualTo(35);
    all.verify();
    byte[] before = Files.readAllBytes(folder.resolve(TargetCache.TOKENS));
    progress.clear();

    clip.fingerprint();
    assertThat(fill(trials).toString()).isEqualTo(folder + ": targets of 35 images, 2x6");
    assertThat(progress).containsExactly("0 of 0");
    assertThat(folder.resolve(TargetCache.TOKENS)).hasBinaryContent(before);
    float[] last = all.targets(twice).targets(batch(twice, 70), manager).array().toFloatArray();
    float[] exact =
        CachedTargets.encode(clip, twice).targets(batch(twice, 70), manager).array().toFloatArray();
    assertThat(last).usingComparatorWithPrecision(2e-3f).containsExactly(exact);
  }

  @Test
  void should_train_as_without_it_but_for_the_rounding() throws IOException {
    List<Trial> learned = TinyRun.training().trials();
    List<Trial> judged = TinyRun.validation().trials();
    fill(judged);
    TargetCache cache = fill(learned);

    TrainingResult exact =
        train(CachedTargets.encode(clip, learned), CachedTargets.encode(clip, judged));
    TrainingResult kept = train(cache.targets(learned), cache.targets(judged));

    for (int epoch = 0; epoch < 4; epoch++) {
      for (String score : List.of("contrastive", "cosine")) {
        assertThat(kept.history().get(epoch).validation().value(score))
            .isCloseTo(exact.history().get(epoch).validation().value(score), withinPercentage(0.1));
      }
    }
    TrainingResult again = train(cache.targets(learned), cache.targets(judged));
    assertThat(again.history()).as("bit for bit").isEqualTo(kept.history());
  }

  private static TrainingResult train(TargetSource learned, TargetSource judged) {
    try (MindEyeModel model = TinyRun.model()) {
      return new MindEyeTrainer(TinyRun.config())
          .train(
              model,
              new TrainingSplit(Split.TRAIN, TinyRun.training().trials(), learned),
              new TrainingSplit(Split.VALIDATION, TinyRun.validation().trials(), judged));
    }
  }

  @Test
  void should_refuse_targets_of_another_origin_with_both_values() throws IOException {
    fill(trials);
    ClipEncoderConfig paper = ClipEncoderConfig.paper(VIT);
    try (ClipImageEncoder other = encoder(3, paper);
        ClipImageEncoder smooth =
            encoder(
                2, paper.withPreprocessing(paper.preprocessing().withAntialias(Antialias.ON)))) {
      assertThatThrownBy(() -> fill(other, TargetLayer.HIDDEN, trials))
          .isInstanceOf(MindEyeException.class)
          .hasMessage(
              "%s: expected targets as they are needed but it keeps others:"
                  + " {encoder.weights=\"%s\" there, \"%s\" here}; give another folder, or what"
                  + " these were made with",
              folder, clip.fingerprint().weights(), other.fingerprint().weights());
      assertThatThrownBy(() -> fill(smooth, TargetLayer.HIDDEN, trials))
          .hasMessageContaining("{encoder.preprocessing.antialias=\"OFF\" there, \"ON\" here}");
    }
    assertThatThrownBy(() -> fill(clip, TargetLayer.FINAL, trials))
        .hasMessageContaining(
            "{layer=\"HIDDEN\" there, \"FINAL\" here, space.tokens=2 there, 1 here}");
  }

  @Test
  void should_refuse_other_images() throws IOException {
    TargetCache cache = fill(trials.subList(0, 3));
    assertThatThrownBy(() -> cache.targets(trials))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "%s: expected the target of image 3, which sample sample3 shows, but it is not among"
                + " the 3 images there; fill the cache for these samples",
            folder);
    Trial second = trials.get(2);
    Trial changed =
        new Trial(
            second.origin(),
            trials.get(3).image(),
            new float[][] {second.voxels(0)},
            second.cocoId(),
            new long[] {1},
            1);
    String message =
        folder
            + ": expected one picture for each number, but image 2 of sample sample2 is another"
            + " one (SHA-256 %s) than that which was encoded (%s); give each set of data a folder"
            + " of its own";
    String found = TargetIndex.picture(changed.image()).substring(0, 12);
    String there = TargetIndex.picture(second.image()).substring(0, 12);
    assertThatThrownBy(() -> cache.targets(List.of(changed))).hasMessage(message, found, there);
    assertThatThrownBy(() -> fill(List.of(changed))).hasMessage(message, found, there);
    folder = root.resolve("new");
    assertThatThrownBy(() -> fill(List.of(second, changed)))
        .hasMessageContaining("new: expected one picture for each number, but image 2");
    assertThat(folder).doesNotExist();
  }

  @Test
  void should_refuse_a_folder_of_other_things() throws IOException {
    Files.createDirectory(folder);
    fill(trials.subList(0, 1));
    folder = Files.createDirectory(root.resolve("mine"));
    Files.writeString(folder.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> fill(trials))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage(
            "%s: holds other things, for example notes.txt, and no target cache; give another"
                + " folder",
            folder);
    assertThat(names(folder)).containsExactly("notes.txt");
    assertThatThrownBy(() -> TargetCache.open(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            "%s: expected the folder of a target cache, with cache.json but found none in it",
            folder);
    assertThatThrownBy(() -> TargetCache.open(root.resolve("none")))
        .hasMessageEndingWith("but found no such folder");
  }

  @Test
  void should_let_one_fill_it() throws IOException {
    fill(trials.subList(0, 3));
    FolderLock other = FolderLock.acquire(folder, "encodes pictures");
    assertThatThrownBy(() -> fill(trials))
        .isInstanceOf(FileSystemException.class)
        .hasMessageEndingWith("this process encodes pictures here already; close that one first");
    assertThat(fill(trials.subList(0, 3)).size()).as("nothing to fill").isEqualTo(3);
    other.close();
    assertThat(fill(trials).size()).isEqualTo(35);
  }

  @Test
  void should_notice_every_changed_byte() throws IOException {
    TargetCache cache = fill(trials);
    for (String name : List.of("cache.json", TargetCache.INDEX, TargetCache.TOKENS)) {
      Path file = folder.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      int end = name.equals(TargetCache.INDEX) ? 3 * TargetIndex.BYTES : whole.length;
      for (int i = 0; i < end; i++) {
        byte[] changed = whole.clone();
        changed[i] ^= (byte) (1 << i % 8);
        Files.write(file, changed);
        assertThatThrownBy(() -> TargetCache.open(folder).verify())
            .as("byte %d of %s", i, name)
            .isInstanceOf(MalformedFileException.class)
            .hasMessageContaining(folder.toString())
            .hasMessageContaining("to encode all images again");
      }
      Files.write(file, whole);
    }
    cache.verify();
  }

  /** A power cut may have damaged them, and it is not long since they were encoded. */
  @Test
  void should_encode_again_what_the_last_entries_no_longer_say() throws IOException {
    fill(trials);
    Path file = folder.resolve(TargetCache.INDEX);
    byte[] whole = Files.readAllBytes(file);
    for (int i = 3 * TargetIndex.BYTES; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= (byte) (1 << i % 8);
      Files.write(file, changed);
      assertThat(TargetCache.open(folder).size()).isEqualTo(i / TargetIndex.BYTES);
    }
    assertThatThrownBy(() -> TargetCache.open(folder).targets(trials))
        .hasMessageContaining("it is not among the 34 images there");
    fill(trials).verify();
    assertThat(file).hasBinaryContent(whole);
  }

  @Test
  void should_not_take_the_index_of_another_cache() throws IOException {
    fill(clip, TargetLayer.HIDDEN, trials);
    byte[] index = Files.readAllBytes(folder.resolve(TargetCache.INDEX));
    folder = root.resolve("other");
    try (ClipImageEncoder other = encoder(3, ClipEncoderConfig.paper(VIT))) {
      fill(other, TargetLayer.HIDDEN, trials);
    }
    Files.write(folder.resolve(TargetCache.INDEX), index);
    assertThatThrownBy(() -> TargetCache.open(folder))
        .hasMessage(
            "%s: entry 0: expected what was written but found other bytes (damaged or edited, or of"
                + " another cache); delete the folder %s to encode all images again",
            folder.resolve(TargetCache.INDEX), folder);
  }

  @Test
  void should_refuse_missing_rows() throws IOException {
    fill(trials);
    Path tokens = folder.resolve(TargetCache.TOKENS);
    byte[] rows = Files.readAllBytes(tokens);
    Files.write(tokens, Arrays.copyOf(rows, rows.length - 1));
    assertThatThrownBy(() -> TargetCache.open(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            "%s: expected 840 bytes as the index says but found 839 (truncated?); delete the folder"
                + " %s to encode all images again",
            tokens, folder);
    Files.delete(tokens);
    assertThatThrownBy(() -> fill(trials)).hasMessageContaining("but found 0 (truncated?)");
  }

  @Test
  void should_refuse_what_float16_does_not_hold() throws IOException {
    TargetCache cache = fill(trials.subList(0, 1));
    for (float number : new float[] {65_505, Float.NaN, Float.NEGATIVE_INFINITY}) {
      float[] numbers = new float[12];
      numbers[7] = number;
      try (TargetWriter writer = TargetWriter.open(folder, 1, "sum", 12)) {
        assertThatThrownBy(
                () -> writer.add(trials.subList(1, 2), List.of("00".repeat(32)), numbers))
            .isInstanceOf(MindEyeException.class)
            .hasMessage(
                "targets of sample sample1: expected numbers of at most 65504.0, which float16"
                    + " holds, but found %s; look at the encoder's weights, or encode without a"
                    + " cache",
                number);
      }
    }
    cache.verify();
  }

  @Test
  void should_leave_no_native_memory_behind() throws IOException {
    TargetCache cache = fill(trials);
    CachedTargets targets = cache.targets(trials);
    TrialBatch batch = batch(trials, 7);
    LeakCheck.assertNoLeak(() -> targets.targets(batch, manager).array().close());
    LeakCheck.assertNoLeak(() -> targets.all(manager).array().close());
    int[] next = {0};
    LeakCheck.assertNoLeak(
        () -> {
          folder = root.resolve("leak" + next[0]++);
          try {
            fill(trials.subList(0, 2));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static List<String> names(Path of) throws IOException {
    try (Stream<Path> paths = Files.list(of)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
