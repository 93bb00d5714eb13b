// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.attributes;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.data.ImageBatches;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig.Attribute;
import org.mindeye.losses.ClassLoss;
import org.mindeye.training.LossTerm;
import org.mindeye.training.StepContext;
import org.mindeye.training.StepLoss;

/**
 * Cross-entropies of all attributes alike.
 *
 * @param network what is trained
 */
record AttributeObjective(AttributeClassifier network) implements StepLoss<List<LabelledPicture>> {
  @Override
  public List<LossTerm> terms() {
    return network.config().attributes().stream().map(a -> new LossTerm(a.name(), 1)).toList();
  }

  @Override
  public Map<String, NDArray> evaluate(List<LabelledPicture> batch, StepContext step) {
    ImageBatch images =
        ImageBatches.of(batch.stream().map(LabelledPicture::image).toList(), step.manager());
    AttributeClassifier.Output output = network.forward(images);
    step.prediction("the classifier's features", output.features());
    return losses(output, network.config().attributes(), batch);
  }

  static Map<String, NDArray> losses(
      AttributeClassifier.Output output, List<Attribute> attributes, List<LabelledPicture> batch) {
    Map<String, NDArray> losses = new LinkedHashMap<>();
    for (int i = 0; i < attributes.size(); i++) {
      int attribute = i;
      long[] labels = batch.stream().mapToLong(p -> p.labels().get(attribute)).toArray();
      NDArray logits = output.logits().get(i);
      losses.put(
          attributes.get(i).name(),
          ClassLoss.evaluateUnchecked(
              logits, Torch.copy(logits.getManager(), labels, new Shape(labels.length))));
    }
    return losses;
  }

  @Override
  public List<String> keys(List<LabelledPicture> batch) {
    return batch.stream().map(LabelledPicture::key).toList();
  }
}
