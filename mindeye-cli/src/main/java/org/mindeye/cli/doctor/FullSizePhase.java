// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.mindeye.cli.child.ProcessMemory;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.LearningRateSchedule;
import org.mindeye.core.optim.OneCycleSchedule;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepRates;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.WeightDigest;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.Subject;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.SoftClipLoss;

/**
 * One phase of the full-size check, in a JVM of its own because a process's peak memory never goes
 * down. It prints what it measured as {@code key=value} lines on stdout.
 */
final class FullSizePhase {
  /** The published model of subject 1. */
  private static final SoftClipLoss SOFT_CLIP = new SoftClipLoss(BiMixCoLoss.paper().temperature());

  static final BackboneConfig MODEL = BackboneConfig.paper(Subject.SUBJ01.voxels());

  static final int TRAINING_BATCH = 8;
  static final int TRAINING_STEPS = 2;
  static final int INFERENCE_BATCH = 32;

  private static final long SEED = 1;

  private final Path file;
  private final Map<String, String> measured = new LinkedHashMap<>();

  private FullSizePhase(Path file) {
    this.file = file;
  }

  /**
   * Runs one phase.
   *
   * @param arguments {@code save}, {@code infer} or {@code train}, and the weights file
   * @throws IOException if the file cannot be written or read
   */
  public static void main(String[] arguments) throws IOException {
    FullSizePhase phase = new FullSizePhase(Path.of(arguments[1]));
    switch (arguments[0]) {
      case "save" -> phase.save();
      case "infer" -> phase.infer();
      case "train" -> phase.train();
      default -> throw new IllegalArgumentException("phase '" + arguments[0] + "'");
    }
    ProcessMemory.peak().ifPresent(peak -> phase.measured.put("peak", String.valueOf(peak)));
    phase.measured.forEach((key, value) -> System.out.println(key + "=" + value));
  }

  private void save() throws IOException {
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(MODEL)) {
      long start = System.nanoTime();
      backbone.initialize(Device.cpu(), NoiseSource.seeded(SEED));
      start = lap("initialise", start);
      WeightFiles.write(file, backbone, Map.of());
      lap("save", start);
      measured.put("parameters", String.valueOf(backbone.parameterCount()));
      measured.put("bytes", String.valueOf(Files.size(file)));
      measured.put("digest", WeightDigest.sha256(backbone));
    }
  }

  private void infer() throws IOException {
    try (ResidualMlpBackbone backbone = load();
        BackboneEncoder encoder = BackboneEncoder.of(backbone)) {
      measured.put("digest", WeightDigest.sha256(backbone));
      for (int batch : new int[] {1, INFERENCE_BATCH}) {
        encode(encoder, batch); // The first call of a shape prepares things.
        long start = System.nanoTime();
        measured.put("mean." + batch, number(encode(encoder, batch)));
        lap("batch " + batch, start);
      }
    }
  }

  private static double encode(BackboneEncoder encoder, int batch) {
    try (NDManager manager = Torch.newManager(encoder.device())) {
      BrainEmbedding brain = encoder.encode(voxels(manager, batch), manager);
      return brain.projected().array().mean().getFloat();
    }
  }

  private void train() throws IOException {
    try (ResidualMlpBackbone backbone = load();
        FusedAdamW optimizer = FusedAdamW.over(ParameterGroups.asPublished(backbone))) {
      // The second step shows that nothing grows, and what a step costs once the moments exist.
      for (int k = 1; k <= TRAINING_STEPS; k++) {
        step(backbone, optimizer, k);
      }
    }
  }

  private void step(ResidualMlpBackbone backbone, FusedAdamW optimizer, int k) {
    long start = System.nanoTime();
    try (StepScope step = StepScope.open(backbone.device())) {
      NDManager manager = step.manager();
      Shape tokens = new Shape(TRAINING_BATCH, MODEL.space().tokens(), MODEL.space().width());
      ClipVectors image =
          ClipTokens.of(NoiseSource.seeded(SEED, 2).normal(manager, tokens)).toUnitVectors();
      VoxelBatch voxels = voxels(manager, TRAINING_BATCH);
      BrainEmbedding brain = backbone.forward(voxels, Mode.train(NoiseSource.seeded(SEED, 3, k)));
      NDArray loss = SOFT_CLIP.evaluate(brain.projected().toUnitVectors(), image);
      measured.put("loss." + k, number(loss.getFloat()));
      start = lap("step " + k + ": forward, loss", start);
      ParameterGradients gradients = step.gradients(loss, optimizer.parameters());
      start = lap("step " + k + ": backward", start);
      optimizer.step(
          gradients,
          new StepRates(
              OneCycleSchedule.PUBLISHED_MAX_LEARNING_RATE, LearningRateSchedule.USUAL_BETA1));
      lap("step " + k + ": optimiser", start);
    }
  }

  private ResidualMlpBackbone load() throws IOException {
    long start = System.nanoTime();
    try (var weights = WeightFiles.open(file)) {
      ResidualMlpBackbone backbone = ResidualMlpBackbone.load(weights, Device.cpu());
      lap("load", start);
      return backbone;
    }
  }

  private static VoxelBatch voxels(NDManager manager, int batch) {
    return VoxelBatch.of(
        NoiseSource.seeded(SEED, 1).normal(manager, new Shape(batch, MODEL.voxels())));
  }

  private long lap(String what, long start) {
    long now = System.nanoTime();
    measured.put("seconds." + what, number((now - start) / 1e9));
    return now;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
