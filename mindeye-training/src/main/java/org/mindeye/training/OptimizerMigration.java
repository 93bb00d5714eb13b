// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.mindeye.core.document.Migration;
import org.mindeye.core.engine.Precision;

/**
 * Schema 1 had the learning rate beside the other settings of the optimiser; until schema 2 every
 * run was one of float32.
 */
final class OptimizerMigration implements Migration {
  @Override
  public void migrate(ObjectNode optimizer, int schema) {
    if (schema == 1) {
      Migration.nest(optimizer, "learningRate", "schedule", "maxLearningRate", "warmupEpochs");
      if (optimizer.get("learningRate") instanceof ObjectNode rate) {
        Migration.rename(rate, "maxLearningRate", "maximum");
      }
    }
    if (schema == 2) {
      Migration.fill(optimizer, "precision", Precision.FLOAT32);
    }
  }
}
