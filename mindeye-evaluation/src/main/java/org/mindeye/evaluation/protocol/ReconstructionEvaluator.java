// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import ai.djl.Device;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.mindeye.MindEyeException;
import org.mindeye.core.document.LibraryVersion;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.evaluation.protocol.EvaluationProgress.Stage;
import org.mindeye.evaluation.statistics.StatisticsConfig;

/**
 * Scores reconstructions by a protocol. Images are read a block at a time and let go, so that
 * memory does not depend on their number: with blocks of 8 images at 425 x 425 some 100 MB of heap
 * and as much for tensors, what a network needs aside. Features that two-way identification needs
 * at the end are kept on the heap up to 64 MB, and beyond that in temporary files, which two-way
 * scores of wide features read again in windows.
 *
 * <p>Time grows with the number of images: each is read once, is shown once to each network, and is
 * compared with the images of its block. Only the comparisons of two-way identification grow with
 * its square.
 *
 * <pre>{@code
 * EvaluationResult result =
 *     ReconstructionEvaluator.of(EvaluationProtocol.mindEye1())
 *         .with("AlexNet(2)", alexNet.source(), alexNet::features)
 *         .without("SwAV", "its weights are not there")
 *         .evaluate(source, device);
 * }</pre>
 *
 * <p>Immutable; networks that it is given stay the caller's, who may use it from several threads if
 * they may.
 */
public final class ReconstructionEvaluator {
  private static final long MOST_ON_HEAP = 64L << 20;

  private final EvaluationProtocol protocol;
  private final StatisticsConfig statistics;
  private final Map<String, Network> networks;
  private final Map<String, String> reasons;
  private final Path folder;
  private final long mostOnHeap;

  private record Network(String weights, ImageFeatures features) {}

  private ReconstructionEvaluator(
      EvaluationProtocol protocol,
      StatisticsConfig statistics,
      Map<String, Network> networks,
      Map<String, String> reasons,
      Path folder,
      long mostOnHeap) {
    this.protocol = Objects.requireNonNull(protocol, "protocol");
    this.statistics = Objects.requireNonNull(statistics, "statistics");
    this.networks = networks;
    this.reasons = reasons;
    this.folder = Objects.requireNonNull(folder, "folder");
    this.mostOnHeap = mostOnHeap;
  }

  /**
   * Of PixCorr and SSIM, which need no network.
   *
   * @param protocol how images are compared
   * @return an evaluator with the standard statistics
   */
  public static ReconstructionEvaluator of(EvaluationProtocol protocol) {
    return new ReconstructionEvaluator(
        protocol,
        StatisticsConfig.standard(),
        Map.of(),
        Map.of(),
        Path.of(System.getProperty("java.io.tmpdir")),
        MOST_ON_HEAP);
  }

  /**
   * How images are compared.
   *
   * @return the protocol
   */
  public EvaluationProtocol protocol() {
    return protocol;
  }

  /**
   * The same with a network.
   *
   * @param metric one of the protocol's
   * @param weights names the file of the network's weights, for the result
   * @param features what the network sees
   * @return a changed copy
   * @throws IllegalArgumentException if the protocol has no such metric of features
   */
  public ReconstructionEvaluator with(String metric, String weights, ImageFeatures features) {
    requireFeatures(metric);
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(features, "features");
    Map<String, Network> more = new LinkedHashMap<>(networks);
    more.put(metric, new Network(weights, features));
    return new ReconstructionEvaluator(protocol, statistics, more, reasons, folder, mostOnHeap);
  }

  /**
   * The same, knowing why there is no network.
   *
   * @param metric one of the protocol's
   * @param reason goes into the result
   * @return a changed copy
   * @throws IllegalArgumentException if the protocol has no such metric of features
   */
  public ReconstructionEvaluator without(String metric, String reason) {
    requireFeatures(metric);
    Map<String, String> more = new LinkedHashMap<>(reasons);
    more.put(metric, Objects.requireNonNull(reason, "reason"));
    return new ReconstructionEvaluator(protocol, statistics, networks, more, folder, mostOnHeap);
  }

  /**
   * The same with other statistics.
   *
   * @param other intervals, permutations, the size of a block, and the seed
   * @return a changed copy
   */
  public ReconstructionEvaluator withStatistics(StatisticsConfig other) {
    return new ReconstructionEvaluator(protocol, other, networks, reasons, folder, mostOnHeap);
  }

  /**
   * The same with another place for temporary files.
   *
   * @param other a folder; for a thousand images and AlexNet(2) with room for 1.5 GB
   * @return a changed copy
   */
  public ReconstructionEvaluator withSpoolFolder(Path other) {
    return new ReconstructionEvaluator(protocol, statistics, networks, reasons, other, mostOnHeap);
  }

  /** The same with less on the heap. */
  ReconstructionEvaluator withMostOnHeap(long bytes) {
    return new ReconstructionEvaluator(protocol, statistics, networks, reasons, folder, bytes);
  }

  private void requireFeatures(String metric) {
    Objects.requireNonNull(metric, "metric");
    List<String> names = protocol.features().stream().map(FeatureScore::name).toList();
    if (!names.contains(metric)) {
      throw new IllegalArgumentException(
          "metric '"
              + metric
              + "': expected one of "
              + names
              + ", the metrics of features of protocol "
              + protocol.name());
    }
  }

  /**
   * Evaluates without a listener.
   *
   * @param source the pairs, each read once
   * @param device where pixels and features are computed
   * @return the scores
   * @throws IOException if a pair cannot be read, or a temporary file not be written
   */
  public EvaluationResult evaluate(PairSource source, Device device) throws IOException {
    return evaluate(source, EvaluationListener.NONE, device);
  }

  /**
   * Evaluates.
   *
   * @param source the pairs, each read once, in order
   * @param listener is notified after every block of images and after every metric
   * @param device where pixels and features are computed
   * @return the scores
   * @throws IOException if a pair cannot be read, or a temporary file not be written
   * @throws MindEyeException if there are less than two images, an image is there twice, its pixels
   *     are not finite, those of an original leave [0, 1], or a blurry picture is missing
   * @throws org.mindeye.core.tensor.ShapeMismatchException if images differ in size after the
   *     protocol's steps
   * @throws CancellationException if the thread is interrupted
   */
  public EvaluationResult evaluate(PairSource source, EvaluationListener listener, Device device)
      throws IOException {
    Objects.requireNonNull(listener, "listener");
    Torch.requirePresent(device);
    int count = source.size();
    if (count < 2) {
      throw new MindEyeException(
          "evaluation: expected at least 2 images but was "
              + count
              + "; two-way scores and intervals need others");
    }
    PairReader reader = new PairReader(source, protocol.images());
    List<Tally> tallies = tallies(count);
    try {
      for (int first = 0; first < count; first += statistics.block()) {
        int size = Math.min(statistics.block(), count - first);
        pass(listener, new EvaluationProgress(Stage.IMAGES, first, count));
        add(reader, first, size, tallies, device);
      }
      pass(listener, new EvaluationProgress(Stage.IMAGES, count, count));
      List<MetricScore> scores = new ArrayList<>();
      for (Tally tally : tallies) {
        scores.add(tally.score());
        pass(listener, new EvaluationProgress(Stage.SCORES, scores.size(), tallies.size()));
      }
      return result(reader.inputs(), scores);
    } catch (ClosedByInterruptException e) {
      throw cancelled("while features were read or written in a temporary file");
    } finally {
      for (Tally tally : tallies) {
        tally.close();
      }
    }
  }

  private List<Tally> tallies(int images) {
    Tallies tallies =
        new Tallies(protocol, statistics, new TwoWayTally.Spool(images, mostOnHeap, folder));
    tallies.addPixels();
    for (FeatureScore metric : protocol.features()) {
      Network network = networks.get(metric.name());
      if (network != null) {
        tallies.addFeatures(metric, network.features);
      }
    }
    return tallies.all();
  }

  private static void pass(EvaluationListener listener, EvaluationProgress progress) {
    if (Thread.currentThread().isInterrupted()) {
      throw cancelled("at " + progress);
    }
    listener.onProgress(progress);
  }

  private static CancellationException cancelled(String place) {
    return new CancellationException("the evaluation was cancelled by an interrupt " + place);
  }

  private static void add(
      PairReader reader, int first, int size, List<Tally> tallies, Device device)
      throws IOException {
    try (CallScope scope = CallScope.open(device)) {
      PairReader.Block block = reader.read(first, size, scope.manager());
      for (Tally tally : tallies) {
        try (CallScope inner = CallScope.open(device)) {
          tally.add(block);
        }
      }
    }
  }

  private EvaluationResult result(EvaluatedInputs inputs, List<MetricScore> scores) {
    Map<String, String> weights = new TreeMap<>();
    List<MissingMetric> missing = new ArrayList<>();
    for (FeatureScore metric : protocol.features()) {
      Network network = networks.get(metric.name());
      if (network == null) {
        missing.add(
            new MissingMetric(
                metric.name(),
                reasons.getOrDefault(metric.name(), "no network was given for its features")));
      } else {
        weights.put(metric.name(), network.weights);
      }
    }
    return new EvaluationResult(
        protocol, LibraryVersion.current(), inputs, statistics, weights, scores, missing);
  }
}
