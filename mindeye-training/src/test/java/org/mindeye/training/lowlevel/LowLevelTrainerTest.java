// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.evaluation.PixCorr;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.evaluation.Ssim;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.VaeLatentBranch;
import org.mindeye.testkit.FreshManager;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.MindEyeWeights;
import org.mindeye.training.NamedValues;
import org.mindeye.training.NetworkWeights;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.TrainingListener;
import org.mindeye.training.TrainingResult;
import org.mindeye.training.TrainingResult.End;

class LowLevelTrainerTest {
  private static final LowLevelTrainingConfig TAUGHT = TinyLowLevel.config();
  private static final LowLevelTrainingConfig ALONE =
      TAUGHT.withObjective(TAUGHT.objective().withoutTeacher());

  @FreshManager private NDManager manager;
  @TempDir private Path folder;
  private AutoencoderKl autoencoder;
  private ConvNextTeacher teacher;
  private LowLevelSplit training;
  private LowLevelSplit validation;

  /** Counts steps, and keeps what was reported of them. */
  private static final class Steps implements TrainingListener {
    private final List<StepReport> all = new ArrayList<>();

    @Override
    public void onStep(StepReport report) {
      all.add(report);
    }
  }

  @BeforeEach
  void open() {
    autoencoder = TinyLowLevel.autoencoder(2);
    teacher = TinyLowLevel.teacher();
    training = TinyLowLevel.training(autoencoder);
    validation = TinyLowLevel.validation(autoencoder);
  }

  @AfterEach
  void close() {
    autoencoder.close();
    teacher.close();
  }

  private LowLevelTrainer trainer(LowLevelTrainingConfig config, TrainingListener... listeners) {
    return new LowLevelTrainer(config, listeners).withTeacher(teacher);
  }

  @Test
  void should_learn_latents_from_voxels() {
    LowLevelTrainingConfig config =
        ALONE.withEpochs(12).withValidation(LowLevelValidationConfig.asPublished());
    Steps steps = new Steps();
    try (LowLevelNetwork network = TinyLowLevel.network(1)) {
      TrainingResult result =
          new LowLevelTrainer(config, steps).train(network, training, validation);
      assertThat(result.end()).isEqualTo(End.COMPLETE);
      assertThat(result.steps()).isEqualTo(24);
      NamedValues first = result.history().get(0).validation();
      NamedValues last = result.history().get(11).validation();
      assertThat(first.names()).containsExactly("meanSquared", "absolute");
      assertThat(last.value("meanSquared")).isLessThan(0.5 * first.value("meanSquared"));
      assertThat(steps.all.get(23).loss().value("latents"))
          .isLessThan(0.7 * steps.all.get(0).loss().value("latents"));
      assertThat(steps.all.get(0).loss().value("contrastive")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void should_go_on_with_the_same_bits_wherever_it_stops(Precision precision) throws IOException {
    LowLevelTrainingConfig config =
        TAUGHT.withOptimizer(TAUGHT.optimizer().withAverage(0.5).withPrecision(precision));
    TrainingResult expected;
    Map<String, float[]> trained;
    Steps whole = new Steps();
    try (LowLevelNetwork network = TinyLowLevel.network(1)) {
      expected = trainer(config, whole).train(network, training, validation);
      trained = NetworkWeights.of(network);
    }
    assertThat(whole.all).allSatisfy(s -> assertThat(s.loss().value("contrastive")).isPositive());
    int[] stops = {1, 2, 5, 99};
    for (int part = 0; part < stops.length; part++) {
      int until = stops[part];
      Steps steps = new Steps();
      try (LowLevelNetwork network = TinyLowLevel.network(1 + part)) {
        LowLevelTrainer trainer =
            trainer(config, steps)
                .withCheckpoints(CheckpointPolicy.in(folder))
                .stoppingWhen(() -> steps.all.get(steps.all.size() - 1).step() + 1 == until);
        TrainingResult result =
            part == 0
                ? trainer.train(network, training, validation)
                : trainer.resume(network, training, validation);
        assertThat(steps.all)
            .isEqualTo(whole.all.subList((int) steps.all.get(0).step(), (int) result.steps()));
        if (part == 3) {
          assertThat(result).isEqualTo(expected);
          NetworkWeights.assertSame(network, trained);
        }
      }
    }
    TrainedRun run = TrainedRun.open(folder);
    assertThat(run.history()).isEqualTo(expected.history());
    try (LowLevelNetwork last = run.last(w -> LowLevelTrainer.load(w, Device.cpu()))) {
      assertThat(last.config()).isEqualTo(TinyLowLevel.SHAPE);
      NetworkWeights.assertSame(last, trained);
    }
    assertThat(run.<LowLevelTrainingConfig>last(w -> w.config(LowLevelTrainingConfig.class)))
        .isEqualTo(config);
    LowLevelSources sources = run.last(LowLevelTrainer::sources);
    assertThat(sources).isEqualTo(LowLevelSources.of(training, validation, teacher));
    sources.requireAutoencoder(folder, autoencoder);
    try (AutoencoderKl other = TinyLowLevel.autoencoder(7)) {
      assertThatThrownBy(() -> sources.requireAutoencoder("run", other))
          .isInstanceOf(MindEyeException.class)
          .hasMessageStartingWith(
              "run: trained for the latents of the autoencoder " + sources.autoencoder())
          .hasMessageEndingWith("; give the autoencoder that it was trained with");
    }
  }

  @Test
  void should_refuse_to_go_on_with_another_autoencoder_or_teacher() {
    LowLevelTrainingConfig config = TAUGHT.withValidation(LowLevelValidationConfig.asPublished());
    Steps steps = new Steps();
    CheckpointPolicy policy = CheckpointPolicy.in(folder);
    try (LowLevelNetwork network = TinyLowLevel.network(1);
        AutoencoderKl other = TinyLowLevel.autoencoder(7)) {
      trainer(config, steps)
          .withCheckpoints(policy)
          .stoppingWhen(() -> true)
          .train(network, training, validation);
      LowLevelTrainer again = trainer(config).withCheckpoints(policy);
      assertThatThrownBy(
              () ->
                  again.resume(
                      network, TinyLowLevel.training(other), TinyLowLevel.validation(other)))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("differs in {data.sources.autoencoder=")
          .hasMessageContaining(training.autoencoderDigest());
      assertThatThrownBy(
              () ->
                  trainer(config.withSeed(1))
                      .withCheckpoints(policy)
                      .resume(network, training, validation))
          .hasMessageContaining("differs in {config.seed=0 there, 1 here}");
      try (ConvNextTeacher another = TinyLowLevel.drawn(new ConvNextTeacher(teacher.config()), 9)) {
        assertThatThrownBy(() -> again.withTeacher(another).resume(network, training, validation))
            .hasMessageContaining("differs in {data.sources.teacher=");
      }
    }
  }

  @Test
  void should_write_weights_that_a_stage_serves() throws IOException {
    Path file = folder.resolve("model.safetensors");
    VoxelBatch voxels =
        VoxelBatch.of(NoiseSource.seeded(8).normal(manager, new Shape(2, TinyLowLevel.VOXELS)));
    float[] expected;
    try (LowLevelNetwork network = TinyLowLevel.network(1)) {
      trainer(TAUGHT).write(file, network, training, validation);
      expected = network.forward(voxels, Mode.eval()).latents().array().toFloatArray();
    }
    try (VaeLatentBranch branch = VaeLatentBranch.load(file, Device.cpu())) {
      assertThat(branch.predict(voxels, manager).array().toFloatArray()).isEqualTo(expected);
    }
    try (StateDict weights = WeightFiles.open(file)) {
      assertThat(weights.metadata())
          .containsKeys("mindeye.config", "mindeye.model", "mindeye.data", "mindeye.record");
      assertThat(weights.names()).contains("maps_projector.6.weight", "lin0.0.weight");
      try (LowLevelNetwork again = LowLevelNetwork.load(weights, Device.cpu())) {
        assertThat(again.config()).isEqualTo(TinyLowLevel.SHAPE);
      }
    }
  }

  @Test
  void should_score_decoded_pictures() {
    LowLevelValidationConfig config =
        LowLevelValidationConfig.standard().withDecoded(3, PixelGrid.unchanged());
    try (LowLevelNetwork network = TinyLowLevel.network(1)) {
      NamedValues scores =
          new LowLevelValidator(config, validation).score(LowLevelTrainer.model(network), 0);
      assertThat(scores.names()).containsExactly("meanSquared", "absolute", "pixCorr", "ssim");
      double squared = 0;
      double absolute = 0;
      double pixCorr = 0;
      double ssim = 0;
      for (int i = 0; i < 5; i++) {
        var trials = validation.trials().subList(i, i + 1);
        float[] mean = trials.get(0).meanVoxels();
        VoxelBatch voxels = VoxelBatch.of(Torch.copy(manager, mean, new Shape(1, mean.length)));
        VaeLatents predicted = network.forward(voxels, Mode.eval()).latents();
        ImageBatch seen = ResizedImages.of(trials, 16, manager);
        NDArray target = autoencoder.encodeMode(VaePixels.of(seen), manager).array();
        NDArray error = predicted.array().sub(target);
        squared += error.square().mean().getFloat() / 5;
        absolute += error.abs().mean().getFloat() / 0.18215 / 5;
        if (i < 3) {
          ImageBatch painted =
              ImageBatch.of(autoencoder.decode(predicted).toImages().array().clip(0, 1));
          pixCorr += PixCorr.on(PixelGrid.unchanged()).each(seen, painted)[0] / 3;
          ssim += Ssim.on(PixelGrid.unchanged(), Ssim.Variant.PICTURE).each(seen, painted)[0] / 3;
        }
      }
      assertThat(scores.value("meanSquared")).isCloseTo(squared, within(1e-5));
      assertThat(scores.value("absolute")).isCloseTo(absolute, within(1e-4));
      assertThat(scores.value("pixCorr")).isCloseTo(pixCorr, within(1e-3));
      assertThat(scores.value("ssim")).isCloseTo(ssim, within(1e-4));
    }
  }

  /** A decoder that paints one color has no correlation, and is no reason to end a run. */
  @Test
  void should_score_pictures_of_one_color() {
    autoencoder.arrays().get("decoder.conv_out.weight").set(new float[8 * 3 * 9]);
    autoencoder.arrays().get("decoder.conv_out.bias").set(new float[3]);
    LowLevelValidationConfig config =
        LowLevelValidationConfig.standard().withDecoded(9, PixelGrid.unchanged());
    try (LowLevelNetwork network = TinyLowLevel.network(1)) {
      NamedValues scores =
          new LowLevelValidator(config, validation).score(LowLevelTrainer.model(network), 0);
      assertThat(scores.value("pixCorr")).isZero();
      assertThat(scores.value("ssim")).isBetween(-1.0, 1.0);
    }
  }

  @Test
  void should_name_what_is_not_finite() {
    try (LowLevelNetwork network = TinyLowLevel.network(1)) {
      float[] broken = new float[TinyLowLevel.VOXELS * 12];
      broken[5] = Float.NaN;
      network.arrays().get("lin0.0.weight").set(broken);
      Map<String, float[]> before = NetworkWeights.of(network);
      assertThatThrownBy(() -> trainer(TAUGHT).train(network, training, validation))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageContaining("epoch 0, step 0: the predicted latents of sample sample")
          .hasMessageContaining("no parameter was updated in this step");
      assertThat(NetworkWeights.of(network).get("norm.weight"))
          .isEqualTo(before.get("norm.weight"));
    }
  }

  @Test
  void should_refuse_the_runs_of_other_recipes() {
    try (LowLevelNetwork network = TinyLowLevel.network(1)) {
      trainer(ALONE.withValidation(LowLevelValidationConfig.asPublished()))
          .withCheckpoints(CheckpointPolicy.in(folder))
          .stoppingWhen(() -> true)
          .train(network, training, validation);
    }
    assertThatThrownBy(
            () -> TrainedRun.open(folder).last(w -> MindEyeWeights.of(w).load(false, Device.cpu())))
        .isInstanceOf(MalformedFileException.class);
  }
}
