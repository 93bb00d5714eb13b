package org.mindeye.examples.doctor;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mindeye doctor}: versions, devices, memory, settings; what is wrong and its remedy. */
@Command(
    name = "doctor",
    description = {
      "Shows versions, devices, threads, memory and settings, starts the engine, and says what is"
          + " wrong and how to mend it.",
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

  /** Creates the command; picocli fills in the options. */
  public DoctorCommand() {}

  @Override
  public Integer call() {
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
    out.println(wrong == 0 ? "everything works" : wrong + " thing(s) to mend");
    out.flush();
    return wrong == 0 ? 0 : 1;
  }

  static String line(Finding finding) {
    String mark =
        switch (finding.state()) {
          case OK -> "ok   ";
          case NOTE -> "note ";
          case WRONG -> "WRONG";
        };
    String line = "%s %%-%ds %%s".formatted(mark, SUBJECT_WIDTH);
    String shown = line.formatted(finding.subject(), finding.text());
    return finding.remedy().isEmpty()
        ? shown
        : shown + System.lineSeparator() + "      -> " + finding.remedy();
  }
}
