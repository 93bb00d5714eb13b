// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.evaluation.CorrelationDistance;
import org.mindeye.evaluation.PixCorr;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.evaluation.Psnr;
import org.mindeye.evaluation.Ssim;
import org.mindeye.evaluation.TwoWayIdentification;
import org.mindeye.evaluation.TwoWayIdentification.Distractors;
import org.mindeye.evaluation.TwoWayScores;

/** Every metric that needs no network, of images or of features that a network made elsewhere. */
final class MetricsComponent implements Component {
  private static final String EACH = "[images]";
  private static final String MEAN = "[]";
  private static final int COLORS = 3;

  /** SSIM's window. */
  private static final int WINDOW = 11;

  @Override
  public String name() {
    return "metrics";
  }

  @Override
  public String description() {
    return "Every metric without a network: two-way identification and correlation distance of any"
        + " features, and of images [images, 3, height, width] in [0, 1] also PixCorr, SSIM and PSNR."
        + " The configuration is a size to which images are brought first, bilinear; without one"
        + " they are compared as they are. Predicted images are clamped to [0, 1]. Computed in"
        + " float64.";
  }

  @Override
  public Record exampleConfig() {
    return PixelGrid.paper();
  }

  @Override
  public boolean hasWeights() {
    return false;
  }

  @Override
  public List<Axes> inputs() {
    return List.of(
        Axes.of("reals", "[images, ...]", "features of originals, or originals"),
        Axes.of("predictions", "[images, ...]", "the same of their reconstructions"));
  }

  @Override
  public List<Axes> outputs() {
    return List.of(
        Axes.of("correlation_distance_each", EACH, "1 less the Pearson correlation"),
        Axes.of("correlation_distance", MEAN, "their mean"),
        Axes.optional(
            "twoway_counts", "int64", EACH, "other originals less similar to the prediction"),
        Axes.optional("twoway", "float32", MEAN, "their share, as published; of 2 images or more"),
        Axes.optional(
            "twoway_transposed_counts",
            "int64",
            EACH,
            "other predictions less similar to the original"),
        Axes.optional("twoway_transposed", "float32", MEAN, "their share"),
        Axes.optional("pixcorr_each", "float32", EACH, "Pearson correlation of pixels; of images"),
        Axes.optional("pixcorr", "float32", MEAN, "their mean"),
        Axes.optional("psnr_each", "float32", EACH, "in dB; of images"),
        Axes.optional("ssim_each", "float32", EACH, "of images of 11 x 11 pixels or more"),
        Axes.optional("ssim", "float32", MEAN, "their mean"),
        Axes.optional(
            "ssim_columns_each", "float32", EACH, "as scikit-image up to 0.19 computed it"),
        Axes.optional("ssim_columns", "float32", MEAN, "their mean"));
  }

  @Override
  public void run(Job job) throws IOException {
    NDArray reals = job.input("reals", DataType.FLOAT32);
    NDArray predictions = job.input("predictions", DataType.FLOAT32);
    PixelGrid grid = job.hasConfig() ? job.config(PixelGrid.class) : PixelGrid.unchanged();
    if (isImages(reals) && isImages(predictions)) {
      ImageBatch seen = grid.resize(ImageBatch.of(reals), job.manager());
      ImageBatch painted = grid.resize(ImageBatch.of(predictions.clip(0, 1)), job.manager());
      pixels(job, seen, painted);
      features(job, seen.array(), painted.array());
    } else {
      features(job, reals, predictions);
    }
  }

  private static boolean isImages(NDArray array) {
    Shape shape = array.getShape();
    return shape.dimension() == 4 && shape.get(1) == COLORS;
  }

  private static void pixels(Job job, ImageBatch seen, ImageBatch painted) {
    PixelGrid grid = PixelGrid.unchanged();
    put(job, "pixcorr", PixCorr.on(grid).each(seen, painted));
    job.put("psnr_each", each(job, Psnr.on(grid).each(seen, painted)));
    if (Math.min(seen.height(), seen.width()) >= WINDOW) {
      put(job, "ssim", Ssim.on(grid, Ssim.Variant.PICTURE).each(seen, painted));
      put(job, "ssim_columns", Ssim.on(grid, Ssim.Variant.COLUMNS).each(seen, painted));
    }
  }

  private static void features(Job job, NDArray reals, NDArray predictions) {
    put(job, "correlation_distance", CorrelationDistance.each(reals, predictions));
    if (reals.getShape().get(0) > 1) {
      put(job, "twoway", TwoWayIdentification.paper().score(reals, predictions));
      TwoWayIdentification other = TwoWayIdentification.among(Distractors.RECONSTRUCTIONS);
      put(job, "twoway_transposed", other.score(reals, predictions));
    }
  }

  private static void put(Job job, String name, TwoWayScores scores) {
    long[] counts = scores.counts().stream().mapToLong(count -> count).toArray();
    job.put(name + "_counts", Torch.copy(job.manager(), counts, new Shape(counts.length)));
    job.put(name, one(job, scores.score()));
  }

  private static void put(Job job, String name, double[] scores) {
    job.put(name + "_each", each(job, scores));
    job.put(name, one(job, Arrays.stream(scores).average().orElseThrow()));
  }

  private static NDArray each(Job job, double[] scores) {
    return Torch.copy(job.manager(), scores, new Shape(scores.length), DataType.FLOAT32);
  }

  private static NDArray one(Job job, double score) {
    return Torch.copy(job.manager(), new double[] {score}, new Shape(), DataType.FLOAT32);
  }
}
