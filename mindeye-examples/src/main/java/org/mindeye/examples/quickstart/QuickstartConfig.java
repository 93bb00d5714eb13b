package org.mindeye.examples.quickstart;

import java.nio.file.Path;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.data.simulation.BrainSimulatorConfig;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.training.ContrastiveConfig;
import org.mindeye.training.Objective;
import org.mindeye.training.TrainingConfig;

/**
 * Everything the quickstart decides.
 *
 * @param folder where data, log and report go
 * @param seed of scenes, brain and training
 * @param trainingImages images of the training split
 * @param validationImages images of the validation split
 * @param testImages images of the test split
 * @param side pixels per side of a picture
 * @param poolSize candidates of the retrieval test
 * @param brain the simulated subject
 * @param clip the image encoder whose tokens are the targets
 * @param hidden width of the backbone
 * @param projectorWidth hidden width of the projector
 * @param training the recipe
 */
record QuickstartConfig(
    Path folder,
    long seed,
    int trainingImages,
    int validationImages,
    int testImages,
    int side,
    int poolSize,
    BrainSimulatorConfig brain,
    VisionTransformerConfig clip,
    int hidden,
    int projectorWidth,
    TrainingConfig training) {
  /** Factor on all published temperatures. */
  static final double TEMPERATURES = 8;

  private static final int SIDE = 64;

  /** A small world that a laptop simulates, trains and evaluates within five minutes. */
  static QuickstartConfig standard(Path folder, long seed, int epochs) {
    return new QuickstartConfig(
        folder,
        seed,
        3000,
        300,
        600,
        SIDE,
        300,
        BrainSimulatorConfig.standard(1500),
        new VisionTransformerConfig(64, 256, 3, 4, SIDE, 16, 32, Nonlinearity.QUICK_GELU),
        512,
        256,
        training(epochs, seed));
  }

  /**
   * The published recipe with four numbers of its own, chosen on the validation split of seed 42.
   * The published temperatures suit ViT-L/14, whose images lie close together; this world's targets
   * spread eight times wider, and at 0.006 the loss is content with a cosine of 0.25. Three
   * thousand images are few, so voxels are mixed for nearly the whole run, and larger batches hold
   * more hard negatives. With the published numbers top-1 from brain to image is 79 %, with these
   * 96 %.
   */
  private static TrainingConfig training(int epochs, long seed) {
    return TrainingConfig.paper()
        .withObjective(Objective.CONTRASTIVE_ONLY)
        .withEpochs(epochs)
        .withBatchSize(128)
        .withMaxLearningRate(1e-3)
        .withContrastive(
            ContrastiveConfig.paper()
                .withMixing(0.9, MixCoTargets.AS_PUBLISHED)
                .withTemperaturesTimes(TEMPERATURES))
        .withSeed(seed);
  }

  int images() {
    return trainingImages + validationImages + testImages;
  }

  /** The published architecture at the width of this world. */
  BackboneConfig backbone() {
    return BackboneConfig.paper(brain.voxels())
        .withHidden(hidden)
        .withSpace(clip.hiddenSpace())
        .withProjector(projectorWidth);
  }

  Path data() {
    return folder.resolve("data");
  }

  Path log() {
    return folder.resolve("training.jsonl");
  }

  Path html() {
    return folder.resolve("report.html");
  }

  Path json() {
    return folder.resolve("report.json");
  }
}
