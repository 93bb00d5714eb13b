// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.PixelScores;
import org.mindeye.evaluation.results.Metric;
import org.mindeye.evaluation.results.PictureScores;

/**
 * The blurry pictures that the low-level network makes of the test split, beside what there is to
 * compare them with. All are compared with the seen ones pixel by pixel, at the size they have.
 *
 * @param side rows, and columns, of a picture
 * @param scores of every test picture, in the order of the split
 * @param penalty of ridge regression, chosen on the validation split
 * @param examples the best by PixCorr, some from the middle, and the worst
 */
public record LowLevelPictures(
    int side,
    Map<Painter, List<PixelScores>> scores,
    double penalty,
    List<LowLevelExample> examples) {
  /** Where a picture comes from. */
  public enum Painter {
    /** The low-level network, from the mean response to the seen picture. */
    NETWORK("lowlevel", "low-level network"),
    /** Ridge regression from the same responses to the same latents. */
    RIDGE("ridge", "ridge regression"),
    /** The network, from the response to another picture. */
    OTHER_BRAIN("other_brain", "network, another picture's response"),
    /** The mean latents of the training split, whatever was seen. */
    MEAN("mean_latents", "mean training latents, whatever was seen"),
    /** The seen picture's own latents: the best that predicted ones can reach. */
    AUTOENCODER("autoencoder", "autoencoder, from the seen picture");

    private final String key;
    private final String title;

    Painter(String key, String title) {
      this.key = key;
      this.title = title;
    }

    /** What reports for programs call it. */
    String key() {
      return key;
    }

    /** What reports for people call it. */
    String title() {
      return title;
    }
  }

  /** Copies the collections. */
  public LowLevelPictures {
    scores = Map.copyOf(scores);
    examples = List.copyOf(examples);
  }

  /**
   * The pixel correlation.
   *
   * @param painter whose pictures
   * @return mean over the test pictures, with the interval of another draw of them
   */
  public Estimate pixCorr(Painter painter) {
    return estimate(painter, PixelScores::pixCorr);
  }

  /**
   * The structural similarity.
   *
   * @param painter whose pictures
   * @return mean over the test pictures, with the interval of another draw of them
   */
  public Estimate ssim(Painter painter) {
    return estimate(painter, PixelScores::ssim);
  }

  /** The mean of a score. */
  Estimate estimate(Painter painter, ToDoubleFunction<PixelScores> score) {
    return Estimate.of(each(painter, score));
  }

  /** A score of every picture. */
  double[] each(Painter painter, ToDoubleFunction<PixelScores> score) {
    return scores.get(painter).stream().mapToDouble(score).toArray();
  }

  /** The scores of every picture, called by their place in the split. */
  static PictureScores scored(List<PixelScores> scores) {
    return PictureScores.of(IntStream.range(0, scores.size()).mapToObj(i -> "sample " + i).toList())
        .with(Metric.PIX_CORR, scores.stream().mapToDouble(PixelScores::pixCorr).toArray())
        .with(Metric.SSIM, scores.stream().mapToDouble(PixelScores::ssim).toArray());
  }

  /**
   * How far the network is ahead of ridge regression on the same pictures.
   *
   * @param score which one
   * @return mean of the differences, with the interval of another draw of pictures; negative where
   *     it is behind
   */
  public Estimate lead(ToDoubleFunction<PixelScores> score) {
    List<PixelScores> own = scores.get(Painter.NETWORK);
    List<PixelScores> ridge = scores.get(Painter.RIDGE);
    return Estimate.of(
        IntStream.range(0, own.size())
            .mapToDouble(i -> score.applyAsDouble(own.get(i)) - score.applyAsDouble(ridge.get(i)))
            .toArray());
  }
}
