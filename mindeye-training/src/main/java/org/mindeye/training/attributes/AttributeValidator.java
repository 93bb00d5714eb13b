// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.attributes;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.Arrays;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Readback;
import org.mindeye.data.ImageBatches;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig.Attribute;
import org.mindeye.training.LossTerm;
import org.mindeye.training.ModelValidator;
import org.mindeye.training.NamedValues;
import org.mindeye.training.Score;
import org.mindeye.training.SingleNetwork;

/** Judges a classifier by how often it is right. */
final class AttributeValidator implements ModelValidator<SingleNetwork<AttributeClassifier>> {
  private final List<Attribute> attributes;
  private final List<Score> scores;
  private final List<LabelledPicture> pictures;
  private final int batchSize;

  AttributeValidator(AttributeClassifier network, LabelledSplit split, int batchSize) {
    this.attributes = network.config().attributes();
    this.scores = AttributeScores.of(network.config());
    this.pictures = split.pictures();
    this.batchSize = batchSize;
  }

  @Override
  public int samples() {
    return pictures.size();
  }

  @Override
  public List<Score> scores() {
    return scores;
  }

  @Override
  public NamedValues score(SingleNetwork<AttributeClassifier> model, int epoch) {
    return score(model.network());
  }

  NamedValues score(AttributeClassifier network) {
    int[] right = new int[attributes.size()];
    int allRight = 0;
    double loss = 0;
    for (int from = 0; from < pictures.size(); from += batchSize) {
      List<LabelledPicture> some =
          pictures.subList(from, Math.min(pictures.size(), from + batchSize));
      try (CallScope scope = CallScope.open(network.device())) {
        AttributeClassifier.Output output =
            network.forward(
                ImageBatches.of(
                    some.stream().map(LabelledPicture::image).toList(), scope.manager()));
        loss += loss(output, some) * some.size() / pictures.size();
        allRight += count(output, some, right);
      }
    }
    NamedValues values =
        NamedValues.NONE
            .with(LossTerm.TOTAL, loss)
            .with(AttributeScores.ALL, (double) allRight / pictures.size());
    for (int i = 0; i < right.length; i++) {
      values = values.with(attributes.get(i).name(), (double) right[i] / pictures.size());
    }
    return values;
  }

  private double loss(AttributeClassifier.Output output, List<LabelledPicture> some) {
    NDList losses = new NDList(AttributeObjective.losses(output, attributes, some).values());
    return Arrays.stream(Readback.of(NDArrays.stack(losses))).sum();
  }

  /** Adds up the right answers of each attribute; returns of how many pictures all are right. */
  private static int count(
      AttributeClassifier.Output output, List<LabelledPicture> some, int[] right) {
    boolean[] all = new boolean[some.size()];
    Arrays.fill(all, true);
    for (int attribute = 0; attribute < right.length; attribute++) {
      NDArray logits = output.logits().get(attribute);
      double[] said = Readback.of(logits.argMax(1));
      for (int i = 0; i < said.length; i++) {
        boolean hit = (int) said[i] == some.get(i).labels().get(attribute);
        right[attribute] += hit ? 1 : 0;
        all[i] &= hit;
      }
    }
    int count = 0;
    for (boolean each : all) {
      count += each ? 1 : 0;
    }
    return count;
  }
}
