// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How one record's part of an older document becomes one of the next schema. To change a record
 * that documents hold:
 *
 * <ol>
 *   <li>raise {@link Document#CURRENT} by one;
 *   <li>annotate the record with {@link Migrated} and write the step from the schema before: fill
 *       in what its documents lack with the value that they meant, move what they hold elsewhere;
 *   <li>keep a document of the schema before among the test resources, and test that it is read.
 * </ol>
 *
 * For a record {@code BackboneConfig}, annotated {@code Migrated(by = BackboneMigration.class)},
 * whose schema 2 holds the sizes of the trunk in an object of their own:
 *
 * <pre>{@code
 * public void migrate(ObjectNode backbone, int schema) {
 *   if (schema == 1) {
 *     Migration.nest(backbone, "trunk", "hidden", "blocks", "residuals");
 *   }
 * }
 * }</pre>
 *
 * <p>The migration belongs to the record and not to the document, so that it holds wherever the
 * record stands: alone in a file, in a checkpoint, in metadata, in a list. A record is migrated
 * before the records in it, which therefore are still in their old form then, and may be moved as
 * they are.
 *
 * <p>A configuration file may leave fields out, and files are wrong: a migration leaves alone what
 * is not there or not of the kind it expects, and the reader complains afterwards.
 */
public interface Migration {
  /**
   * Brings an object to the next schema. Called once for each schema that the document is behind,
   * the oldest first.
   *
   * @param object to be changed in place; a copy
   * @param schema what the object is in now
   */
  void migrate(ObjectNode object, int schema);

  /**
   * Moves fields into an object of their own, those of them that are there.
   *
   * @param object to be changed in place
   * @param into the key of the inner object; it is not made for nothing
   * @param keys which fields
   */
  static void nest(ObjectNode object, String into, String... keys) {
    boolean free = !object.hasNonNull(into) || object.get(into).isObject();
    for (String key : keys) {
      if (free && object.has(key)) {
        object.withObjectProperty(into).set(key, object.remove(key));
      }
    }
  }

  /**
   * Renames a field, if it is there.
   *
   * @param object to be changed in place
   * @param from the old key
   * @param to the new key
   */
  static void rename(ObjectNode object, String from, String to) {
    if (object.has(from)) {
      object.set(to, object.remove(from));
    }
  }

  /**
   * Writes what documents lack and meant, if it is not there.
   *
   * @param object to be changed in place
   * @param key of the field
   * @param meant the constant that was the only choice
   */
  static void fill(ObjectNode object, String key, Enum<?> meant) {
    if (!object.has(key)) {
      object.put(key, meant.name());
    }
  }
}
