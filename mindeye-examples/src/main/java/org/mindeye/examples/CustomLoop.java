// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.LossSum;
import org.mindeye.core.optim.OneCycleSchedule;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.MixCo;
import org.mindeye.losses.MixCoPlan;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.training.CachedTargets;

/**
 * A training loop of your own, on the validation images of a quickstart, and what comes after it:
 * the trained backbone finds an image. Nothing of the library owns the loop.
 */
public final class CustomLoop {
  private CustomLoop() {}

  /**
   * Reads the data of a quickstart, trains for 20 epochs and finds what one brain saw.
   *
   * @param arguments the folder of the quickstart, {@code quickstart-out} by default
   */
  public static void main(String[] arguments) {
    QuickstartFolder made = QuickstartFolder.of(arguments);
    System.exit(Program.run("CustomLoop", System.err, () -> run(made, System.out)));
  }

  /** Trains on the validation images of a quickstart. */
  static void run(QuickstartFolder made, PrintStream out) throws IOException {
    Device device = Torch.device("cpu");
    List<Trial> trials = made.trials(Split.VALIDATION);
    try (ClipImageEncoder clip = ClipImageEncoder.load(made.clip(), device)) {
      CachedTargets targets = CachedTargets.encode(clip, trials);
      try (var backbone = train(device, trials, targets, 20, out)) {
        List<Neighbor> seen = find(backbone, trials, targets, trials.get(0));
        out.println("brain 0 saw one of these, the first most likely:");
        for (Neighbor each : seen) {
          out.printf(Locale.ROOT, "  image %3d  score %.4f%n", each.id(), each.score());
        }
      }
    }
  }

  /** Trains a small backbone and prints the mean loss of every epoch. */
  static ResidualMlpBackbone train(
      Device device, List<Trial> trials, CachedTargets targets, int epochs, PrintStream out) {
    // snippet: custom-loop
    long seed = 42;
    var loader = new TrialLoader(trials, LoaderConfig.training(32, seed));
    var config =
        BackboneConfig.paper(trials.get(0).voxelCount()) // the published shape, made smaller
            .withHidden(256)
            .withSpace(targets.space())
            .withProjector(256);
    var backbone = new ResidualMlpBackbone(config);
    backbone.initialize(device, NoiseSource.seeded(seed, 1));
    var schedule = OneCycleSchedule.paper(1e-3, epochs, loader.batchesPerEpoch());
    try (var optimizer = FusedAdamW.over(ParameterGroups.asPublished(backbone))) {
      long k = 0;
      for (int epoch = 0; epoch < epochs; epoch++) {
        double sum = 0;
        for (TrialBatch batch : loader.epoch(epoch)) {
          NoiseSource noise = NoiseSource.seeded(seed, 2, k); // mixing and dropout of step k
          try (StepScope step = StepScope.open(device)) {
            MixCoPlan mix = MixCo.draw(batch.size(), noise);
            VoxelBatch voxels = mix.apply(batch.voxels(step.manager()));
            ClipVectors image = targets.targets(batch, step.manager()).toUnitVectors();
            BrainEmbedding brain = backbone.forward(voxels, Mode.train(noise));
            NDArray loss =
                BiMixCoLoss.paper().evaluate(brain.projected().toUnitVectors(), image, mix);
            optimizer.step(step.gradients(loss, optimizer.parameters()), schedule.at(k++));
            sum += loss.getFloat();
          }
        }
        out.printf(Locale.ROOT, "epoch %d: loss %.3f%n", epoch, sum / loader.batchesPerEpoch());
      }
    }
    // end: custom-loop
    return backbone;
  }

  /** The published objective: one loss separates images, the other teaches a prior to paint. */
  static NDArray jointLoss(
      BrainEmbedding brain,
      ClipTokens image,
      MixCoPlan mix,
      DiffusionPrior prior,
      NoiseSource noise) {
    // snippet: joint-loss
    NDArray contrastive =
        BiMixCoLoss.paper().evaluate(brain.projected().toUnitVectors(), image.toUnitVectors(), mix);
    NDArray diffusion = prior.trainingLoss(brain.tokens(), image, noise).loss();
    NDArray loss = new LossSum().add(contrastive).add(30, diffusion).total();
    // end: joint-loss
    return loss;
  }

  /** Finds the image that one brain saw. The backbone stays the caller's. */
  static List<Neighbor> find(
      ResidualMlpBackbone backbone, List<Trial> gallery, CachedTargets targets, Trial trial)
      throws IOException {
    Device device = backbone.device();
    long[] ids = LongStream.range(0, gallery.size()).toArray();
    try (NDManager manager = Torch.newManager(device)) {
      ClipVectors images = targets.all(manager);
      // snippet: pipeline
      try (MindEyePipeline mindEye =
          MindEyePipeline.builder(device)
              .lendEncoder(BackboneEncoder.of(backbone)) // stays ours to close
              .retriever(() -> ExactIndex.of(images, ids, device)) // the pipeline's
              .build()) {
        return mindEye.retrieve(trial.meanVoxels(), 5); // best first
      }
      // end: pipeline
    }
  }
}
