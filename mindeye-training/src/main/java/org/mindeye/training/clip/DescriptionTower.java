// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.Initializer;
import org.mindeye.core.nn.LayerNorm;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.losses.TwoTowerLoss;

/**
 * The text tower of descriptions: the embeddings of a phrase's words are added up and go through a
 * layer, and what comes of a description's phrases is added up and goes through another. So a red
 * car and a blue fish are another text than a blue car and a red fish. Parameters have the names of
 * CLIP's text tower, and the scale its own.
 *
 * <p>As a DJL block it reads words {@code [batch, phrases, words]} and returns vectors.
 */
final class DescriptionTower extends Network {
  private static final double EMBEDDING = 0.5;
  private static final int[] PHRASES = {1};
  private static final int[] WORDS = {2};

  private final ClipTask task;
  private final int projection;
  private final Linear embedding;
  private final Linear phrase;
  private final Linear phraseOut;
  private final LayerNorm norm;
  private final Linear text;
  private final Linear projected;
  private final Parameter logScale;

  DescriptionTower(ClipTask task, int width, int projection) {
    this.task = task;
    this.projection = projection;
    ParameterScope tower = scope().child("text_model");
    embedding =
        Linear.withoutBias(
            tower.child("embeddings"), task.words(), width, Initializer.normal(EMBEDDING));
    phrase = Linear.of(tower.child("phrase").child("fc1"), width, 2 * width);
    phraseOut = Linear.of(tower.child("phrase").child("fc2"), 2 * width, width);
    norm = new LayerNorm(tower.child("layer_norm"), width);
    text = Linear.of(tower.child("text").child("fc1"), width, 2 * width);
    projected = Linear.withoutBias(scope().child("text_projection"), 2 * width, projection);
    logScale =
        scope()
            .parameter(
                "logit_scale",
                Parameter.Type.OTHER,
                new Shape(),
                Initializer.constant(TwoTowerLoss.PUBLISHED_LOG_SCALE));
  }

  ClipTask task() {
    return task;
  }

  /** The logarithm of what similarities are multiplied by. */
  NDArray logScale() {
    return logScale.getArray();
  }

  /** {@code [batch, phrases, words]} to unit vectors {@code [batch, projection]}. */
  ClipVectors forward(NDArray words) {
    try (Lifetime.Call call = enter()) {
      NDArray said = words.max(WORDS, true);
      NDArray inner = phrase.applyThen(Nonlinearity.GELU, embedding.apply(words));
      NDArray phrases = said.mul(DataTypes.toFloat32(phraseOut.apply(inner)));
      NDArray sum = norm.apply(phrases.sum(PHRASES));
      NDArray wide = text.applyThen(Nonlinearity.GELU, sum);
      return ClipVectors.normalized(DataTypes.toFloat32(projected.apply(wide)));
    }
  }

  @Override
  protected NDList evaluate(NDList inputs) {
    return new NDList(forward(inputs.singletonOrThrow()).array());
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), projection)};
  }
}
