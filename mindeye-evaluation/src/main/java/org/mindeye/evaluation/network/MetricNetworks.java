// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.evaluation.protocol.ReconstructionEvaluator;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The networks of a folder of published weights, as many as are there. All of them together take
 * 1.5 GB in float32; to have one after the other in memory, load each with {@link
 * FeatureNetwork#load(MetricNetwork, Path, FeatureConfig, Device)}.
 */
public final class MetricNetworks implements AutoCloseable {
  private final List<FeatureNetwork> networks;
  private final Map<MetricNetwork, String> missing;
  private final FeatureConfig config;

  private MetricNetworks(
      List<FeatureNetwork> networks, Map<MetricNetwork, String> missing, FeatureConfig config) {
    this.networks = networks;
    this.missing = missing;
    this.config = config;
  }

  /**
   * Loads every network of {@link MetricNetwork} whose file is in a folder, see {@link
   * MetricNetwork#find}; those that are not are {@link #missing}.
   *
   * @param folder of published files
   * @param config how features are computed
   * @param device where the networks compute
   * @return the networks, which the caller closes
   * @throws IOException if there is no such folder, or a file cannot be read
   * @throws org.mindeye.MindEyeException if it is no folder, a file does not hold its network, or a
   *     network is known not to fit into memory
   */
  public static MetricNetworks load(Path folder, FeatureConfig config, Device device)
      throws IOException {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(config, "config");
    Torch.requirePresent(device);
    if (Files.notExists(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "no such folder of weights");
    }
    if (!Files.isDirectory(folder)) {
      throw new MalformedFileException(
          folder.toString(),
          "a folder with the published weights of the metrics' networks",
          FileKind.describe(folder));
    }
    List<FeatureNetwork> networks = new ArrayList<>();
    Map<MetricNetwork, String> missing = new EnumMap<>(MetricNetwork.class);
    try (CloseOnFailure opened = new CloseOnFailure()) {
      for (MetricNetwork kind : MetricNetwork.values()) {
        Optional<Path> file = kind.find(folder);
        if (file.isPresent()) {
          networks.add(opened.add(FeatureNetwork.load(kind, file.get(), config, device)));
        } else {
          missing.put(kind, kind.missing(folder));
        }
      }
      return opened.done(new MetricNetworks(List.copyOf(networks), missing, config));
    }
  }

  /**
   * What the networks see of images.
   *
   * @return in the order of the paper's table 1; empty if no network is there
   */
  public List<FeatureExtractor> extractors() {
    return networks.stream().flatMap(network -> network.extractors().stream()).toList();
  }

  /**
   * What is not there.
   *
   * @return for each network without a file a sentence or two: which file it is, what it is, and
   *     where to get it
   */
  public List<String> missing() {
    return List.copyOf(missing.values());
  }

  /**
   * Gives an evaluator the networks that are there, and the reasons why others are not, which its
   * results list.
   *
   * <pre>{@code
   * try (MetricNetworks networks = MetricNetworks.load(folder, FeatureConfig.paper(), device)) {
   *   EvaluationResult result =
   *       networks
   *           .addTo(ReconstructionEvaluator.of(EvaluationProtocol.mindEye1()))
   *           .evaluate(pairs, device);
   * }
   * }</pre>
   *
   * @param evaluator its protocol's metrics are served; what others there are here is left out
   * @return a changed copy, which reads these networks as long as they are open
   * @throws IllegalArgumentException if its protocol resizes with another antialiasing than these
   *     networks do
   */
  public ReconstructionEvaluator addTo(ReconstructionEvaluator evaluator) {
    ReconstructionEvaluator all = Objects.requireNonNull(evaluator, "evaluator");
    Antialias wanted = evaluator.protocol().images().antialias();
    if (config.antialias() != wanted) {
      throw new IllegalArgumentException(
          "networks: expected antialiasing "
              + wanted
              + ", as protocol "
              + evaluator.protocol().name()
              + " resizes, but they were loaded with "
              + config.antialias()
              + "; load them with FeatureConfig.withAntialias");
    }
    List<String> metrics = evaluator.protocol().metrics();
    for (FeatureExtractor each : extractors()) {
      if (metrics.contains(each.name())) {
        all = all.with(each.name(), each.source(), each::features);
      }
    }
    for (Map.Entry<MetricNetwork, String> each : missing.entrySet()) {
      for (NetworkFeature feature : each.getKey().features()) {
        if (metrics.contains(feature.score())) {
          all = all.without(feature.score(), each.getValue());
        }
      }
    }
    return all;
  }

  /**
   * How features are computed.
   *
   * @return the settings they were loaded with, to be noted beside a score
   */
  public FeatureConfig config() {
    return config;
  }

  /** Frees all networks, after waiting for calls in flight. */
  @Override
  public void close() {
    networks.forEach(FeatureNetwork::close);
  }
}
