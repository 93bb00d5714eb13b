// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.TensorSpec;
import org.mindeye.core.weights.StateDict;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.prior.diffusion.NoiseSchedule;

/** A sample of the 257-token prior, from recorded noise. */
final class PriorSampleComponent implements Component {
  @Override
  public String name() {
    return "prior-sample";
  }

  @Override
  public String description() {
    return "Image tokens sampled from the 257-token diffusion prior with recorded noise, with or"
        + " without --guidance. --sampler is ddpm, or with --steps ddim, ddim-as-published (the original's"
        + " timesteps; both with eta 1) or multistep. Weights as for prior.";
  }

  @Override
  public Record exampleConfig() {
    PriorConfig network = PriorConfig.paper();
    return new PriorSampleConfig(network, DiffusionConfig.paper(network.space().width()));
  }

  @Override
  public boolean needsConfig() {
    return true;
  }

  @Override
  public Set<String> options() {
    return Set.of("--sampler", "--steps", "--guidance");
  }

  @Override
  public List<Axes> inputs() {
    return List.of(
        Axes.of("tokens", Axes.TOKENS, "condition, the backbone's, not scaled"),
        Axes.of(
            "noise",
            "[draws, batch, tokens, width]",
            "the start, then the steps' draws in order; another number is refused with the right one"));
  }

  @Override
  public List<Axes> outputs() {
    return List.of(Axes.of("sampled", Axes.TOKENS, "in the scale of the training targets"));
  }

  @Override
  public void run(Job job) throws IOException {
    PriorSampleConfig config = job.config(PriorSampleConfig.class);
    SamplerChoice choice = job.choices().sampler();
    ClipSpace space = config.network().space();
    BrainTokens tokens = PriorInputs.brainTokens(job, "tokens", PriorInputs.ANY, space);
    NoiseSchedule schedule = config.process().noiseSchedule();
    TensorSpec draws =
        TensorSpec.of("noise for " + choice.in(schedule.timesteps()))
            .axis("draws", choice.sampler().draws(schedule))
            .axis("batch", tokens.batch())
            .axis("tokens", space.tokens())
            .axis("width", space.width());
    NoiseSource noise = replayed(draws.check(job.input("noise", DataType.FLOAT32)));
    try (StateDict weights = job.weights();
        PriorNetwork network =
            PriorNetwork.load(weights, config.network(), job.precision(), job.device())) {
      DiffusionPrior prior =
          DiffusionPrior.of(network, config.process())
              .withSampler(choice.sampler())
              .withGuidance(job.choices().guidance());
      job.put("sampled", prior.sample(tokens, noise, job.manager()).array());
    }
  }

  private static NoiseSource replayed(NDArray noise) {
    List<float[]> draws = new ArrayList<>();
    for (long i = 0; i < noise.getShape().get(0); i++) {
      try (NDArray draw = noise.get(i)) {
        draws.add(draw.toFloatArray());
      }
    }
    noise.close();
    return NoiseSource.replayed(draws);
  }
}
