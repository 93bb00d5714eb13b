// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.core.engine.NativeFormats;
import org.mindeye.formats.io.StagedFile;

/** The rows for programs. */
final class BenchJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private BenchJson() {}

  static void write(Path file, List<Row> rows, String advice) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("bfloat16_instructions", NativeFormats.ofThisMachine().toString());
    root.put("threads", rows.get(0).threads());
    ArrayNode list = root.putArray("rows");
    for (Row row : rows) {
      ObjectNode node = list.addObject();
      node.put("work", row.work());
      node.put("precision", row.precision().name());
      node.put("p50_ms", row.times().p50());
      node.put("p95_ms", row.times().p95());
      row.memory().ifPresent(bytes -> node.put("memory_bytes", bytes));
      row.loading().ifPresent(bytes -> node.put("loading_bytes", bytes));
      ArrayNode all = node.putArray("ms");
      row.times().millis().forEach(all::add);
    }
    root.put("advice", advice);
    StagedFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
  }
}
