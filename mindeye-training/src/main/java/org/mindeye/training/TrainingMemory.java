package org.mindeye.training;

import org.mindeye.core.backbone.BackboneMemory;
import org.mindeye.core.memory.MemoryBudget;

/** Whether a run fits, before it starts. */
final class TrainingMemory {
  private TrainingMemory() {}

  static void requireFits(MindEyeModel model, TrainingConfig config, MemoryBudget budget) {
    BackboneMemory.requireTrainable(model.backbone(), config.batchSize(), budget);
  }
}
