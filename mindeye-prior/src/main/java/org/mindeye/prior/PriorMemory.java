// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import org.mindeye.core.memory.MemoryEstimate;

/**
 * The memory that the 257-token prior needs, before it exists. Training backbone and prior together
 * needs what both need:
 *
 * <pre>{@code
 * BackboneMemory.training(backbone, batch)
 *     .plus(PriorMemory.trainingWithCheckpointing(prior, batch))
 *     .withMovingAverage()
 *     .withAccumulation();
 * }</pre>
 */
public final class PriorMemory {
  /**
   * Gaps that glibc's heap holds between tensors that come and go, in parts of what is alive:
   * measured 0.2 to 0.5, more after more steps. (With {@code MALLOC_MMAP_THRESHOLD_=262144} in the
   * environment there are none: two steps of the published size at batch 4 peak at 2.43 GB instead
   * of 2.79, which is what is counted here without gaps.)
   */
  private static final double GAPS = 0.25;

  private PriorMemory() {}

  /**
   * Estimates {@link DiffusionPrior#sample}, without guidance.
   *
   * @param config the shape of the network
   * @param batch samples at a time; 0 for the weights alone
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate inference(PriorConfig config, int batch) {
    return MemoryEstimate.inference(
        new PriorNetwork(config), activations(batch * new Sizes(config).sampling()));
  }

  /**
   * Estimates a training step: loss, backward, AdamW. Targets and samples that a program keeps
   * besides the batch are not counted.
   *
   * @param config the shape of the network
   * @param batch samples at a time
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate training(PriorConfig config, int batch) {
    return MemoryEstimate.training(
        new PriorNetwork(config), activations(batch * new Sizes(config).plain()));
  }

  /**
   * The same with {@link DiffusionPrior#withGradientCheckpointing}.
   *
   * @param config the shape of the network
   * @param batch samples at a time
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate trainingWithCheckpointing(PriorConfig config, int batch) {
    PriorNetwork network = new PriorNetwork(config);
    // The gradients found layer by layer, and their contiguous copies in the graph that joins them,
    // live while that graph is differentiated, which makes the gradients proper.
    long found = 2 * MemoryEstimate.training(network, 0).gradients();
    return MemoryEstimate.training(
        network, found + activations(batch * new Sizes(config).checkpointed()));
  }

  private static long activations(long numbers) {
    return (long) (numbers * Float.BYTES * (1 + GAPS));
  }

  /** How many numbers one sample takes. */
  private static final class Sizes {
    private final TransformerConfig config;
    private final long length;
    private final long width;
    private final long queries;
    private final long inner;
    private final long scores;

    /** Tensors of the space's size: brain, target, noise, noisy tokens, prediction, error. */
    private final long ends;

    Sizes(PriorConfig prior) {
      config = prior.transformer();
      length = 2L * prior.space().tokens() + 1;
      width = prior.space().width();
      queries = (long) config.heads() * config.headWidth();
      inner = width * config.expansion();
      scores = config.heads() * length * (length + 1);
      ends = 12L * prior.space().size();
    }

    /**
     * What the graph of a layer keeps. Of the width: the layer's input and its norm, the
     * attention's output before its norm, the sum, its norm. Of the queries' width: turned and
     * scaled queries, keys and values repeated for all heads, the attended values. In the
     * feed-forward block: two halves, the gate, the product. The softmax.
     */
    private long graph() {
      long perToken = 5 * width + 5 * queries + 4 * inner;
      perToken += config.normFormer() ? inner : 0;
      perToken += config.feedForwardDropout() > 0 ? 2 * inner : 0;
      return length * perToken + scores * (config.attentionDropout() > 0 ? 4 : 1);
    }

    /**
     * What the backward pass of a layer needs for a moment: three gradients of both halves of the
     * feed-forward block, or three of the scores.
     */
    private long moment() {
      return Math.max(6 * inner * length, 3 * scores);
    }

    /** The graphs of all layers; in the last one only of the image tokens, half of all. */
    long plain() {
      return graph() * (2L * config.depth() - 1) / 2 + moment() + ends;
    }

    /**
     * What each layer reads, and one layer: its graph, and what is not in the graph but freed only
     * when the layer ends (queries before and after, norms and sums).
     */
    long checkpointed() {
      long inputs = length * width * (config.depth() + 1L);
      return inputs + graph() + length * (3 * width + 2 * queries) + moment() + ends;
    }

    /**
     * The results of one layer: eight of the width, four of the queries' width, and the
     * feed-forward block, of which six parts were measured where its results are four (66 MB a
     * sample at the published size, without gaps).
     */
    long sampling() {
      return length * (8 * width + 4 * queries + 6 * inner) + ends;
    }
  }
}
