// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.recognition;

import java.util.Set;
import org.mindeye.core.weights.StateDict;
import org.mindeye.evaluation.network.MetricNetwork;

/** Recognises the networks whose features metrics compare, by all their tensors. */
final class MetricModels {
  /** Of a ResNet-50 that classifies: SwAV's has prototypes instead. */
  private static final String CLASSIFIER = "fc.weight";

  private MetricModels() {}

  static void network(StateDict file, Set<KnownModel> found) {
    MetricNetwork.recognize(file)
        .ifPresent(
            kind -> {
              found.add(
                  new KnownModel(
                      KnownModel.Kind.METRIC_NETWORK, null, kind + ", for " + kind.scores()));
              boolean classifier = file.unwrapped().names().contains(CLASSIFIER);
              if (kind == MetricNetwork.RESNET50 && classifier) {
                found.add(
                    KnownModel.note(
                        "trained to classify: published scores take SwAV's weights, "
                            + kind.file()));
              }
            });
  }
}
