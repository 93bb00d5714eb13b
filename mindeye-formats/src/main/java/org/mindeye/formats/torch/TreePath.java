// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;
import org.mindeye.Printable;

/**
 * Where in a checkpoint something stands; written down only when needed.
 *
 * @param parent what it is in; null for the root
 * @param label key or index
 */
record TreePath(TreePath parent, Object label) {
  private static final int MOST = 20;

  static final TreePath ROOT = new TreePath(null, "");

  /** A key as a label: a text or a number as it is, others in parentheses. */
  static Object label(CheckpointNode key) {
    if (key instanceof CheckpointNode.Text text) {
      return text.value();
    } else if (key instanceof CheckpointNode.Whole whole) {
      return whole.value();
    } else if (key instanceof CheckpointNode.Sequence tuple && tuple.items().size() <= MOST) {
      return tuple.items().stream()
          .map(item -> Printable.name(isWord(item) ? label(item).toString() : item.toString()))
          .collect(Collectors.joining(", ", "(", ")"));
    }
    return "(" + key + ")";
  }

  private static boolean isWord(CheckpointNode item) {
    return item instanceof CheckpointNode.Text || item instanceof CheckpointNode.Whole;
  }

  TreePath child(Object childLabel) {
    return new TreePath(this, childLabel);
  }

  /** Labels with slashes between, the innermost twenty if there are more. */
  String describe() {
    Deque<String> labels = new ArrayDeque<>();
    TreePath at = this;
    for (; at.parent != null && labels.size() < MOST; at = at.parent) {
      labels.addFirst(Printable.name(at.label.toString()));
    }
    if (at.parent != null) {
      labels.addFirst("…");
    }
    return labels.isEmpty() ? "the root" : String.join("/", labels);
  }

  @Override
  public String toString() {
    return describe();
  }
}
