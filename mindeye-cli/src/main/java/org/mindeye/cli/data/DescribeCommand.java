// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.mindeye.Printable;
import org.mindeye.data.description.DataDescription;
import org.mindeye.data.description.DataDescription.Part;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mindeye describe}: what a file or folder of brain data is. */
@Command(
    name = "describe",
    description = {
      "Says what a file or folder of brain data is and what is in it: arrays with their shapes and"
          + " units, columns, splits, what is missing, what it would be for and where it comes from,"
          + " and the noise ceiling where it can be known.",
      "Reads headers, tables, small images and, for the ceiling, the test split; `mindeye inspect`"
          + " is for files of weights."
    },
    mixinStandardHelpOptions = true)
public final class DescribeCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PATH",
      description =
          "HDF5, MATLAB, NIfTI, MGH, NumPy, GLMsingle's files, tables, shards; or a folder of data"
              + " that --data takes.")
  private Path path;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** Creates the command; picocli fills in the options. */
  public DescribeCommand() {}

  @Override
  public Integer call() throws IOException {
    DataDescription found = DataDescription.read(path);
    List<String> ceilings = Ceilings.of(path);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(found, ceilings));
    } else {
      lines(found, ceilings).forEach(line -> out.println(Printable.line(line)));
    }
    out.flush();
    return 0;
  }

  private static List<String> lines(DataDescription found, List<String> ceilings) {
    List<String> lines = new ArrayList<>();
    lines.add(found.path().toString());
    lines.add("is: " + found.what());
    int width = found.parts().stream().mapToInt(part -> part.name().length()).max().orElse(0);
    for (Part part : found.parts()) {
      String name = part.name() + " ".repeat(width - part.name().length());
      lines.add(
          "  " + name + "  " + part.form() + (part.what().isEmpty() ? "" : ": " + part.what()));
    }
    found.notes().forEach(lines::add);
    lines.addAll(ceilings);
    found.missing().forEach(line -> lines.add("missing: " + line));
    return lines;
  }

  private static String json(DataDescription found, List<String> ceilings)
      throws JsonProcessingException {
    ObjectNode root = JSON.createObjectNode();
    root.put("path", found.path().toString());
    root.put("what", found.what());
    ArrayNode parts = root.putArray("parts");
    for (Part part : found.parts()) {
      parts.addObject().put("name", part.name()).put("form", part.form()).put("what", part.what());
    }
    root.set("notes", JSON.valueToTree(found.notes()));
    root.set("noise_ceiling", JSON.valueToTree(ceilings));
    root.set("missing", JSON.valueToTree(found.missing()));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }
}
