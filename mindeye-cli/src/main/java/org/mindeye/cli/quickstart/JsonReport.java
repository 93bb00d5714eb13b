// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.cli.ladder.LadderJson;
import org.mindeye.cli.report.EvaluationJson;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.formats.io.StagedFile;

/**
 * The report for programs. Holds no time and no path, so that two runs with the same seed on the
 * same machine are equal byte by byte.
 */
final class JsonReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonReport() {}

  static void write(QuickstartResult result, Path file) throws IOException {
    StagedFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree(result)));
  }

  private static ObjectNode tree(QuickstartResult result) {
    ObjectNode root = JSON.createObjectNode();
    root.put("seed", result.config().seed());
    root.set("training", DocumentWriter.fields(result.config().training()));
    root.set("brain", DocumentWriter.fields(result.config().brain()));
    root.set("model", DocumentWriter.fields(result.config().model()));
    root.set("record", DocumentWriter.fields(result.trained().record()));
    root.put("parameters", result.trained().parameters());
    root.putObject("images")
        .put("training", result.data().training().size())
        .put("validation", result.data().validation().size())
        .put("test", result.data().test().size());
    EvaluationJson.add(root, result.evaluation());
    EvaluationJson.add(root, result.trained().history());
    lowLevel(root.putObject("low_level"), result);
    ObjectNode painted = root.putObject("painted");
    painted.put("prior_steps", result.config().painting().priorSteps());
    painted.set("decoding", DocumentWriter.fields(result.config().painting().decoding()));
    LadderJson.add(painted, result.painting().scores());
    return root;
  }

  private static void lowLevel(ObjectNode node, QuickstartResult result) {
    node.set("training", DocumentWriter.fields(result.config().recipes().lowLevel()));
    node.set("model", DocumentWriter.fields(result.lowLevel().model()));
    node.put("parameters", result.lowLevel().parameters());
    EvaluationJson.add(node.putObject("test"), result.lowLevel().pictures());
    EvaluationJson.add(node, result.lowLevel().history());
  }
}
