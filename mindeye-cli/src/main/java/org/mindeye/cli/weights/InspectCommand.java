// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.mindeye.core.weights.WeightFolder;
import org.mindeye.reconstruction.DiffusersFolder;
import org.mindeye.training.TrainedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mindeye inspect}: what is in a file of weights, without running any of it. */
@Command(
    name = "inspect",
    description = {
      "Lists the tensors of a file, and says which model it is if it is a known one. Of the folder"
          + " of a run or a checkpoint: what was trained, and where its weights are. Of the folder of"
          + " a painter: its parts, and what is missing.",
      "Nothing in the file is run: what a checkpoint would have Python call is listed, and inert."
    },
    mixinStandardHelpOptions = true)
public final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description =
          "Safetensors, a torch checkpoint (.pth, .pt, .bin), .npz or .npy; or the folder of a run"
              + " or a checkpoint, of a painter that diffusers saved, or of one of its parts.")
  private Path file;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** Creates the command; picocli fills in the options. */
  public InspectCommand() {}

  @Override
  public Integer call() throws IOException {
    if (TrainedRun.isRun(file)) {
      RunInspection run = new RunInspection(TrainedRun.open(file));
      print(json ? List.of(run.json()) : run.lines());
      return 0;
    }
    if (DiffusersFolder.isOne(file)) {
      PainterInspection painter = new PainterInspection(file);
      print(json ? List.of(painter.json()) : painter.lines());
      return 0;
    }
    boolean part = WeightFolder.configAt(file).isPresent();
    Inspection found = Inspection.of(part ? WeightFolder.at(file).weights() : file);
    print(json ? List.of(InspectionJson.text(found)) : InspectionText.lines(found));
    found.requireNumbers();
    return 0;
  }

  private void print(List<String> lines) {
    PrintWriter out = spec.commandLine().getOut();
    lines.forEach(out::println);
    out.flush();
  }
}
