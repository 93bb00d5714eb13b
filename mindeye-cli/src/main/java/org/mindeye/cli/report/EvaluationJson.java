// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.mindeye.cli.report.LowLevelPictures.Painter;
import org.mindeye.evaluation.DirectionScores;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.PairedComparison;
import org.mindeye.evaluation.PixelScores;
import org.mindeye.evaluation.RidgeRegression;
import org.mindeye.evaluation.TokenCloseness;
import org.mindeye.training.TrainingListener.EpochReport;

/** What the reports for programs say about a trained model on the test split. */
public final class EvaluationJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private EvaluationJson() {}

  /**
   * Writes everything into a report. Holds no time and no path, so that two runs with the same seed
   * on the same machine are equal byte by byte.
   *
   * @param root gets {@code test}, {@code ranks} and, where there is one, {@code
   *     voxel_noise_ceiling_percent}, {@code verdict}, {@code comparison}, {@code ridge}, {@code
   *     prior} and {@code left_out}
   * @param evaluation what is written
   */
  public static void add(ObjectNode root, Evaluation evaluation) {
    evaluation.ceiling().ifPresent(c -> root.put("voxel_noise_ceiling_percent", c.medianPercent()));
    test(root.putObject("test"), evaluation);
    evaluation.comparison().ifPresent(comparison -> comparison(root, comparison));
    evaluation.ridge().ifPresent(ridge -> ridge(root.putObject("ridge"), ridge));
    evaluation.prior().ifPresent(prior -> prior(root.putObject("prior"), prior));
    ranks(root.putObject("ranks"), evaluation);
    if (!evaluation.leftOut().isEmpty()) {
      root.set("left_out", JSON.valueToTree(evaluation.leftOut()));
    }
  }

  /**
   * Writes the epochs of a run.
   *
   * @param root gets {@code history}
   * @param history every epoch
   */
  public static void add(ObjectNode root, List<EpochReport> history) {
    ArrayNode node = root.putArray("history");
    history.forEach(epoch -> node.add(JSON.valueToTree(epoch)));
  }

  /**
   * Writes how the low-level network does.
   *
   * @param node gets {@code samples}, the scores of every painter, the lead over ridge regression
   *     and its penalty
   * @param pictures what is written
   */
  public static void add(ObjectNode node, LowLevelPictures pictures) {
    node.put("samples", pictures.scores().get(Painter.NETWORK).size());
    node.put("side", pictures.side());
    for (Painter painter : Painter.values()) {
      ObjectNode scores = node.putObject(painter.key());
      estimate(scores, "pixcorr", pictures.pixCorr(painter));
      estimate(scores, "ssim", pictures.ssim(painter));
      ArrayNode pixCorr = scores.putArray("each_pixcorr");
      ArrayNode ssim = scores.putArray("each_ssim");
      for (PixelScores each : pictures.scores().get(painter)) {
        pixCorr.add(each.pixCorr());
        ssim.add(each.ssim());
      }
    }
    ObjectNode lead = node.putObject("lead_over_ridge");
    estimate(lead, "pixcorr", pictures.lead(PixelScores::pixCorr));
    estimate(lead, "ssim", pictures.lead(PixelScores::ssim));
    node.put("ridge_lambda", pictures.penalty());
  }

  private static void estimate(ObjectNode node, String name, Estimate estimate) {
    node.put(name, estimate.mean());
    if (estimate.hasInterval()) {
      node.put(name + "_half_width_of_image_draw", estimate.halfWidth());
    }
  }

  private static void test(ObjectNode node, Evaluation evaluation) {
    var pools = evaluation.mindEye().pools();
    node.put("samples", evaluation.test().size());
    node.put("repeated_images", evaluation.repeatedImages());
    node.put("pool_size", pools.config().poolSize());
    node.put("pools", pools.isWholeSet() ? 1 : pools.config().repetitions());
    node.put("chance", pools.chance());
    for (MethodScores scores : evaluation.methods()) {
      ObjectNode method = node.putObject(scores.method().key());
      direction(
          method.putObject("brain_to_image"),
          scores.pools().brainToImage(),
          scores.all().brainToImage());
      direction(
          method.putObject("image_to_brain"),
          scores.pools().imageToBrain(),
          scores.all().imageToBrain());
    }
  }

  /** Every interval says in its name what it is of. */
  private static void direction(ObjectNode node, Estimate pools, DirectionScores all) {
    node.put("pool_top1", pools.mean());
    if (pools.hasInterval()) {
      node.put("pool_top1_half_width_of_pool_draw", pools.halfWidth());
    }
    node.put("all_hits", all.hits().hits());
    node.put("all_top1", all.top1());
    node.putArray("all_top1_interval_of_image_draw").add(all.hits().low()).add(all.hits().high());
    node.put("all_top5", all.top5());
    node.put("all_median_rank", all.medianRank());
  }

  private static void comparison(ObjectNode root, Comparison comparison) {
    root.put("verdict", comparison.verdict().name());
    ObjectNode node = root.putObject("comparison");
    node.put("test", "exact McNemar, two-sided, top-1 among all");
    pair(node.putObject("brain_to_image"), comparison.brainToImage());
    pair(node.putObject("image_to_brain"), comparison.imageToBrain());
  }

  private static void pair(ObjectNode node, PairedComparison pair) {
    node.put("both", pair.both());
    node.put("only_mindeye", pair.onlyFirst());
    node.put("only_ridge", pair.onlySecond());
    node.put("neither", pair.neither());
    node.put("p_value", pair.pValue());
  }

  private static void ridge(ObjectNode node, RidgeBaseline ridge) {
    node.put("lambda", ridge.lambda());
    ArrayNode grid = node.putArray("grid");
    for (RidgeRegression.GridPoint point : ridge.grid()) {
      grid.addObject().put("lambda", point.lambda()).put("validation_top1", point.score());
    }
  }

  private static void prior(ObjectNode node, PriorEffect prior) {
    node.put("sampler_steps", PriorEffect.STEPS);
    closeness(node.putObject("backbone_tokens"), prior.before());
    closeness(node.putObject("projected_tokens"), prior.projected());
    closeness(node.putObject("one_sample"), prior.sample());
    node.put("draws", PriorEffect.DRAWS);
    closeness(node.putObject("mean_of_draws"), prior.mean());
    node.put("reference_split", prior.reference().folder());
    closeness(node.putObject("mean_target"), prior.constant());
  }

  private static void closeness(ObjectNode node, TokenCloseness tokens) {
    node.put("cosine", tokens.cosine());
    node.put("error", tokens.error());
    node.set("each_cosine", JSON.valueToTree(tokens.cosines()));
  }

  /** The rank of every test picture, so that readers can run tests of their own. */
  private static void ranks(ObjectNode node, Evaluation evaluation) {
    node.set("coco_ids", JSON.valueToTree(evaluation.test().imageIds()));
    for (MethodScores scores : evaluation.methods()) {
      ObjectNode method = node.putObject(scores.method().key());
      method.set("brain_to_image", JSON.valueToTree(scores.all().brainToImage().ranks()));
      method.set("image_to_brain", JSON.valueToTree(scores.all().imageToBrain().ranks()));
    }
  }
}
