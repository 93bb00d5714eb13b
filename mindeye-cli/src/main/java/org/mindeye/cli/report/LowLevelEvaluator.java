// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.mindeye.cli.report.LowLevelExample.Painted;
import org.mindeye.cli.report.LowLevelPictures.Painter;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.pipeline.LatentBranch;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.evaluation.PixelScores;
import org.mindeye.evaluation.RegressionPairs;
import org.mindeye.evaluation.RidgeConfig;
import org.mindeye.evaluation.RidgeRegression;
import org.mindeye.evaluation.results.Metric;
import org.mindeye.evaluation.results.PictureScores;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.training.lowlevel.LowLevelSplit;

/** Paints what a low-level network predicts for a test split, and compares it with the seen. */
public final class LowLevelEvaluator {
  /** Of each kind. */
  static final int SHOWN = 3;

  private static final int BATCH = 50;
  private static final int PENALTIES = 13;

  private final LatentBranch branch;
  private final LowLevelSplit training;
  private final LowLevelSplit validation;

  /**
   * Prepares.
   *
   * @param branch the trained network; stays the caller's
   * @param training what ridge regression is fitted on, and whose mean is painted
   * @param validation where its penalty is chosen
   */
  public LowLevelEvaluator(LatentBranch branch, LowLevelSplit training, LowLevelSplit validation) {
    this.branch = branch;
    this.training = training;
    this.validation = validation;
  }

  /**
   * Does all of it.
   *
   * @param test the split, whose images have the size that its autoencoder encoded them at
   * @return the results
   */
  public LowLevelPictures evaluate(LowLevelSplit test) {
    Paintings paintings = new Paintings(test);
    Map<Painter, float[][]> pictures = new EnumMap<>(Painter.class);
    float[][] own = paintings.of(each(test, (batch, owner) -> predicted(batch, owner)));
    pictures.put(Painter.NETWORK, own);
    pictures.put(Painter.OTHER_BRAIN, turned(own));
    pictures.put(Painter.AUTOENCODER, paintings.of(each(test, test::latents)));
    double penalty;
    try (CallScope scope = CallScope.open(Device.cpu())) {
      RegressionPairs fitted = pairs(training, scope.manager());
      NDArray mean = fitted.targets().mean(new int[] {0}, true);
      float[] usual = paintings.of(new float[][] {mean.toFloatArray()})[0];
      pictures.put(
          Painter.MEAN,
          IntStream.range(0, own.length).mapToObj(i -> usual).toArray(float[][]::new));
      RidgeConfig penalties =
          RidgeConfig.logSpaced(1, 1e6, PENALTIES).withScore(LowLevelEvaluator::closeness);
      try (RidgeRegression ridge =
          RidgeRegression.fit(fitted, pairs(validation, scope.manager()), penalties)) {
        penalty = ridge.lambda();
        NDArray latents = ridge.predict(responses(test, scope.manager()));
        pictures.put(Painter.RIDGE, paintings.of(Matrices.rows(latents)));
      }
    }
    Map<Painter, List<PixelScores>> scores = new EnumMap<>(Painter.class);
    pictures.forEach((painter, painted) -> scores.put(painter, paintings.scores(painted)));
    return new LowLevelPictures(test.side(), scores, penalty, examples(test, pictures, scores));
  }

  private VaeLatents predicted(TrialBatch batch, NDManager owner) {
    return branch.predict(batch.voxels(owner), owner);
  }

  /** Latents of every sample, row by row on the heap. */
  private static float[][] each(
      LowLevelSplit split, BiFunction<TrialBatch, NDManager, VaeLatents> latents) {
    List<float[]> rows = new ArrayList<>();
    Device device = split.autoencoder().device();
    for (TrialBatch batch :
        new TrialLoader(split.trials(), LoaderConfig.evaluation(BATCH)).epoch(0)) {
      try (CallScope scope = CallScope.open(device)) {
        NDArray some = latents.apply(batch, scope.manager()).array();
        rows.addAll(List.of(Matrices.rows(some.reshape(batch.size(), -1))));
      }
    }
    return rows.toArray(float[][]::new);
  }

  /** Each picture beside the one painted for the next sample: what was seen does not matter. */
  private static float[][] turned(float[][] pictures) {
    return IntStream.range(0, pictures.length)
        .mapToObj(i -> pictures[(i + 1) % pictures.length])
        .toArray(float[][]::new);
  }

  private static RegressionPairs pairs(LowLevelSplit split, NDManager owner) {
    return new RegressionPairs(
        responses(split, owner), Matrices.of(each(split, split::latents), owner));
  }

  /** The mean response to each picture, {@code [samples, voxels]}. */
  private static NDArray responses(LowLevelSplit split, NDManager owner) {
    return Matrices.of(
        split.trials().stream().map(Trial::meanVoxels).toArray(float[][]::new), owner);
  }

  /** Ridge regression minimises the squared error, so that chooses its penalty, too. */
  private static double closeness(NDArray predicted, NDArray targets) {
    try (CallScope scope = CallScope.open(predicted.getDevice())) {
      return -predicted.sub(targets).square().mean().getFloat();
    }
  }

  private static List<LowLevelExample> examples(
      LowLevelSplit test,
      Map<Painter, float[][]> pictures,
      Map<Painter, List<PixelScores>> scores) {
    return LowLevelPictures.scored(scores.get(Painter.NETWORK))
        .picks(Metric.PIX_CORR, SHOWN)
        .stream()
        .map(pick -> example(pick, test, pictures, scores))
        .toList();
  }

  private static LowLevelExample example(
      PictureScores.Pick pick,
      LowLevelSplit test,
      Map<Painter, float[][]> pictures,
      Map<Painter, List<PixelScores>> scores) {
    int sample = pick.picture();
    Map<Painter, Painted> painted = new EnumMap<>(Painter.class);
    for (Painter painter : List.of(Painter.NETWORK, Painter.RIDGE, Painter.AUTOENCODER)) {
      painted.put(
          painter,
          new Painted(
              png(pictures.get(painter)[sample], test.side()), scores.get(painter).get(sample)));
    }
    byte[] seen = test.trials().get(sample).image().encoded().bytes();
    return new LowLevelExample(pick.place(), sample, seen, painted);
  }

  /** A file of a picture, {@code [3, side, side]} in [0, 1]. */
  private static byte[] png(float[] pixels, int side) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    int plane = side * side;
    for (int i = 0; i < plane; i++) {
      int rgb =
          level(pixels[i]) << 16 | level(pixels[plane + i]) << 8 | level(pixels[2 * plane + i]);
      image.setRGB(i % side, i / side, rgb);
    }
    return EncodedImage.png(SampleOrigin.memory("painted"), image).bytes();
  }

  private static int level(float share) {
    return Math.round(255 * share);
  }

  /**
   * Turns latents into pictures beside the seen ones.
   *
   * @param test the seen ones
   */
  private record Paintings(LowLevelSplit test) {
    /** {@code [samples][3 * side * side]} in [0, 1]. */
    float[][] of(float[][] latents) {
      AutoencoderKl autoencoder = test.autoencoder();
      int channels = autoencoder.config().latentChannels();
      int side = test.side() / autoencoder.config().stages().reduction();
      List<float[]> pictures = new ArrayList<>();
      for (int from = 0; from < latents.length; from += BATCH) {
        float[][] some = Arrays.copyOfRange(latents, from, Math.min(latents.length, from + BATCH));
        try (CallScope scope = CallScope.open(autoencoder.device())) {
          NDArray rows = Matrices.of(some, scope.manager());
          VaeLatents batch = VaeLatents.of(rows.reshape(some.length, channels, side, side));
          NDArray painted = autoencoder.decode(batch, scope.manager()).toImages().array();
          pictures.addAll(List.of(Matrices.rows(painted.clip(0, 1))));
        }
      }
      return pictures.toArray(float[][]::new);
    }

    List<PixelScores> scores(float[][] painted) {
      List<PixelScores> scores = new ArrayList<>();
      for (int from = 0; from < painted.length; from += BATCH) {
        int to = Math.min(painted.length, from + BATCH);
        try (CallScope scope = CallScope.open(Device.cpu())) {
          ImageBatch seen = ImageBatches.ofTrials(test.trials().subList(from, to), scope.manager());
          ImageBatch batch =
              ImageBatches.ofPixels(
                  Arrays.copyOfRange(painted, from, to), test.side(), test.side(), scope.manager());
          scores.addAll(PixelScores.each(seen, batch, PixelGrid.unchanged()));
        }
      }
      return scores;
    }
  }
}
