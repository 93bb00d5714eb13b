// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.HitRate;
import org.mindeye.evaluation.report.Table;

/** Parts of reports, for people and for programs. */
public final class Figures {

  private Figures() {}

  /**
   * Everything a record says.
   *
   * @param caption above the table
   * @param record whose fields, and those of the records in it, are listed
   * @return a row per field
   */
  public static Table fields(String caption, Record record) {
    Table table = Table.of(caption, "Field", "Value");
    fields(DocumentWriter.fields(record)).forEach(table::row);
    return table;
  }

  /**
   * Everything that JSON says.
   *
   * @param node an object
   * @return its values, those of the objects in it too, by their keys with points between
   */
  public static Map<String, String> fields(JsonNode node) {
    Map<String, String> fields = new LinkedHashMap<>();
    add(fields, "", node);
    return fields;
  }

  private static void add(Map<String, String> fields, String path, JsonNode node) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  add(
                      fields,
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      field.getValue()));
    } else {
      fields.put(path, node.isValueNode() ? node.asText() : node.toString());
    }
  }

  /**
   * A share with its interval.
   *
   * @param share a mean between 0 and 1
   * @return both in percent; without the interval where there is none, or nothing varied at all
   */
  public static String percent(Estimate share) {
    String mean = String.format(Locale.ROOT, "%.1f %%", 100 * share.mean());
    double half = 100 * share.halfWidth();
    if (!share.hasInterval() || half == 0) {
      return mean;
    }
    return mean + String.format(Locale.ROOT, half < 0.05 ? " ± %.2f" : " ± %.1f", half);
  }

  /**
   * A share with the interval of another draw of pictures.
   *
   * @param hits among pictures
   * @return all in percent
   */
  public static String percent(HitRate hits) {
    return String.format(
        Locale.ROOT,
        "%.1f %% [%.1f, %.1f]",
        100 * hits.share(),
        100 * hits.low(),
        100 * hits.high());
  }
}
