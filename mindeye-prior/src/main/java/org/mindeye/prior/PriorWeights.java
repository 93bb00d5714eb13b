// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.Device;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mindeye.Plural;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.prior.diffusion.NoiseSchedule;

/** What the names and shapes of published weights say about the prior they belong to. */
final class PriorWeights {
  /** The original saves network, backbone and noise schedule as one model. */
  private static final String PART = "net.";

  /** The schedule's buffers are saved beside the network. */
  static final String BETAS = "noise_scheduler.betas";

  private static final String LAYER = "causal_transformer.layers.";
  private static final String POSITIONS =
      "causal_transformer.rel_pos_bias.relative_attention_bias.weight";
  private static final String QUERY = "learned_query";
  private static final String TIMES = "to_time_embeds.0.weight";

  private PriorWeights() {}

  /** The network's own tensors under its own names. */
  static StateDict of(StateDict file) {
    return file.partOf(PART);
  }

  /** Gives a network of known shape its weights. */
  static <N extends DenoisingNetwork> N load(StateDict file, N network, Device device) {
    StateDict weights = of(file);
    requireKnownFrequencies(weights);
    return WeightBinder.strict().load(weights, network, device);
  }

  /** Whether these are the 1x768 network's tensors and not the 257-token one's. */
  static boolean isFinalLayer(StateDict network) {
    return network.names().contains(TIMES);
  }

  static PriorConfig priorConfig(StateDict network) {
    requirePrior(network);
    TensorShape query = shape(network, QUERY, 2);
    return sized(
        network,
        () ->
            new PriorConfig(
                new ClipSpace((int) query.get(0), (int) query.get(1)),
                transformer(network, query.get(1), TransformerConfig.paper())));
  }

  static FinalLayerPriorConfig finalLayerConfig(StateDict network) {
    requirePrior(network);
    long width = shape(network, QUERY, 1).get(0);
    List<String> absent =
        Stream.of(FinalLayerPriorNetwork.NULL_TOKENS)
            .filter(name -> !network.names().contains(name))
            .toList();
    if (!absent.isEmpty()) {
      throw new MalformedFileException(
          network.source(),
          "a trained final-layer prior",
          "none of "
              + absent
              + ", as in the public text-to-image prior; train from it with"
              + " FinalLayerPriorNetwork.startFrom");
    }
    return sized(
        network,
        () ->
            new FinalLayerPriorConfig(
                (int) width,
                (int) shape(network, "null_text_encodings", 3).get(1),
                (int) shape(network, TIMES, 2).get(0),
                transformer(network, width, TransformerConfig.finalLayer())));
  }

  /** A configuration, if the sizes that were read are those of one. */
  private static <C> C sized(StateDict network, Supplier<C> config) {
    try {
      return config.get();
    } catch (IllegalArgumentException e) {
      MalformedFileException error =
          new MalformedFileException(network.source(), "the sizes of a prior", e.getMessage());
      error.initCause(e);
      throw error;
    }
  }

  /** Shapes determine all but the dropout rates, which are the published recipe's. */
  private static TransformerConfig transformer(
      StateDict network, long width, TransformerConfig published) {
    Set<String> names = network.names();
    int depth = 0;
    while (names.contains(LAYER + depth + ".0.to_q.weight")) {
      depth++;
    }
    long heads = shape(network, POSITIONS, 2).get(1);
    long headWidth = shape(network, LAYER + "0.0.null_kv", 2).get(1);
    long inner = shape(network, LAYER + "0.1.5.weight", 2).get(1);
    if (inner % width != 0) {
      throw new MalformedFileException(
          network.source() + ": tensor '" + LAYER + "0.1.5.weight'",
          "a multiple of " + Plural.of(width, "column"),
          String.valueOf(inner));
    }
    return new TransformerConfig(
        depth,
        (int) heads,
        (int) headWidth,
        (int) (inner / width),
        names.contains(LAYER + "0.1.3.g"),
        published.attentionDropout(),
        published.feedForwardDropout());
  }

  /** What a file without a prior lacks is no single tensor. */
  private static void requirePrior(StateDict network) {
    boolean any = network.names().stream().anyMatch(n -> n.contains(QUERY) || n.contains(LAYER));
    if (!any) {
      throw new MalformedFileException(
          network.source(),
          "a diffusion prior (" + PART + QUERY + ", " + PART + LAYER + "...)",
          "none: the model was saved without one");
    }
  }

  private static TensorShape shape(StateDict network, String name, int axes) {
    String tensor = network.source() + ": tensor '" + name + "'";
    if (!network.names().contains(name)) {
      throw new MalformedFileException(
          tensor,
          "this tensor, as every such prior has it",
          "none of that name" + remedy(network, name));
    }
    TensorShape shape = network.info(name).shape();
    boolean sizes = Arrays.stream(shape.axes()).allMatch(n -> n > 0 && n <= 1 << 20);
    if (shape.dimension() != axes || !sizes) {
      throw new MalformedFileException(
          tensor, Plural.of(axes, "axis") + " from 1 to 2^20", shape.toString());
    }
    return shape;
  }

  private static String remedy(StateDict network, String name) {
    boolean older = name.contains("null_") && network.names().contains(POSITIONS);
    return older
        ? "; a prior without null tokens, as older versions of dalle2-pytorch write it, is another"
            + " network, which is not read"
        : network.prefixRemedy(name);
  }

  /** Rotations come from the formula; weights made with others must not load silently. */
  static void requireKnownFrequencies(StateDict network) {
    for (String name : network.names()) {
      if (name.endsWith(".rotary_emb.freqs")) {
        SavedTable found = SavedTable.read(network, name);
        float[] expected = RotaryPositions.frequencies(found.length());
        double[] exact =
            IntStream.range(0, expected.length).mapToDouble(i -> expected[i]).toArray();
        if (!found.matches(exact)) {
          throw new MalformedFileException(
              network.source() + ": tensor '" + name + "'",
              "rotary frequencies " + Arrays.toString(expected),
              found.toString());
        }
      }
    }
  }

  /**
   * The process the weights were trained for.
   *
   * @param kind how the noise rises
   * @param timesteps how many steps
   */
  record SavedSchedule(BetaSchedule kind, int timesteps) {
    NoiseSchedule coefficients() {
      return NoiseSchedule.of(kind, timesteps);
    }
  }

  /** The process that the saved betas are of; empty if there are none. */
  static Optional<SavedSchedule> schedule(StateDict file) {
    StateDict plain = file.unwrapped();
    if (!plain.names().contains(BETAS)) {
      return Optional.empty();
    }
    SavedTable betas = SavedTable.read(plain, BETAS);
    for (BetaSchedule kind : BetaSchedule.values()) {
      if (betas.length() >= 2 && betas.matches(kind.betas(betas.length()))) {
        return Optional.of(new SavedSchedule(kind, betas.length()));
      }
    }
    throw new MalformedFileException(
        plain.source() + ": tensor '" + BETAS + "'",
        "the betas of one of the schedules " + Arrays.toString(BetaSchedule.values()),
        betas.length() + " others; give the configuration instead if you know what they are");
  }
}
