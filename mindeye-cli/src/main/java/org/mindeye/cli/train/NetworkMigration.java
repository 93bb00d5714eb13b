// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.mindeye.core.backbone.BackboneMigration;
import org.mindeye.core.document.Migration;

/** Schema 1 had the parts of the backbone in an object of their own, and these in one level. */
final class NetworkMigration implements Migration {
  private static final String BACKBONE = "backbone";

  @Override
  public void migrate(ObjectNode network, int schema) {
    if (schema == 1 && network.get(BACKBONE) instanceof ObjectNode backbone) {
      network.remove(BACKBONE);
      new BackboneMigration().migrate(backbone, schema);
      network.setAll(backbone);
    }
  }
}
