// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFolder;

/**
 * One of the networks with weights. Safe for concurrent callers.
 *
 * <pre>{@code
 * try (FeatureNetwork alexNet =
 *     FeatureNetwork.load(MetricNetwork.ALEXNET, file, FeatureConfig.paper(), device)) {
 *   for (FeatureExtractor extractor : alexNet.extractors()) {
 *     NDArray seen = extractor.features(originals, owner);
 *     NDArray painted = extractor.features(reconstructions, owner);
 *     ...
 *   }
 * }
 * }</pre>
 */
public final class FeatureNetwork implements AutoCloseable {
  private final FeatureBody body;
  private final FeatureConfig config;
  private final String source;
  private final FeaturePixels preprocessing;

  private FeatureNetwork(FeatureBody body, FeatureConfig config, String source) {
    this.body = body;
    this.config = config;
    this.source = source;
    preprocessing = new FeaturePixels(body.side(), config.antialias(), body.colors());
  }

  /**
   * Loads a network. Binding is strict: tensors that are missing, misshapen or unknown are reported
   * together before anything is read; what classifiers and training add is ignored by its name.
   *
   * @param kind which network
   * @param file its weights, in any format of {@link org.mindeye.core.weights.WeightFiles}; of CLIP
   *     also their folder, see {@link WeightFolder}
   * @param config how features are computed
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if the file cannot be read; for a published file that is missing, the
   *     message says what it is and where to get it
   * @throws IllegalArgumentException for a precision that the network does not offer
   * @throws org.mindeye.MindEyeException if the file does not hold the network, or it is known not
   *     to fit into memory
   */
  public static FeatureNetwork load(
      MetricNetwork kind, Path file, FeatureConfig config, Device device) throws IOException {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(config, "config");
    Torch.requirePresent(device);
    Optional<Path> described = WeightFolder.configAt(Objects.requireNonNull(file, "file"));
    try (StateDict weights = WeightFolder.openAt(file)) {
      String source = file.getFileName().toString();
      if (kind == MetricNetwork.CLIP && described.isPresent()) {
        VisionTransformerConfig shape = VisionTransformerConfig.read(described.get());
        return of(
            ClipVisionTransformer.load(weights, shape, config.precision(), device), source, config);
      }
      return load(kind, weights, source, config, device);
    }
  }

  /**
   * The same from an open file.
   *
   * @param kind which network
   * @param weights its tensors; stay open
   * @param config how features are computed
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IllegalArgumentException for a precision that the network does not offer
   * @throws org.mindeye.MindEyeException if the file does not hold the network, or it is known not
   *     to fit into memory
   */
  public static FeatureNetwork load(
      MetricNetwork kind, StateDict weights, FeatureConfig config, Device device) {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(config, "config");
    Torch.requirePresent(device);
    return load(kind, weights, weights.source(), config, device);
  }

  private static FeatureNetwork load(
      MetricNetwork kind, StateDict weights, String source, FeatureConfig config, Device device) {
    Optional<Supplier<StagedNetwork>> convolutional = kind.convolutional();
    if (convolutional.isEmpty()) {
      return of(ClipVisionTransformer.load(weights, config.precision(), device), source, config);
    }
    StagedNetwork network = convolutional.get().get();
    network.storeIn(config.precision());
    FeatureMemory.requireLoadable(kind, network, config, MemoryBudget.of(device));
    kind.binder().load(network.folded(weights.unwrapped()), network, device);
    return new FeatureNetwork(network, config, source);
  }

  /**
   * Serves a CLIP image tower, whose final embedding is compared as it is, not normalised. Images
   * are resized bilinearly, as for the other networks, not as CLIP's own preprocessing does. Owns
   * the tower from now on and closes it.
   *
   * @param tower an initialised network that is not being trained; its format is kept, whatever the
   *     configuration says
   * @param source names its weights
   * @param config how features are computed
   * @return the network
   * @throws IllegalStateException if the tower has no weights
   */
  public static FeatureNetwork of(
      ClipVisionTransformer tower, String source, FeatureConfig config) {
    Objects.requireNonNull(tower, "tower").device();
    Objects.requireNonNull(source, "source");
    FeatureConfig kept = Objects.requireNonNull(config, "config").withPrecision(tower.precision());
    return new FeatureNetwork(new ClipBody(tower), kept, source);
  }

  /**
   * How features are computed.
   *
   * @return the settings it was loaded with
   */
  public FeatureConfig config() {
    return config;
  }

  /**
   * The format in which the network multiplies.
   *
   * @return as it was loaded
   */
  public Precision precision() {
    return body.precision();
  }

  /**
   * Where it computes.
   *
   * @return the device
   * @throws IllegalStateException after closing
   */
  public Device device() {
    return body.device();
  }

  /**
   * What this network sees of images, for the metrics. They read this network, and are of no use
   * after it is closed.
   *
   * @return one for each of its features, from the first layers to the last
   */
  public List<FeatureExtractor> extractors() {
    return IntStream.range(0, body.features().size())
        .<FeatureExtractor>mapToObj(Extractor::new)
        .toList();
  }

  /**
   * Runs the network alone, in the graph of the caller.
   *
   * @param pixels {@code [batch, 3, height, width]}, float32, normalised as the network reads them:
   *     with ImageNet's mean and deviation, or CLIP's; of any size that the network can read
   * @return its features by the name of their layer, float32, owned by the pixels' manager: maps
   *     {@code [batch, channels, height, width]}, which are {@code [batch, channels, 1, 1]} for
   *     {@code avgpool}; of CLIP {@code [batch, width]}
   * @throws org.mindeye.core.tensor.ShapeMismatchException if the pixels have other axes or another
   *     type, or are too few
   * @throws IllegalStateException after closing
   */
  public Map<String, NDArray> forward(NDArray pixels) {
    try (Lifetime.Call call = body.enter()) {
      Map<String, NDArray> outputs = new LinkedHashMap<>();
      List<NDArray> all = body.all(Alive.require("pixels", pixels));
      for (int i = 0; i < all.size(); i++) {
        outputs.put(body.features().get(i).node(), all.get(i));
      }
      return outputs;
    }
  }

  private NDArray features(int feature, ImageBatch images, NDManager owner) {
    try (Lifetime.Call call = body.enter();
        CallScope scope = CallScope.open(device())) {
      Alive.require("owner", owner);
      Finite.require("images", images.array(), "decode or repair these pictures again");
      int batch = images.batch();
      long size = body.features().get(feature).shape().size();
      NDArray all = scope.manager().create(new Shape(batch, size), DataType.FLOAT32);
      for (int from = 0; from < batch; from += config.chunk()) {
        int to = Math.min(batch, from + config.chunk());
        look(feature, images.array(), new NDIndex("{}:{}", from, to), all);
      }
      return scope.keep(all, owner);
    }
  }

  /** Its own scope frees one chunk's temporaries before the next chunk starts. */
  private void look(int feature, NDArray images, NDIndex rows, NDArray all) {
    try (CallScope scope = CallScope.open(device())) {
      NDArray chunk = images.get(rows).toDevice(device(), false);
      NDArray pixels = preprocessing.apply(ImageBatch.of(chunk));
      NDArray found = body.upTo(feature, pixels);
      all.set(rows, found.reshape(found.getShape().get(0), -1));
    }
  }

  /** Frees the network, after waiting for calls in flight; see {@link Lifetime#close()}. */
  @Override
  public void close() {
    body.close();
  }

  /** One feature of this network. */
  private final class Extractor implements FeatureExtractor {
    private final int index;

    Extractor(int index) {
      this.index = index;
    }

    private NetworkFeature feature() {
      return body.features().get(index);
    }

    @Override
    public String name() {
      return feature().score();
    }

    @Override
    public String source() {
      return precision() == Precision.FLOAT32 ? source : source + " in " + precision();
    }

    @Override
    public int side() {
      return preprocessing.side();
    }

    @Override
    public Shape shape() {
      return feature().shape();
    }

    @Override
    public NDArray features(ImageBatch images, NDManager owner) {
      return FeatureNetwork.this.features(index, images, owner);
    }

    @Override
    public String toString() {
      return name() + " of " + source();
    }
  }
}
