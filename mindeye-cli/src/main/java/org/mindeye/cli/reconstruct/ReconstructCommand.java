// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.console.PrecisionNames;
import org.mindeye.cli.console.Terminal;
import org.mindeye.cli.train.StopRequest;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.data.Trial;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mindeye reconstruct}: pictures of what was seen. */
@Command(
    name = "reconstruct",
    description = {
      "Paints what was seen, from the mean response to each picture of a split: the model's backbone"
          + " and prior make CLIP tokens of it, the painter in --weights makes a picture of them,"
          + " from noise or, with --low-level, from the blurry picture of the low-level branch.",
      "OUT gets a PNG for each response, contact-sheet.html, and reconstruct.json with seeds,"
          + " scores, settings and sums of the weights. Ctrl-C and SIGTERM end it between two steps;"
          + " the same command goes on where it was."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class ReconstructCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--weights",
      paramLabel = "DIR",
      required = true,
      description =
          "The painter, as diffusers saves it: Versatile Diffusion's folder, or that of Stable"
              + " Diffusion Image Variations. Or a folder with unet.safetensors and"
              + " autoencoder.safetensors of your own.")
  private Path painter;

  @Option(
      names = "--model",
      paramLabel = "W",
      required = true,
      description =
          "Backbone and prior: safetensors, .pth or .npz, or the folder of a run (its best epoch) or"
              + " of a checkpoint.")
  private Path model;

  @Option(
      names = "--low-level",
      paramLabel = "W",
      description = "The low-level branch: safetensors or .pth, or the folder of a run.")
  private Path lowLevel;

  @Option(
      names = "--clip",
      paramLabel = "PATH",
      description =
          "CLIP's image tower, a file or its folder, to choose among candidates (default: the"
              + " painter's own, if it has one).")
  private Path clip;

  @Option(
      names = "--out",
      paramLabel = "OUT",
      required = true,
      description = "Where everything goes: empty, new, or of this very command.")
  private Path out;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "Of all networks: FLOAT32 (default), BFLOAT16, or fastest: what is known to be fastest"
              + " here.")
  private String precision = "FLOAT32";

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device = "cpu";

  @Mixin(name = "Responses")
  private ResponseOptions responses = new ResponseOptions();

  @Mixin(name = "Painting")
  private PaintingOptions painting = new PaintingOptions();

  /** Creates the command; picocli fills in the options. */
  public ReconstructCommand() {}

  @Override
  public Integer call() throws IOException {
    Device where = Misuse.accepted(spec, () -> Torch.device(device));
    Precision format = PrecisionNames.askedWithoutBackbone(spec, precision, where);
    requireSense();
    PaintedFolder.requireUsable(out);
    Console console = new Console(System.err, Terminal.isInteractive());
    ReconstructionInputs inputs =
        ReconstructionInputs.open(
            new NetworkPlaces(model, painter, lowLevel, clip), responses, painting.candidates());
    DecodeConfig config = Misuse.accepted(spec, () -> painting.over(inputs.published()));
    Misuse.accepted(
        spec,
        () -> {
          inputs.requireRuns(config, painting.priorSteps());
          return null;
        });
    console.say("%s", responses.recognised());
    console.say("taking the sums of the weights");
    PaintingRequest request =
        new PaintingRequest(
            responses.subject(),
            responses.split().toString(),
            inputs.sums(),
            config,
            painting.priorSteps(),
            format,
            painting.everyCandidate());
    try (PaintedFolder folder = PaintedFolder.claim(out, request)) {
      paint(inputs, folder, where, console);
    }
    return 0;
  }

  private void paint(
      ReconstructionInputs inputs, PaintedFolder folder, Device where, Console console)
      throws IOException {
    List<Trial> trials = inputs.trials();
    ContactSheet sheet = new ContactSheet(folder, trials);
    if (trials.stream().allMatch(folder::holds)) {
      sheet.write();
      report(folder, trials.size(), trials.size());
      return;
    }
    console.say("loading the networks");
    try (MindEyePipeline pipeline = inputs.load(folder.record().request(), where);
        StopRequest stop = StopRequest.listen(console)) {
      int done = new ReconstructionRun(pipeline, folder, console, stop::requested, 0).paint(trials);
      sheet.write();
      report(folder, done, trials.size());
      stop.done();
    }
  }

  private void report(PaintedFolder folder, int done, int all) {
    PrintWriter console = spec.commandLine().getOut();
    console.printf(
        Locale.ROOT,
        "%s: %d of %s%s; page: %s%n",
        folder,
        done,
        Plural.of(all, "picture"),
        done < all ? ", the same command goes on" : "",
        folder.sheet());
    console.flush();
  }

  /** What can be known before anything is read. */
  private void requireSense() {
    Misuse.accepted(
        spec,
        () -> {
          responses.requireSense();
          return null;
        });
    Misuse.accepted(spec, () -> painting.over(DecodeConfig.paper()));
    if (painting.candidates() < 1) {
      throw Misuse.of(spec, "--candidates: expected at least 1 but was " + painting.candidates());
    }
    if (painting.everyCandidate() && painting.candidates() == 1) {
      throw Misuse.of(spec, "--all-candidates is for more than one: give --candidates");
    }
    if (painting.hasStrength() && lowLevel == null) {
      throw Misuse.of(spec, "--strength is for --low-level, whose blurry picture it paints over");
    }
    if (clip != null && painting.candidates() == 1) {
      throw Misuse.of(spec, "--clip is for choosing among several: give --candidates");
    }
  }
}
