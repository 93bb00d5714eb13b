// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mindeye.Plural;
import org.mindeye.formats.internal.pickle.PickleLimits;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Something in a checkpoint, and where it stands.
 *
 * @param name keys of dictionaries and positions in sequences from the outside inwards, slashes
 *     between; empty for the outermost value
 * @param value a tensor, an array, or what holds neither
 * @param again whether it is a container whose content is listed elsewhere
 */
public record CheckpointPlace(String name, CheckpointNode value, boolean again) {
  /** All places below a value, each container once: it may be shared, and contain itself. */
  static List<CheckpointPlace> below(String source, CheckpointNode root) {
    return new Walk(source).from(root);
  }

  /** An explicit stack: a file may nest deeper than Java calls can. */
  private static final class Walk {
    private record Open(TreePath path, CheckpointNode value) {}

    private final String source;
    private final Deque<Open> open = new ArrayDeque<>();
    private final Set<CheckpointNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<CheckpointNode, Boolean> plain = new IdentityHashMap<>();
    private final List<CheckpointPlace> places = new ArrayList<>();

    /** Names repeat the keys around them; those of an honest file are shorter than a pickle. */
    private long letters = PickleLimits.DEFAULT.bytes();

    Walk(String source) {
      this.source = source;
    }

    List<CheckpointPlace> from(CheckpointNode root) {
      open.push(new Open(TreePath.ROOT, root));
      while (!open.isEmpty()) {
        Open next = open.pop();
        boolean container = isContainer(next.value());
        if (container && seen.add(next.value())) {
          children(next);
        } else {
          places.add(new CheckpointPlace(name(next.path()), next.value(), container));
        }
      }
      return Collections.unmodifiableList(places);
    }

    /** Not those that are empty, and no lists of plain values: they are worth one line. */
    private boolean isContainer(CheckpointNode value) {
      if (value instanceof CheckpointNode.Mapping mapping) {
        return !mapping.entries().isEmpty();
      }
      return value instanceof CheckpointNode.Sequence sequence
          && !plain.computeIfAbsent(
              sequence, unused -> sequence.items().stream().allMatch(Walk::isPlain));
    }

    private static boolean isPlain(CheckpointNode value) {
      return !(value instanceof CheckpointNode.Mapping
          || value instanceof CheckpointNode.Sequence
          || value instanceof CheckpointNode.Tensor
          || value instanceof CheckpointNode.Array
          || value instanceof CheckpointNode.Opaque);
    }

    private void children(Open parent) {
      List<Open> children = new ArrayList<>();
      if (parent.value() instanceof CheckpointNode.Mapping mapping) {
        mapping
            .entries()
            .forEach(
                (key, value) ->
                    children.add(new Open(parent.path().child(TreePath.label(key)), value)));
      } else if (parent.value() instanceof CheckpointNode.Sequence sequence) {
        for (int i = 0; i < sequence.items().size(); i++) {
          children.add(new Open(parent.path().child(i), sequence.items().get(i)));
        }
      }
      Collections.reverse(children);
      children.forEach(open::push);
    }

    private String name(TreePath path) {
      Deque<String> labels = new ArrayDeque<>();
      for (TreePath at = path; at.parent() != null; at = at.parent()) {
        String label = at.label().toString();
        letters -= label.length() + 1;
        if (letters < 0) {
          throw new MalformedFileException(
              source,
              "names of at most " + Plural.of(PickleLimits.DEFAULT.bytes(), "letter") + " in all",
              "long keys around many values, or values deep inside");
        }
        labels.addFirst(label);
      }
      return String.join("/", labels);
    }
  }
}
