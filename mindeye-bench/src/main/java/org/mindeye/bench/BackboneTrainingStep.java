// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepRates;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.losses.SoftClipLoss;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One step of the published recipe's second part: forward with dropout, SoftCLIP, backward, AdamW.
 * With {@code targets=CLIP} the image vectors are those of pictures that ViT-L/14 encodes in the
 * step, as augmented pictures are, in the same format; {@code PAPER_FINAL} takes these.
 *
 * <p>{@code PAPER_HIDDEN} holds weights, gradients and two moments of 947,579,904 parameters: 15
 * GiB of tensors, so a machine with 20 GiB or a GPU with 16 GiB to spare.
 */
public class BackboneTrainingStep extends DeviceBenchmark {
  private static final StepRates RATES = new StepRates(1e-4, 0.9);
  private static final SoftClipLoss LOSS = new SoftClipLoss(LossKind.TEMPERATURE);

  @Param({"SMALL", "PAPER_FINAL", "PAPER_HIDDEN"})
  BackboneSize size;

  @Param("32")
  int batch;

  /** In which products are computed; weights and moments are float32. */
  @Param({"FLOAT32", "BFLOAT16"})
  Precision precision;

  @Param("GIVEN")
  Targets targets;

  /** Where the image vectors come from. */
  public enum Targets {
    /** They are there. */
    GIVEN,
    /** CLIP's final layer makes them in each step. */
    CLIP
  }

  private ResidualMlpBackbone backbone;
  private FusedAdamW optimizer;
  private VoxelBatch voxels;
  private KnownVectors image;
  private ImageBatch pictures;
  private ClipImageEncoder clip;
  private long step;

  /** Creates the benchmark; JMH fills in the parameters. */
  public BackboneTrainingStep() {}

  /** Draws weights, voxels and targets; compares the first step's loss and one of its updates. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    BackboneConfig config = size.config();
    backbone = new ResidualMlpBackbone(config);
    backbone.initialize(manager.getDevice(), NoiseSource.seeded(SEED, 1));
    backbone.computeIn(precision);
    optimizer = FusedAdamW.over(ParameterGroups.asPublished(backbone));
    Shape shape = new Shape(batch, config.voxels());
    voxels = VoxelBatch.of(NoiseSource.seeded(SEED, 2).normal(manager, shape));
    image = KnownVectors.draw(manager, NoiseSource.seeded(SEED, 3), batch, config.space().size());
    checkFirstStep();
    if (targets == Targets.CLIP) {
      openClip(manager);
    }
  }

  private void openClip(NDManager manager) {
    VisionTransformerConfig config = VisionTransformerConfig.vitL14();
    if (!config.finalSpace().equals(size.config().space())) {
      throw new IllegalArgumentException(
          "targets=CLIP makes "
              + config.finalSpace()
              + ", but the backbone predicts "
              + size.config().space()
              + ": measure size=PAPER_FINAL");
    }
    ClipVisionTransformer tower = new ClipVisionTransformer(config);
    tower.storeIn(precision);
    tower.initialize(manager.getDevice(), NoiseSource.seeded(SEED, 5));
    clip = ClipImageEncoder.of(tower);
    int side = config.patches().imageSize();
    NDArray noise = NoiseSource.seeded(SEED, 6).normal(manager, new Shape(batch, 3, side, side));
    pictures = ImageBatch.of(noise.mul(Torch.scalar(noise, 0.1)).add(0.5));
  }

  private void checkFirstStep() {
    Parameter bias = lastBias();
    try (StepScope scope = StepScope.open(backbone.device())) {
      ClipVectors brain = forward();
      NDArray loss = LOSS.evaluate(brain, image.wide());
      Check.near("SoftCLIP loss", loss.getFloat(), plainLoss(brain), 1e-4);
      ParameterGradients gradients = scope.gradients(loss, optimizer.parameters());
      float[] slopes = gradients.of(bias).orElseThrow().toFloatArray();
      float[] before = bias.getArray().toFloatArray();
      optimizer.step(gradients, RATES);
      float[] after = bias.getArray().toFloatArray();
      for (int i = 0; i < slopes.length; i++) {
        double expected = PlainAdamW.firstStep(before[i], slopes[i], RATES.learningRate(), 0);
        Check.near("updated bias", after[i], expected, 1e-7);
      }
    }
  }

  private double plainLoss(ClipVectors brain) {
    // The image vectors repeat a short vector, so only the sum of the repeats counts.
    int times = image.wide().width() / image.shortVectors()[0].length;
    float[] wide = brain.array().toFloatArray();
    double[][] rows = new double[batch][image.shortVectors()[0].length];
    for (int i = 0; i < wide.length; i++) {
      int column = i % image.wide().width() % rows[0].length;
      rows[i / image.wide().width()][column] += wide[i] / Math.sqrt(times);
    }
    return LossKind.SOFT_CLIP.plain(rows, image.shortVectors(), null, null);
  }

  private Parameter lastBias() {
    return backbone.trainable().stream()
        .filter(parameter -> parameter.getName().equals("projector.8.bias"))
        .findFirst()
        .orElseThrow();
  }

  private ClipVectors forward() {
    Mode mode = Mode.train(NoiseSource.seeded(SEED, 4, step++));
    return backbone.forward(voxels, mode).projected().toUnitVectors();
  }

  private ClipVectors target(NDManager owner) {
    return clip == null ? image.wide() : clip.encodePooled(pictures, owner).toUnitVectors();
  }

  /**
   * One step.
   *
   * @return a number of the last parameter that is updated
   */
  @Benchmark
  public float step() {
    try (StepScope scope = StepScope.open(backbone.device())) {
      NDArray loss = LOSS.evaluate(forward(), target(scope.manager()));
      optimizer.step(scope.gradients(loss, optimizer.parameters()), RATES);
      return loss.getFloat() + Readback.first(lastBias().getArray());
    }
  }

  /** Frees weights and moments. */
  @TearDown
  public void closeBackbone() {
    optimizer.close();
    backbone.close();
    if (clip != null) {
      clip.close();
    }
  }
}
