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
import org.mindeye.formats.io.StagedFile;

/**
 * What was found for each query.
 *
 * @param gallery how many vectors were searched
 * @param queries what was looked for
 * @param found a list for each, best first
 */
record GalleryHits(long gallery, List<GalleryQuery> queries, List<List<GalleryHit>> found) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How many queries found the picture that was seen. */
  private long seen(boolean first) {
    return found.stream()
        .map(hits -> first ? hits.subList(0, 1) : hits)
        .filter(hits -> hits.stream().anyMatch(GalleryHit::seen))
        .count();
  }

  /** A line for each of what was found. */
  String table() {
    int queryWidth = width("query", queries.stream().map(GalleryQuery::name));
    int nameWidth = width("found", found.stream().flatMap(List::stream).map(GalleryHit::name));
    String format = "%-" + queryWidth + "s  %4s  %-" + nameWidth + "s  %7s  %s";
    StringBuilder text = new StringBuilder();
    line(text, format, "query", "rank", "found", "cosine", "");
    for (int i = 0; i < queries.size(); i++) {
      int rank = 0;
      for (GalleryHit hit : found.get(i)) {
        rank++;
        String mark = hit.seen() ? "seen" : "";
        line(text, format, queries.get(i).name(), rank, hit.name(), hit.cosine(), mark);
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
    String what = Plural.of(queries.size(), "query") + " among " + Plural.of(gallery, "vector");
    boolean known =
        found.stream()
            .flatMap(List::stream)
            .anyMatch(hit -> hit.compared() != GalleryHit.Seen.UNKNOWN);
    return !known
        ? what
        : String.format(
            Locale.ROOT,
            "%s; the seen picture came first for %d, and is shown for %d",
            what,
            seen(true),
            seen(false));
  }

  /** Holds no time and no path. */
  void writeJson(Path file) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("gallery", gallery);
    ArrayNode all = root.putArray("queries");
    for (int i = 0; i < queries.size(); i++) {
      ArrayNode hits = all.addObject().put("query", queries.get(i).name()).putArray("found");
      for (GalleryHit hit : found.get(i)) {
        ObjectNode node =
            hits.addObject()
                .put("id", hit.neighbor().id())
                .put("name", hit.name())
                .put("cosine", hit.neighbor().score());
        if (hit.compared() != GalleryHit.Seen.UNKNOWN) {
          node.put("seen", hit.seen());
        }
        node.set("metadata", JSON.valueToTree(new TreeMap<>(hit.neighbor().metadata())));
      }
    }
    StagedFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
  }
}
