// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.Network;
import org.mindeye.formats.io.Sha256;

/**
 * A fingerprint of weights: two networks have the same one if they are equal bit for bit, or were
 * before they were rounded ({@link FrozenWeights}).
 */
public final class WeightDigest {
  private WeightDigest() {}

  /**
   * Digests names, shapes, types and elements of all parameters and buffers, in the published
   * order. What is needed besides the tensors is one window, whatever their size. A network of
   * {@link FrozenWeights} answers at once, with the digest of the float32 weights that it was
   * loaded from.
   *
   * @param network an initialised network that is not being trained
   * @return SHA-256, 64 hexadecimal digits
   * @throws IllegalStateException if the network has no weights
   */
  public static String sha256(Network network) {
    network.device();
    return network.sourceDigest().orElseGet(() -> ofArrays(network));
  }

  private static String ofArrays(Network network) {
    MessageDigest digest = Sha256.create();
    try {
      for (Pair<String, Parameter> entry : network.getParameters()) {
        NDArray array = entry.getValue().getArray();
        String head = entry.getKey() + " " + DataTypes.of(array) + " " + array.getShape() + "\n";
        digest.update(head.getBytes(StandardCharsets.UTF_8));
        TensorWindows.forEach(array, digest::update);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // A digest does not read or write files.
    }
    return Sha256.hex(digest);
  }
}
