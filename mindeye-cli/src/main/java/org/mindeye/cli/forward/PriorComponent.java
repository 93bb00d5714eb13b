package org.mindeye.cli.forward;

import java.io.IOException;
import java.util.List;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.weights.StateDict;
import org.mindeye.prior.ConditioningMask;
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
    return "The network of the 257-token diffusion prior, asked once, shown everything. Names of"
        + " weights may begin with module. and net.; other parts of the model are left alone.";
  }

  @Override
  public Record exampleConfig() {
    return PriorConfig.paper();
  }

  @Override
  public boolean hasWeights() {
    return true;
  }

  @Override
  public List<Axes> inputs() {
    return List.of(
        Axes.of("noisy", Axes.TOKENS, "in the scale of the process"),
        PriorInputs.TIMESTEPS,
        Axes.of("tokens", Axes.TOKENS, "condition, the backbone's, not scaled"));
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
    ConditioningMask all = ConditioningMask.showAll(noisy.batch());
    try (StateDict weights = job.weights();
        PriorNetwork network = PriorNetwork.load(weights, config, job.device())) {
      job.put("predicted", network.predict(noisy, timesteps, tokens, all, Mode.eval()).array());
    }
  }
}
