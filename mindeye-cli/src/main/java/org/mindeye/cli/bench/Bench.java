// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneMemory;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;

/** Measures one piece of work after the other, each format in a JVM of its own. */
final class Bench {
  private final Children children;
  private final MemoryBudget memory;
  private final BenchTable table;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  /**
   * Creates it.
   *
   * @param children measure
   * @param memory what there is
   * @param table shows what was measured, at once
   */
  Bench(Children children, MemoryBudget memory, BenchTable table) {
    this.children = children;
    this.memory = memory;
    this.table = table;
  }

  /**
   * Measures one piece of work in several formats. What does not fit into memory is left out, and
   * the table says so.
   *
   * @param work for people
   * @param tasks the same in each format
   */
  void measure(String work, List<Task> tasks) throws IOException {
    table.heading(work);
    Row first = null;
    for (Task task : tasks) {
      MemoryEstimate needed = needed(task);
      if (!memory.allows(needed.total())) {
        leftOut.add(task.precision() + " needs " + needed);
        table.leftOut(task.precision(), "needs " + needed + " but " + memory);
        continue;
      }
      Row row = Row.of(work, task, children.run(task));
      first = first == null ? row : first;
      rows.add(row);
      table.row(row, first);
    }
  }

  /**
   * What was measured.
   *
   * @throws MindEyeException if nothing fits into memory
   */
  List<Row> rows() {
    if (rows.isEmpty()) {
      throw new MindEyeException(
          "nothing was measured: " + leftOut.get(0) + " but " + memory + "; give a smaller --size");
    }
    return List.copyOf(rows);
  }

  /** What a child needs at its peak. */
  static MemoryEstimate needed(Task task) throws IOException {
    BackboneConfig config = BenchWeights.config(task);
    return switch (task.kind()) {
      case RETRIEVE ->
          BackboneMemory.inference(config, task.precision(), 1)
              .plus(tensors((long) task.size() * config.space().size() * Float.BYTES));
      case PAINT ->
          BackboneMemory.inference(config, task.precision(), 1)
              .plus(PaintingWork.memory(task.model(), task.precision()));
      case TRAIN -> {
        MemoryEstimate step = BackboneMemory.training(config, task.size());
        // Products are computed with copies of the weights, which have half the bytes.
        yield task.precision() == Precision.FLOAT32 ? step : step.plus(tensors(step.weights() / 2));
      }
    };
  }

  private static MemoryEstimate tensors(long bytes) {
    return new MemoryEstimate(0, 0, 0, bytes, 0);
  }

  /** The tasks of all formats. */
  static List<Task> tasks(Task like, List<Precision> precisions) {
    return precisions.stream()
        .map(
            each ->
                new Task(
                    like.kind(), like.weights(), each, like.size(), like.repeat(), like.device()))
        .toList();
  }
}
