// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.tensor.ClipTokens;

/**
 * Says from the direction of each patch's token what is at its place, by a linear map for each
 * question: so tokens keep what is where. Directions alone, since tokens that grow for the sake of
 * their answers would become many times as long as the class token, by whose length targets are
 * divided; published towers' are about as long as that.
 *
 * <p>As a DJL block it reads tokens {@code [batch, tokens, width]} and returns logits, one tensor
 * for each question.
 */
final class PlaceHead extends Network {
  static final String SCOPE = "places";

  private static final NDIndex PATCHES = new NDIndex(":, 1:");

  private final ClipTask task;
  private final List<Linear> maps = new ArrayList<>();

  PlaceHead(ClipTask task, int projection) {
    this.task = task;
    ParameterScope places = scope().child(SCOPE);
    for (ClipTask.PlaceQuestion question : task.places()) {
      maps.add(Linear.of(places.child(question.name()), projection, question.classes()));
    }
  }

  /** Logits {@code [batch * patches, classes]} of each question, picture by picture. */
  List<NDArray> forward(ClipTokens tokens) {
    try (Lifetime.Call call = enter()) {
      int width = tokens.space().width();
      NDArray patches = tokens.array().get(PATCHES).reshape(-1, width);
      NDArray directions = patches.div(patches.norm(new int[] {1}, true));
      NDArray rows =
          directions.mul(Torch.scalar(directions, Math.sqrt(width))); // numbers of size 1
      List<NDArray> logits = new ArrayList<>();
      maps.forEach(map -> logits.add(DataTypes.toFloat32(map.apply(rows))));
      return logits;
    }
  }

  @Override
  protected NDList evaluate(NDList inputs) {
    return new NDList(forward(ClipTokens.of(inputs.singletonOrThrow())));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    long rows = inputShapes[0].get(0) * (inputShapes[0].get(1) - 1);
    return task.places().stream().map(q -> new Shape(rows, q.classes())).toArray(Shape[]::new);
  }
}
