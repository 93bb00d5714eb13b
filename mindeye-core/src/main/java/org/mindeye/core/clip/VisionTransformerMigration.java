// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.mindeye.core.document.Migration;

/** Schema 1 had the two sizes of the patches beside the others. */
final class VisionTransformerMigration implements Migration {
  @Override
  public void migrate(ObjectNode tower, int schema) {
    if (schema == 1) {
      Migration.nest(tower, "patches", "imageSize", "patchSize");
    }
  }
}
