// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.formats.torch.CheckpointNode.Opaque;

/** Counts what is not read, by name. */
final class OpaqueLedger {
  /** Kinds beyond these are counted together. */
  private static final int MOST = 1000;

  private static final Opaque OTHERS = new Opaque("(others)", "not listed one by one");

  private static final class Line {
    private final TreePath first;
    private int count;

    Line(TreePath first) {
      this.first = first;
    }
  }

  private final Map<Opaque, Line> lines = new LinkedHashMap<>();

  Opaque add(Opaque opaque, TreePath path) {
    Opaque key = lines.size() < MOST || lines.containsKey(opaque) ? opaque : OTHERS;
    lines.computeIfAbsent(key, unused -> new Line(path)).count++;
    return opaque;
  }

  List<OpaqueObject> list() {
    return lines.entrySet().stream()
        .map(
            line ->
                new OpaqueObject(
                    line.getKey().global(),
                    line.getKey().reason(),
                    line.getValue().count,
                    line.getValue().first.describe()))
        .toList();
  }
}
