package org.mindeye.examples.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.mindeye.evaluation.DirectionScores;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.report.Table;

/** Parts of reports, for people and for programs. */
public final class Figures {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Figures() {}

  /**
   * Everything a record says.
   *
   * @param caption above the table
   * @param record whose fields, and those of the records in it, are told
   * @return a row per field
   */
  public static Table fields(String caption, Record record) {
    Table table = Table.of(caption, "Field", "Value");
    rows(table, "", JSON.valueToTree(record));
    return table;
  }

  private static void rows(Table table, String path, JsonNode node) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  rows(
                      table,
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      field.getValue()));
    } else {
      table.row(path, node.isValueNode() ? node.asText() : node.toString());
    }
  }

  /**
   * A share with its interval.
   *
   * @param share a mean between 0 and 1
   * @return both in percent
   */
  public static String percent(Estimate share) {
    return String.format(
        Locale.ROOT, "%.1f %% ± %.1f", 100 * share.mean(), 100 * share.halfWidth());
  }

  /**
   * Writes the scores of one direction.
   *
   * @param node gets the fields
   * @param pools top-1 in random pools
   * @param all scores among all images
   */
  public static void direction(ObjectNode node, Estimate pools, DirectionScores all) {
    node.put("pool_top1", pools.mean());
    node.put("pool_top1_half_width", pools.halfWidth());
    node.put("all_top1", all.top1());
    node.put("all_top5", all.top5());
    node.put("all_median_rank", all.medianRank());
  }
}
