// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Objects;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.MayBeAbsent;
import org.mindeye.data.Split;
import org.mindeye.data.loader.AheadConfig;
import org.mindeye.training.HeapContents;
import org.mindeye.training.Objective;
import org.mindeye.training.TrainingConfig;

/**
 * Everything a run decides, whatever data it is given.
 *
 * @param train the recipe
 * @param augment whether training images are augmented again each time and encoded on the fly,
 *     instead of encoded once
 * @param model what is free in the shape of the networks
 * @param checkpoints how often the run is saved
 * @param targetCache the folder in which targets that are encoded once are kept; null to keep them
 *     in memory
 */
record RunConfig(
    TrainingConfig train,
    boolean augment,
    NetworkConfig model,
    SavingConfig checkpoints,
    @MayBeAbsent String targetCache) {
  private static final int CHANNELS = 3;

  /** Checks that recipe and networks fit together. */
  RunConfig {
    Objects.requireNonNull(train, "train");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(checkpoints, "checkpoints");
    double weight = train.loss().objective().prior();
    if (weight > 0 && !model.prior()) {
      throw new IllegalArgumentException(
          "objective: the prior's loss has the weight "
              + weight
              + " but there is no prior; give the model a prior, or its loss the weight 0");
    }
    if (weight == 0 && model.prior()) {
      throw new IllegalArgumentException(
          "prior: nothing would train it, because its loss has the weight 0; give the model no"
              + " prior, or its loss a weight");
    }
  }

  /** The published recipes: of the 257-token or the final-layer models, with or without prior. */
  static RunConfig paper(boolean finalLayer, boolean prior) {
    Objective joint = finalLayer ? Objective.JOINT_FINAL_LAYER : Objective.JOINT;
    return new RunConfig(
        TrainingConfig.paper().withObjective(prior ? joint : Objective.CONTRASTIVE_ONLY),
        true,
        NetworkConfig.paper(finalLayer, prior),
        SavingConfig.standard(),
        null);
  }

  /** Whether the targets of a split stay in memory. */
  boolean keeps(Split split) {
    return targetCache == null && (split != Split.TRAIN || !augment);
  }

  /** What steps need of the Java heap: pixels, or targets that are read from a cache or copied. */
  HeapContents.Steps steps(VisionTransformerConfig clip) {
    long size = clip.patches().imageSize();
    long pixels = CHANNELS * size * size * Float.BYTES;
    long target = model.space(clip).size();
    long ready = targetCache == null ? 0 : target * Short.BYTES;
    return new HeapContents.Steps(
        train.batches().size(),
        train.optimizer().accumulation(),
        AheadConfig.standard(),
        augment ? pixels : ready,
        augment ? pixels : target * Float.BYTES);
  }

  /** The same with another recipe, saved in another rhythm. */
  RunConfig with(TrainingConfig newTrain, SavingConfig newCheckpoints) {
    return new RunConfig(newTrain, augment, model, newCheckpoints, targetCache);
  }

  /** The same with targets in another folder; null for the same. */
  RunConfig withTargetCache(String newCache) {
    return newCache == null ? this : new RunConfig(train, augment, model, checkpoints, newCache);
  }

  /**
   * What a file and the command line ask for. What neither mentions is as published for the kind of
   * model they mention.
   *
   * @param written may leave fields out
   * @param flags of the same structure; they win
   * @throws IllegalArgumentException if they are for another kind of model than the file
   */
  static RunConfig of(Document written, Flags flags) {
    Document file = written.upgraded(RunConfig.class);
    requireSameKind(file.root().at("/model/finalLayer"), flags.tree().at("/model/finalLayer"));
    JsonNode requested = file.with(flags.tree()).root();
    boolean finalLayer = requested.at("/model/finalLayer").asBoolean();
    JsonNode weight = requested.at("/train/loss/objective/prior");
    boolean prior =
        requested
            .at("/model/prior")
            .asBoolean(flags.needsPrior().orElse(!weight.isNumber() || weight.asDouble() > 0));
    ObjectNode objective = flags.objective(finalLayer);
    return file.with(flags.implied(file.root()))
        .with(shorterWarmup(requested.at("/train")))
        .with(objective)
        .with(flags.tree())
        .as(RunConfig.class, paper(finalLayer, prior));
  }

  /**
   * What a run too short for the published rise does instead, unless a length of the rise is given.
   */
  static ObjectNode shorterWarmup(JsonNode train) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    int epochs = train.path("epochs").asInt(Integer.MAX_VALUE);
    if (train.at("/optimizer/learningRate/warmupEpochs").isMissingNode()
        && epochs >= 1
        && epochs <= TrainingConfig.paper().optimizer().learningRate().warmupEpochs()) {
      root.withObjectProperty("train")
          .withObjectProperty("optimizer")
          .withObjectProperty("learningRate")
          .put("warmupEpochs", RunNote.SHORT_RISE * epochs);
    }
    return root;
  }

  /** A file for one kind of model has numbers that do not suit the other. */
  private static void requireSameKind(JsonNode file, JsonNode option) {
    if (file.isBoolean() && option.isBoolean() && !file.equals(option)) {
      String name = option.asBoolean() ? "--final-layer" : "--no-final-layer";
      throw new IllegalArgumentException(
          String.format(
                  Locale.ROOT,
                  "%s: the file is for the other kind of model (model.finalLayer: %s); print a new one with",
                  name,
                  file)
              + " `mindeye train --print-config "
              + name
              + "`");
    }
  }
}
