// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.weights.ArtefactManifest;
import org.mindeye.evaluation.network.FeatureConfig;
import org.mindeye.evaluation.network.FeatureExtractor;
import org.mindeye.evaluation.network.MetricNetwork;
import org.mindeye.evaluation.network.MetricNetworks;
import org.mindeye.evaluation.network.NetworkFeature;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.FeatureScore;
import org.mindeye.evaluation.protocol.ReconstructionEvaluator;

/**
 * The networks of a protocol's metrics, those whose weights are there.
 *
 * @param networks what was loaded; null for none
 * @param protocol says which metrics there are
 */
record MetricFeatures(MetricNetworks networks, EvaluationProtocol protocol)
    implements AutoCloseable {
  /** Tables of features up to this size stay in memory. */
  private static final long SMALL = 64L << 20;

  /**
   * Loads what is there.
   *
   * @param folder of published weights; null for none
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if a file does not hold its network
   */
  static MetricFeatures load(
      Path folder, EvaluationProtocol protocol, Precision precision, Device device)
      throws IOException {
    FeatureConfig config =
        FeatureConfig.paper().withAntialias(protocol.images().antialias()).withPrecision(precision);
    return new MetricFeatures(
        folder == null ? null : MetricNetworks.load(folder, config, device), protocol);
  }

  private List<String> metrics() {
    return protocol.features().stream().map(FeatureScore::name).toList();
  }

  /** Those of the protocol. */
  List<FeatureExtractor> extractors() {
    return networks == null
        ? List.of()
        : networks.extractors().stream()
            .filter(extractor -> metrics().contains(extractor.name()))
            .toList();
  }

  /** The same evaluator with these networks, and the reasons why others are missing. */
  ReconstructionEvaluator addTo(ReconstructionEvaluator evaluator) {
    if (networks != null) {
      return networks.addTo(evaluator);
    }
    ReconstructionEvaluator more = evaluator;
    for (MetricNetwork network : MetricNetwork.values()) {
      for (NetworkFeature feature : network.features()) {
        if (metrics().contains(feature.score())) {
          more = more.without(feature.score(), remedy(network.file()));
        }
      }
    }
    return more;
  }

  private static String remedy(String file) {
    String source = ArtefactManifest.find(Path.of(file)).orElseThrow().source();
    return "give --weights, a folder with "
        + file
        + ", from "
        + source.replace(", file " + file, "");
  }

  /**
   * Refuses a disk that is too small for the features that are kept until the end.
   *
   * @param images how many there are
   * @param temporary where they go
   */
  void requireRoom(int images, Path temporary) throws IOException {
    long needed =
        protocol.features().stream()
            .filter(metric -> metric.kind() == FeatureScore.Kind.TWO_WAY)
            .flatMap(metric -> extractors().stream().filter(e -> e.name().equals(metric.name())))
            .mapToLong(extractor -> (long) images * extractor.size() * Float.BYTES)
            .filter(bytes -> bytes > SMALL)
            .map(bytes -> 2 * bytes)
            .sum();
    long there = Files.getFileStore(temporary).getUsableSpace();
    if (needed > there) {
      throw new MindEyeException(
          temporary
              + ": features of "
              + Plural.of(images, "image")
              + " take "
              + Plural.of(needed >> 20, "MiB")
              + " there for a while, but only "
              + (there >> 20)
              + " are free; make room, or name another folder with"
              + " MINDEYE_JAVA_OPTS=-Djava.io.tmpdir=DIR");
    }
  }

  @Override
  public void close() {
    if (networks != null) {
      networks.close();
    }
  }
}
