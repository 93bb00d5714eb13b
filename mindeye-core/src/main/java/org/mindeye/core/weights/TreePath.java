package org.mindeye.core.weights;

import java.util.ArrayDeque;
import java.util.Deque;
import org.mindeye.core.internal.pickle.Describe;

/**
 * Where in a checkpoint something stands; written down only when needed.
 *
 * @param parent what it is in; null for the root
 * @param label key or index
 */
record TreePath(TreePath parent, Object label) {
  private static final int MOST = 20;

  static final TreePath ROOT = new TreePath(null, "");

  TreePath child(Object childLabel) {
    return new TreePath(this, childLabel);
  }

  /** Labels with slashes between, the innermost twenty if there are more. */
  String describe() {
    Deque<String> labels = new ArrayDeque<>();
    TreePath at = this;
    for (; at.parent != null && labels.size() < MOST; at = at.parent) {
      labels.addFirst(Describe.text(at.label.toString()));
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
