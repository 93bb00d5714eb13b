// SPDX-License-Identifier: Apache-2.0
package org.mindeye.arguments;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.evaluation.CorrelationDistance;
import org.mindeye.evaluation.FeatureTable;
import org.mindeye.evaluation.PixCorr;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.evaluation.RegressionPairs;
import org.mindeye.evaluation.RidgeConfig;
import org.mindeye.evaluation.RidgeRegression;
import org.mindeye.evaluation.TwoWayIdentification;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig.Attribute;
import org.mindeye.evaluation.network.FeatureConfig;
import org.mindeye.evaluation.network.FeatureNetwork;
import org.mindeye.evaluation.network.MetricNetwork;
import org.mindeye.evaluation.network.MetricNetworks;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.PairSource;
import org.mindeye.evaluation.protocol.ReconstructionEvaluator;
import org.mindeye.evaluation.protocol.RetrievalResult;
import org.mindeye.evaluation.statistics.Better;
import org.mindeye.evaluation.statistics.RandomPairings;
import org.mindeye.evaluation.statistics.StatisticsConfig;

/** The entry points of evaluation, and sound arguments for them. */
final class EvaluationEntries {
  static final List<Class<?>> CLASSES =
      List.of(
          RidgeRegression.class,
          PixCorr.class,
          CorrelationDistance.class,
          TwoWayIdentification.class,
          FeatureTable.class,
          RandomPairings.class,
          EvaluationProtocol.class,
          ReconstructionEvaluator.class,
          PairSource.class,
          RetrievalResult.class,
          AttributeClassifier.class,
          FeatureNetwork.class,
          MetricNetworks.class);

  private EvaluationEntries() {}

  static List<Object> samples(NDManager manager) {
    NDArray vectors = manager.create(new float[] {1, 0, 0, 1}, new Shape(2, 2));
    AttributeClassifier classifier =
        new AttributeClassifier(
            new AttributeClassifierConfig(
                2, List.of(1), 1, 1, List.of(new Attribute("color", List.of("red", "blue")))));
    classifier.initialize(Device.cpu(), NoiseSource.seeded(1));
    return List.of(
        classifier,
        classifier.config(),
        new RegressionPairs(vectors, vectors),
        RidgeConfig.logSpaced(1, 10, 2),
        PixelGrid.paper(),
        TwoWayIdentification.paper(),
        TwoWayIdentification.Distractors.ORIGINALS,
        Better.HIGHER,
        StatisticsConfig.standard(),
        EvaluationProtocol.mindEye1(),
        ReconstructionEvaluator.of(EvaluationProtocol.mindEye1()),
        FeatureConfig.paper(),
        MetricNetwork.ALEXNET,
        FeatureNetwork.of(CoreEntries.tower(), "cpu", FeatureConfig.paper()));
  }
}
