// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.augmentation.ViewPlan;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.losses.MixCo;
import org.mindeye.losses.MixCoPlan;
import org.mindeye.losses.SoftContrastiveLoss;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.LowLevelPrediction;
import org.mindeye.training.LossTerm;
import org.mindeye.training.StepContext;
import org.mindeye.training.StepLoss;

/**
 * The objective of the low-level network.
 *
 * @param config the recipe
 * @param network what is trained
 * @param split the training split
 * @param teacher null without one
 */
record LowLevelLoss(
    LowLevelTrainingConfig config,
    LowLevelNetwork network,
    LowLevelSplit split,
    ConvNextTeacher teacher)
    implements StepLoss<TrialBatch> {
  private static final long MIXING = 1;
  private static final long DROPOUT = 2;
  private static final long VIEWS = 3;

  @Override
  public List<LossTerm> terms() {
    return config.objective().terms();
  }

  @Override
  public List<String> keys(TrialBatch batch) {
    return batch.keys();
  }

  @Override
  public String remedy(String term) {
    return term.equals(LowLevelScores.CONTRASTIVE)
        ? "lower the learning rate or raise the temperature"
        : "lower the learning rate or clip gradients";
  }

  @Override
  public Map<String, NDArray> evaluate(TrialBatch batch, StepContext step) {
    NDManager manager = step.manager();
    LowLevelObjective objective = config.objective();
    VoxelBatch voxels = batch.voxels(manager);
    NDArray target = split.latents(batch, manager).array();
    step.data("voxels", voxels.array());
    step.data("latents of the images", target);
    if (config.mixes(step.epoch())) {
      MixCoPlan mix = MixCo.draw(batch.size(), config.inputs().mixCo(), step.noise(MIXING));
      voxels = mix.apply(voxels);
      target = mixed(mix, target);
    }
    LowLevelPrediction prediction = network.forward(voxels, Mode.train(step.noise(DROPOUT)));
    step.prediction("the predicted latents", prediction.latents().array());
    Map<String, NDArray> terms = new LinkedHashMap<>();
    if (objective.latents() > 0) {
      terms.put(LowLevelScores.LATENTS, error(prediction.latents().array(), target, split));
    }
    if (objective.contrastive() > 0 || objective.decodes()) {
      float[][] pixels = ResizedImages.pixels(batch.trials(), split.side());
      compare(prediction, pixels, step, terms);
    }
    return terms;
  }

  /** Latents are mixed as voxels are: each sample's numbers in a row. */
  private static NDArray mixed(MixCoPlan mix, NDArray latents) {
    Shape shape = latents.getShape();
    VoxelBatch rows = VoxelBatch.of(latents.reshape(shape.get(0), -1));
    return mix.apply(rows).array().reshape(shape);
  }

  /** The mean absolute error of latents that are scaled, in units of unscaled ones. */
  static NDArray error(NDArray predicted, NDArray target, LowLevelSplit split) {
    NDArray error = predicted.sub(target).abs().mean();
    return error.div(Torch.scalar(error, split.autoencoder().config().scale()));
  }

  private void compare(
      LowLevelPrediction prediction,
      float[][] pixels,
      StepContext step,
      Map<String, NDArray> terms) {
    LowLevelObjective objective = config.objective();
    ImageBatch images = images(pixels, step.manager());
    if (objective.contrastive() > 0) {
      terms.put(LowLevelScores.CONTRASTIVE, contrastive(prediction, images, pixels, step));
    }
    if (objective.decodes()) {
      VaePixels painted = split.autoencoder().decode(prediction.latents());
      step.prediction("the decoded pixels", painted.array());
      if (objective.reconstruction() > 0) {
        NDArray seen = VaePixels.of(images).array();
        terms.put(LowLevelScores.RECONSTRUCTION, painted.array().sub(seen).abs().mean());
      }
      if (objective.edges() > 0) {
        NDArray found = Edges.of(painted.toImages().array());
        terms.put(LowLevelScores.EDGES, found.sub(Edges.ofSeen(images.array())).abs().mean());
      }
    }
  }

  private ImageBatch images(float[][] pixels, NDManager owner) {
    return ImageBatches.ofPixels(pixels, split.side(), split.side(), owner);
  }

  private NDArray contrastive(
      LowLevelPrediction prediction, ImageBatch images, float[][] pixels, StepContext step) {
    NDArray student = prediction.features().orElseThrow();
    step.prediction("the projected features", student);
    ViewPlan plan =
        ViewPlan.draw(pixels.length, split.side(), config.inputs().views(), step.noise(VIEWS));
    ImageBatch views = images(plan.apply(pixels), step.manager());
    NDArray plain;
    NDArray changed;
    try (GradMode off = GradMode.off()) {
      plain = teacher.features(images);
      changed = teacher.features(views);
    }
    step.data("the teacher's features", plain);
    step.data("the teacher's features of the augmented images", changed);
    return new SoftContrastiveLoss(config.objective().temperature())
        .evaluateUnchecked(rows(student), rows(plain), rows(changed));
  }

  /** Every position of every image is a row. */
  private static ClipVectors rows(NDArray features) {
    return ClipVectors.normalized(features.reshape(-1, features.getShape().get(2)));
  }
}
