// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.ClipLoss;
import org.mindeye.losses.MixCoPlan;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.losses.SoftClipLoss;
import org.mindeye.losses.SoftContrastiveLoss;

/** A contrastive loss and its gradient. */
final class LossComponent implements Component {
  private static final String AUGMENTED = "augmented_targets";

  @Override
  public String name() {
    return "losses";
  }

  @Override
  public String description() {
    return "A contrastive loss (--loss, --temperature). Predictions and targets are flattened to"
        + " one row for each sample and divided by their Euclidean norms first, as the trainer"
        + " does; the gradient is with respect to the predictions as given, before that.";
  }

  @Override
  public Record exampleConfig() {
    return null;
  }

  @Override
  public boolean hasWeights() {
    return false;
  }

  @Override
  public Set<String> options() {
    return Set.of("--loss", "--temperature");
  }

  @Override
  public List<Axes> inputs() {
    return List.of(
        Axes.of(
            "predictions",
            "[batch, width] or [batch, ...]",
            "any length; for soft-contrastive the student's features"),
        Axes.of(
            "targets", "as predictions", "any length; for soft-contrastive the teacher's features"),
        Axes.optional("permutation", "int64", "[batch]", "partners, for bimixco"),
        Axes.optional("lambda", "float32", "[batch]", "what a sample keeps of itself, in [0, 1]"),
        Axes.optional("selected", "bool or uint8", "[batch]", "who is mixed; all by default"),
        Axes.optional(
            AUGMENTED,
            "float32",
            "as predictions",
            "for soft-contrastive: the teacher's features of the augmented images"));
  }

  @Override
  public List<Axes> outputs() {
    return List.of(
        Axes.of("loss", "[]", "the mean over both directions"),
        Axes.of("gradient", "as predictions", "its derivative"));
  }

  @Override
  public void run(Job job) {
    NDArray predictions = job.input("predictions", DataType.FLOAT32);
    ClipVectors targets = rows("targets", job.input("targets", DataType.FLOAT32));
    try (GradMode on = GradMode.on()) {
      predictions.setRequiresGradient(true);
      NDArray loss = loss(job, rows("predictions", predictions), targets);
      job.put("loss", loss.stopGradient());
      job.put("gradient", Gradients.of(loss, List.of(predictions)).get(0));
    }
  }

  private static ClipVectors rows(String name, NDArray array) {
    if (array.getShape().dimension() < 2) {
      throw new ShapeMismatchException(
          name + ": expected [batch, width] or [batch, ...] but was " + array.getShape());
    }
    return ClipVectors.normalized(array.reshape(array.getShape().get(0), -1));
  }

  private static NDArray loss(Job job, ClipVectors brain, ClipVectors image) {
    LossChoice choice = job.choices().loss();
    double temperature = choice.temperature();
    return switch (choice.kind()) {
      case CLIP -> new ClipLoss(temperature).evaluate(brain, image);
      case SOFTCLIP -> new SoftClipLoss(temperature).evaluate(brain, image);
      case SOFT_CONTRASTIVE ->
          new SoftContrastiveLoss(temperature)
              .evaluate(brain, image, rows(AUGMENTED, job.input(AUGMENTED, DataType.FLOAT32)));
      case BIMIXCO ->
          new BiMixCoLoss(temperature, MixCoTargets.AS_PUBLISHED).evaluate(brain, image, mix(job));
    };
  }

  private static MixCoPlan mix(Job job) {
    int[] permutation =
        Arrays.stream(job.input("permutation", DataType.INT64).toLongArray())
            .mapToInt(Math::toIntExact)
            .toArray();
    float[] kept = job.input("lambda", DataType.FLOAT32).toFloatArray();
    double[] betas = IntStream.range(0, kept.length).mapToDouble(i -> kept[i]).toArray();
    int batch = permutation.length;
    boolean[] selected = job.flags("selected", batch).orElseGet(() -> Job.allTrue(batch));
    return MixCoPlan.of(permutation, betas, selected);
  }
}
