// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.document.Document;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.weights.WeightDigest;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.simulation.scene.Category;
import org.mindeye.data.simulation.scene.Scene;
import org.mindeye.data.simulation.scene.ScenePainter;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.reconstruction.VersatileDiffusionDecoder;
import org.mindeye.training.NamedValues;
import org.mindeye.training.attributes.AttributeTrainingConfig;
import org.mindeye.training.clip.ClipTrainingConfig;
import org.mindeye.training.lowlevel.AutoencoderTrainingConfig;
import org.mindeye.training.lowlevel.ImageSplit;
import org.mindeye.training.lowlevel.LatentScale;
import org.mindeye.training.painter.PainterSources;
import org.mindeye.training.painter.PainterTrainingConfig;

/**
 * The networks that this command comes with, and what is recorded of their training. The file of
 * the autoencoder is what the command of the record wrote.
 */
class SmallWorldTest {
  private static final int BATCH = 64;

  private static Document document(String name) throws IOException {
    try (InputStream file = SmallWorld.class.getResourceAsStream(name)) {
      return Document.parse(name, new String(file.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static AutoencoderRecipe.Scores scores() throws IOException {
    return document("autoencoder-scores.json").as(AutoencoderRecipe.Scores.class);
  }

  @Test
  void should_bring_test_scenes_back_with_at_least_27_decibels() throws IOException {
    try (AutoencoderKl network = SmallWorld.autoencoder(Device.cpu())) {
      int all = scores().testScenes(); // single scenes differ by several decibels
      ImageSplit test = SceneSet.WORLD.pictures(Split.TEST, all);
      double mean = SmallWorld.psnr(network, test.images()).mean();
      assertThat(mean).isGreaterThan(27).isCloseTo(scores().psnr(), within(0.01));
    }
    assertThat(scores().testScenes()).isEqualTo(512);
    assertThat(scores().psnr() - scores().halfWidth()).isGreaterThan(27);
  }

  @Test
  void should_give_latents_of_deviation_1() throws IOException {
    try (AutoencoderKl network = SmallWorld.autoencoder(Device.cpu())) {
      assertThat(network.config().scale()).isEqualTo(scores().scale());
      double few = LatentScale.measure(network, SceneSet.WORLD.pictures(Split.TRAIN, 64));
      assertThat(few / network.config().scale()).isCloseTo(1, within(0.05));
    }
  }

  @Test
  void should_know_how_it_was_trained() throws IOException {
    WorldAutoencoder run = document("autoencoder-run.json").part("run").as(WorldAutoencoder.class);
    AutoencoderConfig trained = run.model();
    try (AutoencoderKl network = SmallWorld.autoencoder(Device.cpu())) {
      assertThat(network.config()).isEqualTo(trained.withScale(scores().scale()));
      assertThat(network.parameterCount()).isEqualTo(428_871);
    }
    assertThat(run)
        .isEqualTo(
            WorldAutoencoder.standard(
                AutoencoderTrainingConfig.standard(WorldAutoencoder.EPOCHS)
                    .withBatchSize(WorldAutoencoder.BATCH)
                    .withSeed(WorldAutoencoder.SEED),
                "cpu",
                run.checkpoints()));
  }

  /** What is recorded of the trainings is what the commands do, in any format of numbers. */
  @Test
  void should_be_trained_as_the_commands_train() throws IOException {
    WorldClip clip = document("clip-run.json").part("run").as(WorldClip.class);
    assertThat(clip)
        .isEqualTo(
            WorldClip.standard(
                ClipTrainingConfig.standard(WorldClip.EPOCHS)
                    .withPrecision(clip.training().optimizer().precision())
                    .withSeed(WorldClip.SEED),
                "cpu",
                clip.checkpoints()));
    WorldJudge judge = document("judge-run.json").part("run").as(WorldJudge.class);
    assertThat(judge)
        .isEqualTo(
            WorldJudge.standard(
                AttributeTrainingConfig.standard(WorldJudge.EPOCHS)
                    .withPrecision(judge.training().optimizer().precision())
                    .withSeed(WorldJudge.SEED),
                "cpu",
                judge.checkpoints()));
    try (ClipVisionTransformer tower = SmallWorld.clip(Device.cpu());
        AttributeClassifier classifier = SmallWorld.judge(Device.cpu())) {
      assertThat(tower.config()).isEqualTo(clip.model()).isEqualTo(SmallWorld.CLIP);
      assertThat(classifier.config()).isEqualTo(judge.model());
    }
  }

  /** It paints what these very towers and this very autoencoder mean. */
  @Test
  void should_have_trained_the_painter_on_the_other_networks() throws IOException {
    WorldPainter run = document("painter-run.json").part("run").as(WorldPainter.class);
    assertThat(run)
        .isEqualTo(
            WorldPainter.standard(
                new WorldPainter.Networks(null, null),
                PainterTrainingConfig.standard(WorldPainter.EPOCHS)
                    .withPrecision(run.training().optimizer().precision())
                    .withSeed(WorldPainter.SEED),
                "cpu",
                run.checkpoints()));
    PainterSources sources =
        document("painter-run.json").part("record").as(PainterRecipe.Record.class).sources();
    try (ClipImageEncoder tower = ClipImageEncoder.of(SmallWorld.clip(Device.cpu()));
        AutoencoderKl autoencoder = SmallWorld.autoencoder(Device.cpu())) {
      assertThat(sources.clip()).isEqualTo(tower.fingerprint());
      assertThat(sources.autoencoder()).isEqualTo(WeightDigest.sha256(autoencoder));
      assertThat(sources.scale()).isEqualTo(autoencoder.config().scale());
    }
  }

  /** From their own tokens, in half as many steps as usual: a judge sees what was there. */
  @Test
  void should_paint_scenes_that_are_new_to_it(@TempDir Path folder) throws IOException {
    Path unet = folder.resolve("unet.safetensors");
    Path autoencoder = folder.resolve("autoencoder.safetensors");
    SmallWorld.writePainter(unet, autoencoder);
    List<Scene> scenes = scenes(SceneSet.WORLD, Split.TEST, 48);
    try (ClipImageEncoder tower = ClipImageEncoder.of(SmallWorld.clip(Device.cpu()));
        AttributeClassifier judge = SmallWorld.judge(Device.cpu());
        VersatileDiffusionDecoder painter =
            VersatileDiffusionDecoder.load(unet, autoencoder, Precision.FLOAT32, Device.cpu());
        CallScope scope = CallScope.open(Device.cpu())) {
      NDManager owner = scope.manager();
      ClipTokens tokens = tower.encodeTokens(pictures(scenes, owner), owner);
      DecodeConfig decoding = new DecodeConfig(10, 2, 1, 42, 1);
      ImageBatch painted =
          painter.decode(tokens, decoding, NoiseSource.seeded(1), StepListener.NONE, owner);
      int[][] answers = judge.classify(painted);
      long right =
          IntStream.range(0, scenes.size())
              .filter(i -> answers[i][0] == category(scenes.get(i)))
              .count();
      assertThat(right).as("of 48 things, 4 by chance").isGreaterThan(30);
    }
  }

  /** The image tower's scores need a tower of texts; its vectors know the thing without. */
  @Test
  void should_bring_a_tower_that_sees_what_is_new_to_it() throws IOException {
    try (ClipImageEncoder tower = ClipImageEncoder.of(SmallWorld.clip(Device.cpu()))) {
      List<Scene> known = scenes(SceneSet.WORLD, Split.TRAIN, 1024);
      float[][] means = new float[Category.values().length][SmallWorld.CLIP.projection()];
      float[][] vectors = vectors(tower, known);
      for (int i = 0; i < vectors.length; i++) {
        for (int k = 0; k < vectors[i].length; k++) {
          means[category(known.get(i))][k] += vectors[i][k];
        }
      }
      List<Scene> unknown = scenes(SceneSet.WORLD, Split.TEST, 192);
      float[][] seen = vectors(tower, unknown);
      long right =
          IntStream.range(0, seen.length)
              .filter(i -> nearest(seen[i], means) == category(unknown.get(i)))
              .count();
      assertThat(right).as("of 192, 14 by chance").isGreaterThan(150);
    }
  }

  @Test
  void should_bring_a_judge_that_is_right_about_scenes_that_are_new_to_it() throws IOException {
    try (AttributeClassifier judge = SmallWorld.judge(Device.cpu())) {
      List<Scene> scenes = scenes(SceneSet.JUDGE, Split.TEST, 256);
      int[] right = new int[SceneWords.ATTRIBUTES.size()];
      for (int from = 0; from < scenes.size(); from += BATCH) {
        try (CallScope scope = CallScope.open(Device.cpu())) {
          List<Scene> some = scenes.subList(from, from + BATCH);
          int[][] answers = judge.classify(pictures(some, scope.manager()));
          for (int i = 0; i < BATCH; i++) {
            List<Integer> labels = SceneWords.labels(some.get(i).description());
            for (int a = 0; a < right.length; a++) {
              right[a] += answers[i][a] == labels.get(a) ? 1 : 0;
            }
          }
        }
      }
      NamedValues scores = document("judge-scores.json").as(WorldFiles.Scores.class).test();
      for (int a = 0; a < right.length; a++) {
        assertThat(right[a] / 256.0)
            .isCloseTo(scores.value(SceneWords.ATTRIBUTES.get(a).name()), within(0.05))
            .isGreaterThan(0.85);
      }
    }
  }

  private static List<Scene> scenes(SceneSet set, Split split, int count) {
    return IntStream.range(0, count).mapToObj(i -> set.scene(split, i)).toList();
  }

  private static float[][] vectors(ClipImageEncoder tower, List<Scene> scenes) {
    List<float[]> vectors = new ArrayList<>();
    int width = SmallWorld.CLIP.projection();
    for (int from = 0; from < scenes.size(); from += BATCH) {
      try (CallScope scope = CallScope.open(Device.cpu())) {
        ImageBatch some = pictures(scenes.subList(from, from + BATCH), scope.manager());
        float[] flat = tower.encodeVectors(some, scope.manager()).array().toFloatArray();
        for (int i = 0; i < BATCH; i++) {
          vectors.add(Arrays.copyOfRange(flat, i * width, (i + 1) * width));
        }
      }
    }
    return vectors.toArray(float[][]::new);
  }

  /** The row of the largest cosine. */
  private static int nearest(float[] vector, float[][] rows) {
    int nearest = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int row = 0; row < rows.length; row++) {
      double dot = 0;
      double square = 0;
      for (int k = 0; k < vector.length; k++) {
        dot += vector[k] * rows[row][k];
        square += rows[row][k] * rows[row][k];
      }
      if (dot / Math.sqrt(square) > most) {
        most = dot / Math.sqrt(square);
        nearest = row;
      }
    }
    return nearest;
  }

  private static ImageBatch pictures(List<Scene> scenes, NDManager owner) {
    ScenePainter painter = new ScenePainter(SceneSet.SIDE);
    return ImageBatches.of(
        scenes.stream()
            .map(
                scene ->
                    RawImage.of(
                        SampleOrigin.memory("scene"),
                        SceneSet.SIDE,
                        SceneSet.SIDE,
                        painter.pixels(scene)))
            .toList(),
        owner);
  }

  private static int category(Scene scene) {
    return scene.description().main().category().ordinal();
  }
}
