// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.mindeye.core.document.Migration;

/**
 * Older documents of a {@link BackboneConfig}. Schema 1 had the components of the trunk beside the
 * voxels, and said of the projector whether there is one ({@code projector}) and how wide it is or
 * would be ({@code projectorWidth}).
 */
public final class BackboneMigration implements Migration {
  private static final String PROJECTOR = "projector";
  private static final String WIDTH = "projectorWidth";

  /** For documents. */
  public BackboneMigration() {}

  @Override
  public void migrate(ObjectNode backbone, int schema) {
    if (schema == 1) {
      Migration.nest(
          backbone,
          "trunk",
          "hidden",
          "blocks",
          "residuals",
          "norm",
          "activationFirst",
          "inputDropout",
          "blockDropout");
      projector(backbone);
    }
  }

  /** A width alone says too little: it stays, to be refused by its name. */
  private static void projector(ObjectNode backbone) {
    JsonNode exists = backbone.path(PROJECTOR);
    if (exists.isBoolean()) {
      JsonNode width = backbone.remove(WIDTH);
      ObjectNode projector = backbone.putObject(PROJECTOR);
      if (!exists.booleanValue()) {
        projector.put("width", BackboneConfig.Projector.NONE.width());
      } else if (width != null) {
        projector.set("width", width);
      }
    }
  }
}
