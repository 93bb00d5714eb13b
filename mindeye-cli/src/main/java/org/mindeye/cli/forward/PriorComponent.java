// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.weights.StateDict;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;

/** One prediction of the 257-token prior's network. */
final class PriorComponent implements Component {
  @Override
  public String name() {
    return "prior";
  }

  @Override
  public String description() {
    return "The network of the 257-token diffusion prior, one prediction: shown everything, with brains or"
        + " images hidden, or with --guidance. Names of weights may begin with module. and net.;"
        + " other parts of the model are left alone.";
  }

  @Override
  public Record exampleConfig() {
    return PriorConfig.paper();
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
                Axes.of("noisy", Axes.TOKENS, "in the scale of the process"),
                PriorInputs.TIMESTEPS,
                Axes.of("tokens", Axes.TOKENS, "condition, the backbone's, not scaled")),
            PriorPrediction.MASKS.stream())
        .toList();
  }

  @Override
  public List<Axes> outputs() {
    return List.of(Axes.of("predicted", Axes.TOKENS, "clean, in the scale of the process"));
  }

  @Override
  public void run(Job job) throws IOException {
    PriorConfig config = job.config(PriorConfig.class);
    ClipSpace space = config.space();
    ClipTokens noisy = PriorInputs.tokens(job, "noisy", PriorInputs.ANY, space);
    BrainTokens tokens = PriorInputs.brainTokens(job, "tokens", noisy.batch(), space);
    int[] timesteps = PriorInputs.timesteps(job, noisy.batch(), Integer.MAX_VALUE);
    PriorPrediction prediction =
        new PriorPrediction(noisy, timesteps, tokens, PriorInputs.mask(job, noisy.batch()));
    try (StateDict weights = job.weights();
        PriorNetwork network = PriorNetwork.load(weights, config, job.precision(), job.device())) {
      job.put("predicted", prediction.of(network, DiffusionConfig.paper(space.width()), job));
    }
  }
}
