// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.mindeye.core.document.Migration;
import org.mindeye.core.engine.Precision;

/**
 * Schema 1 had the programs of a run beside its data; until schema 2 every run was one of float32.
 */
final class RunRecordMigration implements Migration {
  @Override
  public void migrate(ObjectNode record, int schema) {
    if (schema == 1) {
      Migration.nest(record, "software", "library", "djl", "libtorch", "java", "system");
    }
    if (schema == 2) {
      Migration.fill(record, "precision", Precision.FLOAT32);
    }
  }
}
