// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import org.mindeye.core.engine.Precision;
import org.mindeye.core.internal.kernel.LinearKernel;
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
   * environment there are none.)
   */
  private static final double GAPS = 0.25;

  private PriorMemory() {}

  /**
   * Estimates {@link DiffusionPrior#sample} in float32, without guidance.
   *
   * @param config the shape of the network
   * @param batch samples at a time; 0 for the weights alone
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate inference(PriorConfig config, int batch) {
    return inference(config, Precision.FLOAT32, batch);
  }

  /**
   * Estimates {@link DiffusionPrior#sample}, without guidance.
   *
   * @param config the shape of the network
   * @param precision the format that the weights are kept in
   * @param batch samples at a time; 0 for the weights alone
   * @return what a process that does nothing else needs
   * @throws IllegalArgumentException for {@link Precision#INT8_WEIGHTS}
   */
  public static MemoryEstimate inference(PriorConfig config, Precision precision, int batch) {
    PriorNetwork network = new PriorNetwork(config);
    network.storeIn(precision);
    return MemoryEstimate.inference(
        network, activations(batch * new Sizes(config, precision, batch).sampling()));
  }

  /**
   * Estimates a training step in float32: loss, backward, AdamW. Targets and samples that a program
   * keeps besides the batch are not counted.
   *
   * @param config the shape of the network
   * @param batch samples at a time
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate training(PriorConfig config, int batch) {
    return training(config, Precision.FLOAT32, batch);
  }

  /**
   * Estimates a training step: loss, backward, AdamW. Targets and samples that a program keeps
   * besides the batch are not counted.
   *
   * @param config the shape of the network
   * @param precision the format that the network computes in
   * @param batch samples at a time
   * @return what a process that does nothing else needs
   * @throws IllegalArgumentException for {@link Precision#INT8_WEIGHTS}
   */
  public static MemoryEstimate training(PriorConfig config, Precision precision, int batch) {
    return training(config, precision, 0, batch * new Sizes(config, precision, batch).plain());
  }

  /**
   * The same as {@link #training(PriorConfig, int)} with {@link
   * DiffusionPrior#withGradientCheckpointing}.
   *
   * @param config the shape of the network
   * @param batch samples at a time
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate trainingWithCheckpointing(PriorConfig config, int batch) {
    return trainingWithCheckpointing(config, Precision.FLOAT32, batch);
  }

  /**
   * The same as {@link #training(PriorConfig, Precision, int)} with {@link
   * DiffusionPrior#withGradientCheckpointing}.
   *
   * @param config the shape of the network
   * @param precision the format that the network computes in
   * @param batch samples at a time
   * @return what a process that does nothing else needs
   * @throws IllegalArgumentException for {@link Precision#INT8_WEIGHTS}
   */
  public static MemoryEstimate trainingWithCheckpointing(
      PriorConfig config, Precision precision, int batch) {
    // The gradients found layer by layer, and their contiguous copies in the graph that joins them,
    // live while that graph is differentiated, which makes the gradients proper.
    long found = 2 * MemoryEstimate.training(new PriorNetwork(config), 0).gradients();
    return training(
        config, precision, found, batch * new Sizes(config, precision, batch).checkpointed());
  }

  private static MemoryEstimate training(
      PriorConfig config, Precision precision, long kept, long bytes) {
    PriorNetwork network = new PriorNetwork(config);
    network.computeIn(precision);
    // The copies that products are computed with take what storing in their format would save.
    long single = inference(config, Precision.FLOAT32, 0).weights();
    long copies = single - inference(config, precision, 0).weights();
    return MemoryEstimate.training(network, kept + copies + activations(bytes));
  }

  private static long activations(long bytes) {
    return (long) (bytes * (1 + GAPS));
  }

  /**
   * How many bytes one sample takes. In bfloat16 the sums that lead from layer to layer, and what
   * rotations and lengths are computed from, stay float32.
   */
  private static final class Sizes {
    private final TransformerConfig config;
    private final long length;
    private final long width;
    private final long queries;
    private final long inner;
    private final long scores;

    /** Bytes of a number between products. */
    private final long narrow;

    /** Tokens of a whole batch, by which layers choose how they multiply. */
    private final long rows;

    /** Tensors of the space's size: brain, target, noise, noisy tokens, prediction, error. */
    private final long ends;

    Sizes(PriorConfig prior, Precision precision, int batch) {
      config = prior.transformer();
      length = 2L * prior.space().tokens() + 1;
      rows = batch * length;
      width = prior.space().width();
      queries = (long) config.heads() * config.headWidth();
      inner = width * config.expansion();
      scores = config.heads() * length * (length + 1);
      narrow = precision == Precision.FLOAT32 ? Float.BYTES : Short.BYTES;
      ends = 12L * prior.space().size() * Float.BYTES;
    }

    /**
     * What the graph of a layer keeps. Of the width: the layer's input and the sum, their norms and
     * the attention's output before its norm. Of the queries' width: turned and scaled queries,
     * keys and values repeated for all heads, the attended values. In the feed-forward block: two
     * halves, the gate, the product. The softmax. In float32, what large layers read and write a
     * second time, in oneDNN's kind of tensor.
     */
    private long graph() {
      long perToken = 3 * width + 3 * queries + 4 * inner;
      perToken += config.normFormer() ? inner : 0;
      perToken += config.feedForwardDropout() > 0 ? 2 * inner : 0;
      long shared = 2L * config.headWidth(); // keys and values, of all heads
      long copied =
          copied(width, queries)
              + copied(width, shared)
              + copied(queries, width)
              + copied(width, 2 * inner)
              + copied(inner, width);
      return length * (2 * width + 2 * queries + copied) * Float.BYTES
          + length * perToken * narrow
          + scores * (config.attentionDropout() > 0 ? 4 : 1) * narrow;
    }

    private long copied(long in, long out) {
      return narrow == Float.BYTES && LinearKernel.isCopied(rows, in, out) ? in + out : 0;
    }

    /**
     * What the backward pass of a layer needs for a moment: three gradients of both halves of the
     * feed-forward block, or three of the scores.
     */
    private long moment() {
      return Math.max(6 * inner * length, 3 * scores) * narrow;
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
      long inputs = length * width * (config.depth() + 1L) * Float.BYTES;
      long freedLater = length * (3 * width + 2 * queries) * Float.BYTES;
      return inputs + graph() + freedLater + moment() + ends;
    }

    /**
     * The results of one layer: eight of the width, four of the queries' width, and the
     * feed-forward block, of which six parts were measured where its results are four (66 MB a
     * sample at the published size, without gaps).
     */
    long sampling() {
      return length * 4 * width * Float.BYTES
          + length * (4 * width + 4 * queries + 6 * inner) * narrow
          + ends;
    }
  }
}
