// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import java.io.IOException;
import java.util.Objects;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Network;
import org.mindeye.formats.io.CloseOnFailure;

/**
 * Networks that a run reads and never trains, such as an encoder of targets. In bfloat16 they take
 * half the memory, other than with {@link Network#computeIn}, and are still known by the digest of
 * their float32 weights: a run is one of the same networks in whichever format it reads them.
 *
 * <pre>{@code
 * AutoencoderKl autoencoder =
 *     FrozenWeights.in(Precision.BFLOAT16, format -> AutoencoderKl.load(file, format, device));
 * }</pre>
 */
public final class FrozenWeights {
  private FrozenWeights() {}

  /**
   * Loads a network in a format.
   *
   * @param <N> the network's type
   */
  @FunctionalInterface
  public interface Loading<N extends Network> {
    /**
     * Loads it.
     *
     * @param precision the format that the weights are kept in
     * @return a network with weights, which the caller closes
     * @throws IOException if a file cannot be read
     */
    N in(Precision precision) throws IOException;
  }

  /**
   * Loads a network. Unless it is float32, its file is read twice, the first time for {@link
   * WeightDigest}.
   *
   * @param precision the format that the weights are kept in
   * @param loading loads the same weights, whenever it is asked
   * @param <N> the network's type
   * @return the network, which the caller closes; its digest is that of its float32 weights
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if the network does not offer the format
   */
  public static <N extends Network> N in(Precision precision, Loading<N> loading)
      throws IOException {
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(loading, "loading");
    if (precision == Precision.FLOAT32) {
      return loading.in(precision);
    }
    String digest;
    try (N exact = loading.in(Precision.FLOAT32)) {
      digest = WeightDigest.sha256(exact);
    }
    try (CloseOnFailure opened = new CloseOnFailure()) {
      N rounded = opened.add(loading.in(precision));
      rounded.noteSource(digest);
      return opened.done(rounded);
    }
  }
}
