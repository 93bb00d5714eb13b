// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.mindeye.Plural;
import org.mindeye.core.memory.MemoryBudget;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mindeye doctor}: versions, devices, memory, settings; what is wrong and its remedy. */
@Command(
    name = "doctor",
    description = {
      "Shows versions, devices, threads, memory and settings, starts the engine, and says what is"
          + " wrong and how to fix it.",
      "With --full-size also runs the published model at its real size (minutes; 16 GiB, 4 GB of"
          + " disk).",
      "Exits with 0 if everything works, with 1 otherwise."
    },
    mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
  /** In the order they are shown; what starts the engine comes last. */
  private static final List<Check> CHECKS =
      List.of(
          new VersionsCheck(),
          new MachineCheck(),
          new MemoryCheck(),
          new NetworkCheck(),
          new NativeSettingsCheck(),
          new EngineCheck());

  private static final int SUBJECT_WIDTH = 22;

  @Spec private CommandSpec spec;

  @Option(
      names = "--full-size",
      description = {
        "Initialise, save, load, run and train two steps of the published 947,579,904 parameters, and"
            + " hold the peaks of memory against their limits."
      })
  private boolean fullSize;

  @Option(
      names = "--full-size-folder",
      paramLabel = "DIR",
      description =
          "Where --full-size writes its 3.8 GB, which it deletes (default: the temporary folder).")
  private Path fullSizeFolder;

  /** Creates the command; picocli fills in the options. */
  public DoctorCommand() {}

  @Override
  public Integer call() throws IOException {
    if (fullSizeFolder != null && !fullSize) {
      throw new ParameterException(
          spec.commandLine(), "--full-size-folder says where --full-size writes: give both");
    }
    Surroundings here = Surroundings.here();
    PrintWriter out = spec.commandLine().getOut();
    int wrong = 0;
    for (Check check : CHECKS) {
      for (Finding finding : check.examine(here)) {
        out.println(line(finding));
        wrong += finding.state() == Finding.State.WRONG ? 1 : 0;
      }
      out.flush();
    }
    out.println(wrong == 0 ? "everything works" : Plural.of(wrong, "problem") + " to fix");
    out.flush();
    boolean fits = !fullSize || fullSize(out);
    return wrong == 0 && fits ? 0 : 1;
  }

  private boolean fullSize(PrintWriter out) throws IOException {
    MemoryBudget memory = MemoryBudget.of(Device.cpu());
    return new FullSize(ChildJvm.ofThis(), memory, out).run(fullSizeFolder);
  }

  static String line(Finding finding) {
    String mark =
        switch (finding.state()) {
          case OK -> "ok   ";
          case NOTE -> "note ";
          case WRONG -> "WRONG";
        };
    String line = String.format(Locale.ROOT, "%s %%-%ds %%s", mark, SUBJECT_WIDTH);
    String shown = String.format(Locale.ROOT, line, finding.subject(), finding.text());
    return finding.remedy().isEmpty()
        ? shown
        : shown + System.lineSeparator() + "      -> " + finding.remedy();
  }
}
