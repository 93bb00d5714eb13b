// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.cli.console.OutputFile;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.torch.ExpansionLimit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mindeye convert}: the tensors of any file of weights, as safetensors. */
@Command(
    name = "convert",
    description = {
      "Writes the tensors of a torch checkpoint, a NumPy archive or a safetensors file as"
          + " safetensors.",
      "Floating types become float32, 16-bit integers int32. What is not a tensor is left out"
          + " and listed. OUT appears only when it is complete."
    },
    mixinStandardHelpOptions = true)
public final class ConvertCommand implements Callable<Integer> {
  /** Names shown where none is right. */
  private static final int SHOWN = 3;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "IN", description = "Safetensors, .pth, .pt, .bin or .npz.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "Ends with .safetensors.")
  private Path out;

  @Option(
      names = "--entry",
      paramLabel = "KEY",
      description =
          "Which part of a checkpoint: keys and positions, slashes between, as inspect shows them;"
              + " for example model_state_dict. By default the weights under their usual key, or all"
              + " tensors of the file by place: 0, images/3; one tensor alone is called tensor.")
  private String entry;

  @Option(
      names = "--only",
      paramLabel = "PREFIX",
      description =
          "Only tensors whose names start with it, which they lose; for example ema_model.")
  private String only;

  @Option(
      names = "--strip-prefix",
      paramLabel = "PREFIX",
      description = "Names that start with it lose it; for example module.")
  private String prefix;

  @Option(
      names = "--max-expansion",
      paramLabel = "TIMES",
      description =
          "How many times the bytes it stores the tensors of a checkpoint may take together, when"
              + " they repeat elements and are more than 1 GiB. Default: ${DEFAULT-VALUE}.")
  private long maxExpansion = ExpansionLimit.DEFAULT.times();

  @Option(names = "--force", description = "Replace OUT if it exists.")
  private boolean force;

  /** Creates the command; picocli fills in the options. */
  public ConvertCommand() {}

  @Override
  public Integer call() throws IOException {
    if (!out.toString().endsWith(".safetensors")) {
      throw new ParameterException(
          spec.commandLine(), out + ": expected a name that ends with .safetensors");
    }
    if (maxExpansion < 1) {
      throw new ParameterException(
          spec.commandLine(), "--max-expansion: expected 1 or more but was " + maxExpansion);
    }
    OutputFile.requireFolder(out);
    if (Files.exists(out) && !force) {
      throw new FileAlreadyExistsException(out.toString(), null, "use --force to replace it");
    }
    ExpansionLimit limit = ExpansionLimit.DEFAULT.withTimes(maxExpansion);
    try (Source source = Source.open(in, entry, limit)) {
      StateDict tensors = named(source.tensors());
      tensors.requireWeights();
      WeightFiles.write(out, tensors, tensors.metadata());
      report(tensors, source.leftOut());
    }
    return 0;
  }

  private StateDict named(StateDict all) {
    StateDict chosen = all;
    if (only != null) {
      requirePrefix(all, "--only", only);
      chosen = all.under(only);
    }
    if (prefix != null) {
      requirePrefix(chosen, "--strip-prefix", prefix);
      chosen = chosen.withPrefixStripped(prefix);
    }
    return chosen;
  }

  /** A prefix that no name has was meant otherwise. */
  private static void requirePrefix(StateDict tensors, String option, String prefix) {
    if (tensors.names().stream().noneMatch(name -> name.startsWith(prefix))) {
      throw new MalformedFileException(
          tensors.source(),
          "names that start with '" + prefix + "', as " + option + " says,",
          "none among " + tensors.names().stream().limit(SHOWN).toList() + " and the others");
    }
  }

  private void report(StateDict tensors, List<String> leftOut) {
    PrintWriter console = spec.commandLine().getOut();
    List<TensorInfo> infos = tensors.names().stream().map(tensors::info).toList();
    console.printf(
        Locale.ROOT,
        "%s: %s, %s%n",
        out,
        Plural.of(infos.size(), "tensor"),
        Plural.of(infos.stream().mapToLong(TensorInfo::size).sum(), "parameter"));
    leftOut.forEach(line -> console.println("left out: " + Printable.line(line)));
    console.flush();
  }
}
