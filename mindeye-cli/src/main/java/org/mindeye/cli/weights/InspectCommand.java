// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
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
          + " of a run or a checkpoint: what was trained, and where its weights are.",
      "Nothing in the file is run: what a checkpoint would have Python call is listed, and inert."
    },
    mixinStandardHelpOptions = true)
public final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description =
          "Safetensors, a torch checkpoint (.pth, .pt, .bin), .npz or .npy; or the folder of a run"
              + " or a checkpoint.")
  private Path file;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** Creates the command; picocli fills in the options. */
  public InspectCommand() {}

  @Override
  public Integer call() throws IOException {
    if (TrainedRun.isRun(file)) {
      print(new RunInspection(TrainedRun.open(file)));
      return 0;
    }
    Inspection found = Inspection.of(file);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(InspectionJson.text(found));
    } else {
      InspectionText.lines(found).forEach(out::println);
    }
    out.flush();
    found.requireNumbers();
    return 0;
  }

  private void print(RunInspection run) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(run.json());
    } else {
      run.lines().forEach(out::println);
    }
    out.flush();
  }
}
