// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;
import org.mindeye.formats.torch.CheckpointNode;
import org.mindeye.formats.torch.CheckpointPlace;

/**
 * A checkpoint's values by place.
 *
 * @param tensors of torch and NumPy
 * @param entries everything else
 */
record CheckpointTree(List<TensorInfo> tensors, List<CheckpointPlace> entries) {
  /** The name of a tensor that is the whole file. */
  private static final String NAMELESS = "tensor";

  /** Longer lists of plain values are cut. */
  private static final int SHOWN = 6;

  static CheckpointTree of(List<CheckpointPlace> places) {
    List<TensorInfo> tensors = new ArrayList<>();
    List<CheckpointPlace> entries = new ArrayList<>();
    for (CheckpointPlace place : places) {
      String name = place.name().isEmpty() ? NAMELESS : place.name();
      if (place.value() instanceof CheckpointNode.Tensor tensor) {
        tensors.add(new TensorInfo(name, tensor.type(), tensor.shape()));
      } else if (place.value() instanceof CheckpointNode.Array array) {
        TensorShape shape = array.array().tensorShape();
        tensors.add(new TensorInfo(name, array.array().type(), shape));
      } else {
        entries.add(place);
      }
    }
    return new CheckpointTree(tensors, entries);
  }

  /** The entries in one line each. */
  Map<String, String> lines() {
    Map<String, String> lines = new LinkedHashMap<>();
    for (CheckpointPlace entry : entries) {
      CheckpointNode value = entry.value();
      lines.put(entry.name(), entry.again() ? value + ", shown above" : text(value));
    }
    return lines;
  }

  private static String text(CheckpointNode node) {
    if (node instanceof CheckpointNode.Null) {
      return "None";
    } else if (node instanceof CheckpointNode.Bool bool) {
      return Boolean.toString(bool.value());
    } else if (node instanceof CheckpointNode.Whole whole) {
      return whole.value().toString();
    } else if (node instanceof CheckpointNode.Real real) {
      return Double.toString(real.value());
    } else if (node instanceof CheckpointNode.Text text) {
      return "'" + text.value() + "'";
    } else if (node instanceof CheckpointNode.Opaque opaque) {
      return "not read: " + opaque;
    } else if (node instanceof CheckpointNode.Sequence list) {
      String items =
          list.items().stream()
              .limit(SHOWN)
              .map(CheckpointTree::text)
              .collect(Collectors.joining(", "));
      int more = list.items().size() - SHOWN;
      return "[" + items + (more > 0 ? ", … " + more + " more" : "") + "]";
    }
    return node.toString();
  }
}
