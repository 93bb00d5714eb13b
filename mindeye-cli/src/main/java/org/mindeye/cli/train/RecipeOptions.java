// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.util.Locale;
import org.mindeye.data.loader.RepeatPolicy;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.training.Freezing;
import org.mindeye.training.OptimizerConfig.Schedule;
import org.mindeye.training.ValidationConfig;
import org.mindeye.training.ValidationConfig.Selection;
import picocli.CommandLine.Option;

/** The recipe on the command line; what is not given is as published. */
final class RecipeOptions {
  /** How the learning rate moves, as the option names it. */
  enum LearningRate {
    /** Up, then down. */
    CYCLE(Schedule.ONE_CYCLE),
    /** What the original calls linear. */
    RISING(Schedule.RISING),
    /** Down. */
    COSINE(Schedule.COSINE),
    /** Level. */
    CONSTANT(Schedule.CONSTANT);

    private final Schedule schedule;

    LearningRate(Schedule schedule) {
      this.schedule = schedule;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How the run is judged, as the option names it. */
  enum Judgement {
    /** Scores that compare over the whole run. */
    STANDARD(ValidationConfig.standard()),
    /** The original's. */
    AS_PUBLISHED(ValidationConfig.asPublished());

    private final ValidationConfig config;

    Judgement(ValidationConfig config) {
      this.config = config;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data (240).")
  private Integer epochs;

  @Option(names = "--batch-size", paramLabel = "N", description = "Samples per batch (32).")
  private Integer batchSize;

  @Option(names = "--max-lr", paramLabel = "X", description = "Peak learning rate (3e-4).")
  private Double maxLearningRate;

  @Option(
      names = "--lr-schedule",
      paramLabel = "NAME",
      description = "cycle (default), rising (the original's \"linear\"), cosine or constant.")
  private LearningRate schedule;

  @Option(
      names = "--warmup-epochs",
      paramLabel = "X",
      description = "How long the cycle rises (2; 0.3 of a run of 1 or 2 epochs).")
  private Double warmupEpochs;

  @Option(names = "--weight-decay", paramLabel = "X", description = "AdamW's (0.01).")
  private Double weightDecay;

  @Option(
      names = "--accumulation",
      paramLabel = "N",
      description = "Batches for an optimiser step (1).")
  private Integer accumulation;

  @Option(
      names = "--clip-norm",
      paramLabel = "X",
      description = "Largest norm of a step's gradients; 0 for no limit (0).")
  private Double clipNorm;

  @Option(
      names = "--average",
      paramLabel = "X",
      description =
          "Decay of a moving average of the weights, which is judged and saved (0: none).")
  private Double average;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "In which format steps multiply: FLOAT32 (default), BFLOAT16, or fastest: what is known to"
              + " be fastest here; weights and moments are float32 in all.")
  private String precision;

  @Option(
      names = "--objective",
      paramLabel = "NAME",
      description = "joint (default), contrastive or prior.")
  private Flags.ObjectiveChoice objective;

  @Option(
      names = "--contrastive-weight",
      paramLabel = "X",
      description = "Of the contrastive loss (1).")
  private Double contrastiveWeight;

  @Option(
      names = "--prior-weight",
      paramLabel = "X",
      description = "Of the prior's loss (30; 0.03 with --final-layer).")
  private Double priorWeight;

  @Option(
      names = "--mean-squared-weight",
      paramLabel = "X",
      description = "Of the tokens' squared error (0).")
  private Double meanSquaredWeight;

  @Option(
      names = "--mixed-share",
      paramLabel = "X",
      description = "Share of the epochs with mixed voxels and BiMixCo (0.33).")
  private Double mixedShare;

  @Option(
      names = "--mixco-targets",
      paramLabel = "NAME",
      description = "as_published (default) or corrected.")
  private MixCoTargets mixCoTargets;

  @Option(
      names = "--repeats",
      paramLabel = "NAME",
      description =
          "Which response a step sees: as_published (default), random_per_sample or mean.")
  private RepeatPolicy repeats;

  @Option(
      names = "--validation",
      paramLabel = "NAME",
      description = "standard (default) or as-published.")
  private Judgement validation;

  @Option(
      names = "--selection",
      paramLabel = "NAME",
      description = "What says which epoch is best: retrieval (default) or loss.")
  private Selection selection;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "Stop after so many epochs without a better one; 0 for never (0).")
  private Integer patience;

  @Option(
      names = "--augment",
      negatable = true,
      description =
          "Crop, mirror and recolour training images, and encode them in every step (default);"
              + " without, they are encoded once, which is much faster.")
  private Boolean augment;

  @Option(
      names = "--freeze-epochs",
      paramLabel = "N",
      description =
          "First train the layer that reads the voxels alone: for another subject, with"
              + " --start-from (0).")
  private Integer freezeEpochs;

  @Option(names = "--seed", paramLabel = "N", description = "Same seed, same weights (42).")
  private Long seed;

  /** The name of a format; null if it was not given. */
  String precision() {
    return precision;
  }

  /** The number of epochs; null if it was not given. */
  Integer epochs() {
    return epochs;
  }

  /**
   * Notes what was given, but for {@link #precision}.
   *
   * @throws IllegalArgumentException if options contradict each other
   */
  void into(Flags flags) {
    if (warmupEpochs != null && schedule != null && schedule != LearningRate.CYCLE) {
      throw new IllegalArgumentException("--warmup-epochs is for --lr-schedule cycle");
    }
    flags
        .objective(objective)
        .put("train/epochs", epochs)
        .put("train/batches/size", batchSize)
        .put("train/loss/objective/contrastive", contrastiveWeight)
        .put("train/loss/objective/prior", priorWeight)
        .put("train/loss/objective/meanSquared", meanSquaredWeight)
        .put("train/loss/contrastive/mixedShare", mixedShare)
        .put("train/loss/contrastive/targets", mixCoTargets)
        .put("train/optimizer/learningRate/schedule", schedule == null ? null : schedule.schedule)
        .put("train/optimizer/learningRate/maximum", maxLearningRate)
        .put("train/optimizer/learningRate/warmupEpochs", warmupEpochs)
        .put("train/optimizer/weightDecay", weightDecay)
        .put("train/optimizer/accumulation", accumulation)
        .put("train/optimizer/clipNorm", clipNorm)
        .put("train/optimizer/averageDecay", average)
        .put("train/batches/repeats", repeats)
        .put("train/validation/protocol", validation == null ? null : validation.config.protocol())
        .imply(
            "train/validation/selection", validation == null ? null : validation.config.selection())
        .imply(
            "train/validation/patience", validation == null ? null : validation.config.patience())
        .put("train/validation/selection", selection)
        .put("train/validation/patience", patience)
        .put("train/freezing/epochs", freezeEpochs)
        .imply(
            "train/freezing/only",
            freezeEpochs == null ? null : Freezing.allButTheSubjectsLayer(0).only())
        .put("train/seed", seed)
        .put("augment", augment);
  }
}
