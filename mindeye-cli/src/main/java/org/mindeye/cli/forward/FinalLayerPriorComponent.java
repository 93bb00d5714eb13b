// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.weights.StateDict;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.FinalLayerPriorConfig;
import org.mindeye.prior.FinalLayerPriorNetwork;

/** One prediction of the final-layer prior's network. */
final class FinalLayerPriorComponent implements Component {
  private static final String VECTORS = "[batch, width]";

  @Override
  public String name() {
    return "final-layer-prior";
  }

  @Override
  public String description() {
    return "The network of the final-layer diffusion prior, one prediction: shown everything, with brains or"
        + " images hidden, or with --guidance. Names of weights may begin with module. and net.;"
        + " other parts of the model are left alone.";
  }

  @Override
  public Record exampleConfig() {
    return FinalLayerPriorConfig.paper();
  }

  @Override
  public boolean needsConfig() {
    return true;
  }

  @Override
  public Set<String> options() {
    return Set.of("--guidance");
  }

  @Override
  public List<Axes> inputs() {
    return Stream.concat(
            Stream.of(
                Axes.of("noisy", VECTORS, "in the scale of the process"),
                PriorInputs.TIMESTEPS,
                Axes.of("embedding", VECTORS, "condition, the backbone's, not scaled")),
            PriorPrediction.MASKS.stream())
        .toList();
  }

  @Override
  public List<Axes> outputs() {
    return List.of(Axes.of("predicted", VECTORS, "clean, in the scale of the process"));
  }

  @Override
  public void run(Job job) throws IOException {
    FinalLayerPriorConfig config = job.config(FinalLayerPriorConfig.class);
    ClipTokens noisy = PriorInputs.vectors(job, "noisy", PriorInputs.ANY, config.width());
    BrainTokens brain = PriorInputs.brainVectors(job, "embedding", noisy.batch(), config.width());
    int[] timesteps = PriorInputs.timesteps(job, noisy.batch(), config.timesteps());
    PriorPrediction prediction =
        new PriorPrediction(noisy, timesteps, brain, PriorInputs.mask(job, noisy.batch()));
    DiffusionConfig paper = DiffusionConfig.finalLayer(config.width());
    DiffusionConfig process = paper.withSchedule(paper.schedule(), config.timesteps());
    try (StateDict weights = job.weights();
        FinalLayerPriorNetwork network =
            FinalLayerPriorNetwork.load(weights, config, job.precision(), job.device())) {
      NDArray predicted = prediction.of(network, process, job);
      job.put("predicted", predicted.squeeze(1));
    }
  }
}
