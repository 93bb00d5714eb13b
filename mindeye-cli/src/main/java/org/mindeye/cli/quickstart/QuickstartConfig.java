// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import java.nio.file.Path;
import org.mindeye.cli.train.RunNote;
import org.mindeye.cli.world.SmallWorld;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.Split;
import org.mindeye.data.simulation.BrainSimulatorConfig;
import org.mindeye.evaluation.results.EvaluationReport;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.LatentUpsampling;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.training.ContrastiveConfig;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.OptimizerConfig;
import org.mindeye.training.RunFolder;
import org.mindeye.training.RunRecord;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.lowlevel.LowLevelTrainingConfig;

/**
 * Everything the quickstart decides.
 *
 * @param folder where data, log, weights and reports go
 * @param seed of scenes, brain and training
 * @param pictures how many there are, and how large
 * @param brain the simulated subject
 * @param networks the widths of what is trained
 * @param recipes how it is trained
 * @param painting what is painted of the test split, and how
 */
record QuickstartConfig(
    Path folder,
    long seed,
    Pictures pictures,
    BrainSimulatorConfig brain,
    Networks networks,
    Recipes recipes,
    Painting painting) {
  /**
   * The pictures that are drawn.
   *
   * @param training of the training split
   * @param validation of the validation split
   * @param test of the test split
   * @param side pixels per side of a picture
   * @param poolSize candidates of the retrieval test
   */
  record Pictures(int training, int validation, int test, int side, int poolSize) {
    int count() {
      return training + validation + test;
    }

    /** Where a picture belongs. */
    Split split(int index) {
      if (index < training) {
        return Split.TRAIN;
      }
      return index < training + validation ? Split.VALIDATION : Split.TEST;
    }
  }

  /**
   * The published networks, except for their widths.
   *
   * @param hidden width of the backbone
   * @param projectorWidth hidden width of the projector
   * @param priorLayers the diffusion prior between the backbone's tokens and the targets
   * @param lowLevelLayers those of the low-level network that read voxels
   */
  record Networks(
      int hidden,
      int projectorWidth,
      TransformerConfig priorLayers,
      LowLevelConfig.Mlp lowLevelLayers) {}

  /**
   * How the networks are trained.
   *
   * @param mindEye backbone and prior
   * @param lowLevel the low-level network
   */
  record Recipes(TrainingConfig mindEye, LowLevelTrainingConfig lowLevel) {}

  /** Factor on all published temperatures. */
  static final double TEMPERATURES = 8;

  /** A small world that a laptop simulates, trains, paints and evaluates within minutes. */
  static QuickstartConfig of(Length length, Path folder, long seed, int epochs) {
    return new QuickstartConfig(
        folder,
        seed,
        length.pictures(),
        BrainSimulatorConfig.standard(1500),
        new Networks(
            512, 256, TransformerConfig.paper().withSize(2, 4, 16), LowLevelRecipe.layers()),
        new Recipes(training(epochs, seed), LowLevelRecipe.training(epochs, seed)),
        length.painting(seed));
  }

  /**
   * The published recipe with three numbers of its own besides the epochs, chosen on the validation
   * split of seed 42, where {@link UnlikePublished} gives the figures. The published temperatures
   * suit ViT-L/14, whose images lie close together; this world's targets spread eight times wider.
   * Few pictures and few epochs need larger batches and steps. Mixing and the weight of the prior's
   * loss are the published ones: voxels mixed for 0.9 of the epochs found as many pictures and left
   * the prior further from their tokens.
   */
  private static TrainingConfig training(int epochs, long seed) {
    TrainingConfig paper = TrainingConfig.paper();
    OptimizerConfig optimizer = paper.optimizer();
    if (epochs >= 1 && epochs <= optimizer.learningRate().warmupEpochs()) {
      optimizer = optimizer.withWarmupEpochs(RunNote.SHORT_RISE * epochs);
    }
    return paper
        .withOptimizer(optimizer)
        .withEpochs(epochs)
        .withBatchSize(128)
        .withMaxLearningRate(1e-3)
        .withContrastive(ContrastiveConfig.paper().withTemperaturesTimes(TEMPERATURES))
        .withSeed(seed);
  }

  /** The same with all test scenes painted. */
  QuickstartConfig paintingAll() {
    return new QuickstartConfig(
        folder, seed, pictures, brain, networks, recipes, painting.withScenes(pictures.test()));
  }

  /** The published architecture at the width of this world. */
  BackboneConfig backbone() {
    return BackboneConfig.paper(brain.voxels())
        .withHidden(networks.hidden())
        .withSpace(space())
        .withProjector(networks.projectorWidth());
  }

  /** The tokens that are predicted. */
  static ClipSpace space() {
    return SmallWorld.clipConfig().hiddenSpace();
  }

  /** How backbone and prior are trained. */
  TrainingConfig training() {
    return recipes.mindEye();
  }

  /** The low-level network for the latents of this world's autoencoder. */
  LowLevelConfig lowLevelModel(AutoencoderConfig autoencoder) {
    return new LowLevelConfig(
        brain.voxels(),
        networks.lowLevelLayers(),
        LatentUpsampling.X4_NARROW,
        new LowLevelConfig.Latents(
            autoencoder.latentChannels(), pictures.side() / autoencoder.stages().reduction()),
        false);
  }

  /** The backbone, and a prior for its tokens with the published process. */
  ModelConfig model() {
    return ModelConfig.of(
        backbone(),
        new PriorConfig(space(), networks.priorLayers()),
        DiffusionConfig.paper(SmallWorld.clipConfig().projection()));
  }

  /** What this makes, for the commands that read runs. */
  RunNote.Source source(RunRecord record) {
    return new RunNote.Source(
        folder.relativize(data()).toString(),
        World.SUBJECT,
        folder.relativize(clipWeights()).toString(),
        SmallWorld.clipConfig(),
        training(),
        model(),
        record);
  }

  Path data() {
    return folder.resolve("data");
  }

  Path log() {
    return RunFolder.at(folder).log();
  }

  Path clipWeights() {
    return folder.resolve("clip.safetensors");
  }

  Path clipConfig() {
    return folder.resolve("clip.json");
  }

  Path modelWeights() {
    return RunFolder.at(folder).weights();
  }

  /** The run of the low-level network, beside the main one. */
  RunFolder lowLevel() {
    return RunFolder.at(folder.resolve("lowlevel"));
  }

  Path autoencoderWeights() {
    return folder.resolve("autoencoder.safetensors");
  }

  /** The painter, named so that the folder is one that {@code reconstruct} takes. */
  Path painterWeights() {
    return folder.resolve("unet.safetensors");
  }

  /** What is painted, as {@code reconstruct} leaves it. */
  Path painted() {
    return folder.resolve("painted");
  }

  Path html() {
    return folder.resolve(EvaluationReport.PAGE);
  }

  Path json() {
    return folder.resolve("report.json");
  }

  /** What the run was, for the commands that read runs. */
  Path note() {
    return RunFolder.at(folder).description();
  }
}
