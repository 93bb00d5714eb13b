// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.mindeye.Plural;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.formats.io.StagedFile;

/**
 * What was found for each query.
 *
 * @param gallery how many vectors were searched
 * @param queries what was looked for
 * @param found a list for each, best first
 */
record GalleryHits(long gallery, List<GalleryQuery> queries, List<List<Neighbor>> found) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What something that was found is called. */
  static String name(Neighbor neighbor) {
    return Described.name(neighbor.id(), neighbor.metadata());
  }

  static String cosine(Neighbor neighbor) {
    return String.format(Locale.ROOT, "%.3f", neighbor.score());
  }

  /** A line for each of what was found. */
  String table() {
    int queryWidth = width("query", queries.stream().map(GalleryQuery::name));
    int nameWidth = width("found", found.stream().flatMap(List::stream).map(GalleryHits::name));
    String format = "%-" + queryWidth + "s  %4s  %-" + nameWidth + "s  %7s";
    StringBuilder text = new StringBuilder();
    line(text, format, "query", "rank", "found", "cosine");
    for (int i = 0; i < queries.size(); i++) {
      int rank = 0;
      for (Neighbor neighbor : found.get(i)) {
        rank++;
        line(text, format, queries.get(i).name(), rank, name(neighbor), cosine(neighbor));
      }
    }
    return text.append(summary()).toString();
  }

  private static int width(String heading, Stream<String> texts) {
    return Math.max(heading.length(), texts.mapToInt(String::length).max().orElse(0));
  }

  private static void line(StringBuilder text, String format, Object... cells) {
    text.append(String.format(Locale.ROOT, format, cells).stripTrailing());
    text.append(System.lineSeparator());
  }

  /** One sentence, without its full stop. */
  String summary() {
    return Plural.of(queries.size(), "query") + " among " + Plural.of(gallery, "vector");
  }

  /** Holds no time and no path. */
  void writeJson(Path file) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("gallery", gallery);
    ArrayNode all = root.putArray("queries");
    for (int i = 0; i < queries.size(); i++) {
      ArrayNode hits = all.addObject().put("query", queries.get(i).name()).putArray("found");
      for (Neighbor neighbor : found.get(i)) {
        ObjectNode hit =
            hits.addObject()
                .put("id", neighbor.id())
                .put("name", name(neighbor))
                .put("cosine", neighbor.score());
        hit.set("metadata", JSON.valueToTree(new TreeMap<>(neighbor.metadata())));
      }
    }
    StagedFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
  }
}
