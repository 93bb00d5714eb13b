package org.mindeye.examples.weights;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.mindeye.core.weights.CheckpointNode;
import org.mindeye.core.weights.TensorInfo;

/**
 * A checkpoint's values by place, each container once: values may be shared, and may contain
 * themselves.
 *
 * @param tensors of torch and NumPy
 * @param entries everything else, in one line each
 */
record CheckpointTree(List<TensorInfo> tensors, Map<String, String> entries) {
  /** Longer lists of plain values are cut. */
  private static final int SHOWN = 6;

  private record Place(String path, CheckpointNode node) {
    Place child(String label, CheckpointNode child) {
      return new Place(path.isEmpty() ? label : path + "/" + label, child);
    }
  }

  static CheckpointTree of(CheckpointNode root) {
    List<TensorInfo> tensors = new ArrayList<>();
    Map<String, String> entries = new LinkedHashMap<>();
    Set<CheckpointNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    // A stack of our own: a file may nest deeper than Java calls can.
    Deque<Place> open = new ArrayDeque<>();
    open.push(new Place("", root));
    while (!open.isEmpty()) {
      Place place = open.pop();
      CheckpointNode node = place.node();
      List<Place> children = children(place);
      if (node instanceof CheckpointNode.Tensor tensor) {
        tensors.add(new TensorInfo(place.path(), tensor.type(), tensor.shape()));
      } else if (node instanceof CheckpointNode.Array array) {
        Shape shape = new Shape(array.array().shape());
        tensors.add(new TensorInfo(place.path(), array.array().type(), shape));
      } else if (children.isEmpty() || !seen.add(node)) {
        entries.put(place.path(), children.isEmpty() ? text(node) : node + ", shown above");
      } else {
        Collections.reverse(children);
        children.forEach(open::push);
      }
    }
    return new CheckpointTree(tensors, entries);
  }

  /** What is worth a line of its own; none for plain values and for lists of them. */
  private static List<Place> children(Place place) {
    List<Place> children = new ArrayList<>();
    if (place.node() instanceof CheckpointNode.Mapping mapping) {
      mapping.entries().forEach((key, value) -> children.add(place.child(label(key), value)));
    } else if (place.node() instanceof CheckpointNode.Sequence sequence
        && !sequence.items().stream().allMatch(CheckpointTree::isPlain)) {
      for (int i = 0; i < sequence.items().size(); i++) {
        children.add(place.child(Integer.toString(i), sequence.items().get(i)));
      }
    }
    return children;
  }

  private static boolean isPlain(CheckpointNode node) {
    return !(node instanceof CheckpointNode.Mapping
        || node instanceof CheckpointNode.Sequence
        || node instanceof CheckpointNode.Tensor
        || node instanceof CheckpointNode.Array
        || node instanceof CheckpointNode.Opaque);
  }

  private static String label(CheckpointNode key) {
    return key instanceof CheckpointNode.Text text ? text.value() : text(key);
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
