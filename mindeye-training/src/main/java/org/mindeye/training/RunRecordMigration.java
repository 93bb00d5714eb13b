// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.mindeye.core.document.Migration;

/** Schema 1 had the programs of a run beside its data. */
final class RunRecordMigration implements Migration {
  @Override
  public void migrate(ObjectNode record, int schema) {
    if (schema == 1) {
      Migration.nest(record, "software", "library", "djl", "libtorch", "java", "system");
    }
  }
}
