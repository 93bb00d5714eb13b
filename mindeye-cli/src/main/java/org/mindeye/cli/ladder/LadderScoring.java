// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.ladder;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.PoolConfig;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.EvaluationResult;
import org.mindeye.evaluation.protocol.FeatureScore;
import org.mindeye.evaluation.protocol.FeatureScore.Kind;
import org.mindeye.evaluation.protocol.ImagePair;
import org.mindeye.evaluation.protocol.ImageSteps;
import org.mindeye.evaluation.protocol.MetricVariants;
import org.mindeye.evaluation.protocol.PairSource;
import org.mindeye.evaluation.protocol.ReconstructionEvaluator;
import org.mindeye.evaluation.protocol.TestSplit;

/**
 * Compares painted scenes with the seen ones: pixel by pixel, and by two-way identification with
 * what two networks see in them.
 */
final class LadderScoring {
  /** By the final embedding of the image tower whose tokens are the targets. */
  static final String TOWER = "Small CLIP";

  /** By the features of a classifier that was never a target. */
  static final String JUDGE = "Judge";

  private final ClipImageEncoder clip;
  private final AttributeClassifier judge;
  private final List<Trial> scenes;

  LadderScoring(ClipImageEncoder clip, AttributeClassifier judge, List<Trial> scenes) {
    this.clip = clip;
    this.judge = judge;
    this.scenes = scenes;
  }

  /** The scores of pictures of these scenes, {@code [scene][3 * side * side]} in [0, 1]. */
  EvaluationResult of(float[][] pictures) throws IOException {
    return ReconstructionEvaluator.of(protocol())
        .with(
            TOWER, "the small world's", (images, owner) -> clip.encodePooled(images, owner).array())
        .with(JUDGE, "the small world's", judge::features)
        .evaluate(new Pairs(pictures), Device.cpu());
  }

  private EvaluationProtocol protocol() {
    List<Integer> side = List.of(judge.config().side());
    return new EvaluationProtocol(
        "SMALL-WORLD",
        1,
        new TestSplit("test", scenes.size(), scenes.get(0).repeats()),
        new ImageSteps(side, side, Antialias.OFF, Optional.empty()),
        MetricVariants.paper(),
        List.of(new FeatureScore(TOWER, Kind.TWO_WAY), new FeatureScore(JUDGE, Kind.TWO_WAY)),
        PoolConfig.paper());
  }

  private final class Pairs implements PairSource {
    private final float[][] pictures;

    Pairs(float[][] pictures) {
      this.pictures = pictures;
    }

    @Override
    public int size() {
      return pictures.length;
    }

    @Override
    public ImagePair read(int index, NDManager owner) {
      Trial scene = scenes.get(index);
      ImageBatch seen = ImageBatches.ofTrials(List.of(scene), owner);
      float[][] one = {pictures[index]};
      return ImagePair.of(
          "sample " + index, seen, ImageBatches.ofPixels(one, seen.height(), seen.width(), owner));
    }
  }
}
