// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.prior.diffusion.BetaSchedule;

/** A data set and a network that train in well under a second: voxels are linear in the targets. */
final class TinyRun {
  static final ClipSpace SPACE = new ClipSpace(2, 6);
  static final int VOXELS = 30;
  static final int TRAINING = 64;
  static final int VALIDATION = 16;
  private static final int REPEATS = 3;
  private static final float[] MAP = new float[VOXELS * SPACE.size()];

  static {
    NoiseSource.seeded(9).normal(MAP);
  }

  private TinyRun() {}

  static TrainingConfig config() {
    return TrainingConfig.paper()
        .withObjective(Objective.CONTRASTIVE_ONLY)
        .withEpochs(4)
        .withBatchSize(16)
        .withMaxLearningRate(3e-3);
  }

  /** The same with the prior. */
  static TrainingConfig jointConfig() {
    return config().withObjective(Objective.JOINT);
  }

  static MindEyeModel model() {
    return MindEyeModel.of(backbone());
  }

  /** Backbone and a small prior. */
  static ModelConfig jointShape() {
    return ModelConfig.of(
        backboneConfig(32),
        new PriorConfig(SPACE, TransformerConfig.paper().withSize(2, 2, 4)),
        DiffusionConfig.paper(SPACE.width()).withSchedule(BetaSchedule.COSINE, 20));
  }

  static MindEyeModel jointModel() {
    return jointShape().initialized(Device.cpu(), 1);
  }

  static StepEngine<MindEyeModel, PaperBatch> engine(
      TrainingConfig config, MindEyeModel model, int stepsPerEpoch) {
    return new StepEngine<>(config.loop(), model, new BatchLoss(config, model), stepsPerEpoch);
  }

  static ResidualMlpBackbone backbone() {
    return backbone(32);
  }

  static BackboneConfig backboneConfig(int hidden) {
    return BackboneConfig.paper(VOXELS)
        .withHidden(hidden)
        .withBlocks(1)
        .withSpace(SPACE)
        .withProjector(16);
  }

  static ResidualMlpBackbone backbone(int hidden) {
    return initialized(backboneConfig(hidden));
  }

  static ResidualMlpBackbone initialized(BackboneConfig config) {
    ResidualMlpBackbone backbone = new ResidualMlpBackbone(config);
    backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
    return backbone;
  }

  static TrainingSplit training() {
    return training(TRAINING);
  }

  static TrainingSplit training(int samples) {
    return new TrainingSplit(Split.TRAIN, trials(0, samples), new Drawn(SPACE));
  }

  static TrainingSplit validation() {
    return new TrainingSplit(Split.VALIDATION, trials(1000, VALIDATION), new Drawn(SPACE));
  }

  static List<Trial> trials(int first, int count) {
    List<Trial> trials = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      trials.add(trial(i, VOXELS));
    }
    return trials;
  }

  /** Responses are a fixed linear map of the sample's target, with a little noise. */
  static Trial trial(int number, int voxels) {
    float[] target = target(number, SPACE);
    float[][] responses = new float[REPEATS][voxels];
    for (int r = 0; r < REPEATS; r++) {
      NoiseSource.seeded(8, number, r).normal(responses[r]);
      for (int v = 0; v < voxels; v++) {
        responses[r][v] *= 0.05f;
        for (int i = 0; i < target.length; i++) {
          responses[r][v] += MAP[v * target.length + i] * target[i] / 3;
        }
      }
    }
    SampleOrigin origin = SampleOrigin.memory("sample" + number);
    return new Trial(
        origin, image(origin, number), responses, number, new long[] {0, 1, 2}, REPEATS);
  }

  private static EncodedImage image(SampleOrigin origin, int number) {
    BufferedImage pixels = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      pixels.setRGB(i % 16, i / 16, 0x10307 * (i + 7 * number) & 0xffffff);
    }
    return EncodedImage.png(origin, pixels);
  }

  static float[] target(int number, ClipSpace space) {
    float[] target = new float[space.size()];
    NoiseSource.seeded(7, number).normal(target);
    return target;
  }

  /** The values of all parameters of a model. */
  static Map<String, float[]> weights(MindEyeModel model) {
    Map<String, float[]> weights = new TreeMap<>();
    model.trainable().forEach(p -> weights.put(p.getName(), p.getArray().toFloatArray()));
    return weights;
  }

  /** The values of all parameters. */
  static Map<String, float[]> weights(ResidualMlpBackbone backbone) {
    Map<String, float[]> weights = new TreeMap<>();
    backbone.trainable().forEach(p -> weights.put(p.getName(), p.getArray().toFloatArray()));
    return weights;
  }

  /** Targets by coco id, in any space. */
  record Drawn(ClipSpace space) implements TargetSource {
    @Override
    public ClipTokens targets(TrialBatch batch, NDManager owner) {
      return tokens(batch, owner, -1);
    }

    /** The same with NaN for one sample. */
    ClipTokens tokens(TrialBatch batch, NDManager owner, long broken) {
      float[] values = new float[batch.size() * space.size()];
      long[] ids = batch.cocoIds();
      for (int i = 0; i < ids.length; i++) {
        System.arraycopy(target((int) ids[i], space), 0, values, i * space.size(), space.size());
        if (ids[i] == broken) {
          values[i * space.size()] = Float.NaN;
        }
      }
      Shape shape = new Shape(ids.length, space.tokens(), space.width());
      return ClipTokens.of(Torch.copy(owner, values, shape));
    }
  }
}
