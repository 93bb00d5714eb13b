// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.mindeye.core.document.Migration;

/** Schema 1 had the batches and the losses of a recipe beside its other parts. */
final class TrainingMigration implements Migration {
  @Override
  public void migrate(ObjectNode recipe, int schema) {
    if (schema == 1) {
      Migration.nest(recipe, "loss", "objective", "contrastive");
      Migration.nest(recipe, "batches", "batchSize", "repeats");
      if (recipe.get("batches") instanceof ObjectNode batches) {
        Migration.rename(batches, "batchSize", "size");
      }
    }
  }
}
