// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ClipPixels;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightDigest;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.core.weights.WeightFolder;

/**
 * Images to CLIP embeddings with a trained vision transformer: evaluation, no graph, any thread
 * ({@code Clipper} in the original's {@code models.py}).
 *
 * <p>Images may live on any device; they are moved to the network's chunk by chunk. Results live on
 * the network's device.
 */
public final class ClipImageEncoder implements AutoCloseable {
  private static final NDIndex CLASS_TOKEN_KEPT = new NDIndex(":, 0:1");

  private final ClipVisionTransformer network;
  private final ClipEncoderConfig config;
  private ClipFingerprint fingerprint;

  private ClipImageEncoder(ClipVisionTransformer network, ClipEncoderConfig config) {
    this.network = network;
    this.config = config;
  }

  /**
   * Serves a network with the published settings. The encoder owns it from now on and closes it.
   *
   * @param network an initialised network that is not being trained
   * @return the encoder
   * @throws IllegalStateException if the network has no weights
   */
  public static ClipImageEncoder of(ClipVisionTransformer network) {
    return of(network, ClipEncoderConfig.paper(network.config()));
  }

  /**
   * Serves a network. The encoder owns it from now on and closes it.
   *
   * @param network an initialised network that is not being trained
   * @param config preprocessing, clamp and chunk
   * @return the encoder
   * @throws IllegalStateException if the network has no weights
   * @throws IllegalArgumentException if the preprocessing makes images of another size than the
   *     network reads
   */
  public static ClipImageEncoder of(ClipVisionTransformer network, ClipEncoderConfig config) {
    network.device();
    int made = config.preprocessing().size();
    int read = network.config().patches().imageSize();
    if (made != read) {
      throw new IllegalArgumentException(
          "preprocessing.size: the network reads " + read + " pixels per side but was " + made);
    }
    return new ClipImageEncoder(network, config);
  }

  /**
   * Loads published weights with the published settings. The shape is that of the {@code
   * config.json} beside them where a folder is given that has one, else what the file states; see
   * {@link ClipVisionTransformer#load(StateDict, Device)}.
   *
   * @param file the weights, in any format of {@link WeightFiles}, or their folder, see {@link
   *     WeightFolder}
   * @param device where the encoder computes
   * @return the encoder, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws MindEyeException if its shape cannot be determined, or does not hold such a network
   */
  public static ClipImageEncoder load(Path file, Device device) throws IOException {
    return load(file, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(Path, Device)} in a format of numbers. What the encoder returns is float32.
   *
   * @param file the weights, in any format of {@link WeightFiles}, or their folder, see {@link
   *     WeightFolder}
   * @param precision the format that the weights are kept in: float32 or bfloat16
   * @param device where the encoder computes
   * @return the encoder, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException for another format
   * @throws MindEyeException if its shape cannot be determined, or does not hold such a network
   */
  public static ClipImageEncoder load(Path file, Precision precision, Device device)
      throws IOException {
    Torch.requirePresent(device);
    Objects.requireNonNull(precision, "precision");
    Optional<Path> described = WeightFolder.configAt(Objects.requireNonNull(file, "file"));
    if (described.isPresent()) {
      return load(file, VisionTransformerConfig.read(described.get()), precision, device);
    }
    try (StateDict weights = WeightFolder.openAt(file)) {
      return of(ClipVisionTransformer.load(weights, precision, device));
    }
  }

  /**
   * Loads published weights with the published settings; see {@link
   * ClipVisionTransformer#load(StateDict, VisionTransformerConfig, Device)}.
   *
   * @param file the weights, in any format of {@link WeightFiles}, or their folder, see {@link
   *     WeightFolder}
   * @param config the shape of the network
   * @param device where the encoder computes
   * @return the encoder, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws MindEyeException if it does not hold this network
   */
  public static ClipImageEncoder load(Path file, VisionTransformerConfig config, Device device)
      throws IOException {
    return load(file, config, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(Path, VisionTransformerConfig, Device)} in a format of numbers. What the
   * encoder returns is float32.
   *
   * @param file the weights, in any format of {@link WeightFiles}, or their folder, see {@link
   *     WeightFolder}
   * @param config the shape of the network
   * @param precision the format that the weights are kept in: float32 or bfloat16
   * @param device where the encoder computes
   * @return the encoder, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException for another format
   * @throws MindEyeException if it does not hold this network
   */
  public static ClipImageEncoder load(
      Path file, VisionTransformerConfig config, Precision precision, Device device)
      throws IOException {
    Torch.requirePresent(device);
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(precision, "precision");
    try (StateDict weights = WeightFolder.openAt(file)) {
      return of(ClipVisionTransformer.load(weights, config, precision, device));
    }
  }

  /**
   * The format in which the network multiplies.
   *
   * @return as it was loaded
   */
  public Precision precision() {
    return network.precision();
  }

  /**
   * The space of {@link #encodeTokens}.
   *
   * @return tokens and width
   */
  public ClipSpace space() {
    return network.config().hiddenSpace();
  }

  /**
   * The space of {@link #encodePooled}; its width is that of {@link #encodeVectors}.
   *
   * @return one token and its width
   */
  public ClipSpace finalSpace() {
    return network.config().finalSpace();
  }

  /**
   * Where the encoder computes.
   *
   * @return the device
   */
  public Device device() {
    return network.device();
  }

  /**
   * What its results depend on. The first call digests the weights where they lie in memory (the
   * file is not read again), half a gigabyte a second or more; further calls answer at once.
   *
   * @return the same for encoders that give the same results
   * @throws IllegalStateException after closing
   */
  public synchronized ClipFingerprint fingerprint() {
    if (fingerprint == null) {
      fingerprint =
          new ClipFingerprint(
              WeightDigest.sha256(network),
              network.config(),
              config.preprocessing(),
              config.clamp());
    }
    return fingerprint;
  }

  /**
   * All tokens of the last layer, projected and divided by the Euclidean norm of the same image's
   * projected class token (no epsilon): the class token has length 1, the others do not. The
   * targets of MindEye's 257x768 models.
   *
   * @param images {@code [batch, 3, height, width]} in [0, 1], float32, any size
   * @param owner the manager that owns the result
   * @return {@code [batch, tokens, width]}
   * @throws NotFiniteException if a pixel is NaN or infinite
   */
  public ClipTokens encodeTokens(ImageBatch images, NDManager owner) {
    return ClipTokens.of(encode(images, owner, ClipImageEncoder::overClassNorm));
  }

  /**
   * The final-layer embedding as CLIP writes it, not normalised: what CLIP similarity metrics
   * compare.
   *
   * @param images {@code [batch, 3, height, width]} in [0, 1], float32, any size
   * @param owner the manager that owns the result
   * @return {@code [batch, 1, width]}
   * @throws NotFiniteException if a pixel is NaN or infinite
   */
  public ClipTokens encodePooled(ImageBatch images, NDManager owner) {
    // A bare view would keep all the other tokens in memory.
    return ClipTokens.of(encode(images, owner, tokens -> tokens.get(CLASS_TOKEN_KEPT).duplicate()));
  }

  /**
   * The final-layer embedding at length 1, {@code v / max(|v|, 1e-12)}: targets of the final-layer
   * models, and what indexes hold.
   *
   * @param images {@code [batch, 3, height, width]} in [0, 1], float32, any size
   * @param owner the manager that owns the result
   * @return {@code [batch, width]}
   * @throws NotFiniteException if a pixel is NaN or infinite
   */
  public ClipVectors encodeVectors(ImageBatch images, NDManager owner) {
    return ClipVectors.of(
        encode(
            images,
            owner,
            tokens -> ClipTokens.of(tokens.get(CLASS_TOKEN_KEPT)).toUnitVectors().array()));
  }

  private static NDArray overClassNorm(NDArray tokens) {
    return tokens.div(tokens.get(CLASS_TOKEN_KEPT).norm(new int[] {2}, true));
  }

  private NDArray encode(ImageBatch images, NDManager owner, Function<NDArray, NDArray> finish) {
    try (Lifetime.Call call = network.enter();
        CallScope scope = CallScope.open(device())) {
      Alive.require("owner", owner);
      Finite.require("images", images.array(), "decode or repair these pictures again");
      NDList chunks = new NDList();
      for (int from = 0; from < images.batch(); from += config.chunk()) {
        int to = Math.min(images.batch(), from + config.chunk());
        chunks.add(encodeChunk(images.array(), new NDIndex(from + ":" + to), scope, finish));
      }
      NDArray all = chunks.size() == 1 ? chunks.head() : NDArrays.concat(chunks, 0);
      return scope.keep(all, owner);
    }
  }

  /** Its own scope frees one chunk's temporaries before the next chunk starts. */
  private NDArray encodeChunk(
      NDArray images, NDIndex rows, CallScope call, Function<NDArray, NDArray> finish) {
    try (CallScope scope = CallScope.open(device())) {
      NDArray chunk = images.get(rows).toDevice(device(), false);
      ClipPixels pixels = config.preprocessing().apply(ImageBatch.of(chunk));
      NDArray tokens = config.clamp().apply(network.forward(pixels).tokens().array());
      return scope.keep(finish.apply(tokens), call.manager());
    }
  }

  /** Frees the network, after waiting for calls in flight; see {@link Lifetime#close()}. */
  @Override
  public void close() {
    network.close();
  }
}
