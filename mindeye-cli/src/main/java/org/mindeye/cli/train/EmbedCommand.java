// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.console.OutputFile;
import org.mindeye.cli.console.PrecisionNames;
import org.mindeye.cli.console.Terminal;
import org.mindeye.cli.data.GivenData;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.TrialSource;
import org.mindeye.formats.RowWriter;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.MultistepSampler;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.MindEyeWeights;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mindeye embed}: what a trained model says about a split. */
@Command(
    name = "embed",
    description = {
      "Writes the CLIP tokens that a trained model predicts from the mean response to each picture"
          + " of a split, in the order of the files: tokens, projected (after the projector; the"
          + " tokens themselves without one), coco_ids, keys (bytes, filled up with zeros) and,"
          + " with --prior, sampled.",
      "The split is read, encoded and written batch by batch; OUT appears only when it is complete."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class EmbedCommand implements Callable<Integer> {
  private static final long SEED = 42;

  @Spec private CommandSpec spec;

  @Option(
      names = "--weights",
      paramLabel = "W",
      required = true,
      description = "Safetensors, .pth or .npz, or the folder of a checkpoint.")
  private Path weights;

  @Option(names = "--data", paramLabel = "DIR", required = true, description = GivenData.HELP)
  private Path data;

  @Option(
      names = "--subject",
      paramLabel = "N",
      required = true,
      description = "The number in the file names.")
  private int subject;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      required = true,
      description = "train, validation or test.")
  private Split split;

  @Option(
      names = "--out",
      paramLabel = "OUT",
      required = true,
      description = "Ends with .npz or .safetensors; replaced if it exists.")
  private Path out;

  @Option(names = "--prior", description = "Also sample image tokens from the diffusion prior.")
  private boolean prior;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Network calls of the multistep sampler (default: all timesteps, as published).")
  private Integer steps;

  @Option(names = "--seed", paramLabel = "N", description = "Of the samples (42).")
  private Long seed;

  @Option(names = "--precision", paramLabel = "P", description = PrecisionNames.HELP)
  private String precision = "FLOAT32";

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device = "cpu";

  /** Creates the command; picocli fills in the options. */
  public EmbedCommand() {}

  @Override
  public Integer call() throws IOException {
    if (!prior && (steps != null || seed != null)) {
      throw Misuse.of(spec, "--steps and --seed are for --prior");
    }
    MultistepSampler sampler =
        steps == null ? null : Misuse.accepted(spec, () -> new MultistepSampler(steps));
    Device where = Misuse.accepted(spec, () -> Torch.device(device));
    Precision format = PrecisionNames.asked(spec, precision, where);
    if (prior && format == Precision.INT8_WEIGHTS) {
      throw Misuse.of(
          spec, "--precision: " + format + " is for the backbone alone; --prior takes BFLOAT16");
    }
    OutputFile.requireFolder(out);
    try (RowWriter file = Misuse.accepted(spec, () -> RowWriter.create(out));
        MindEyeModel model = model(format, where);
        BackboneEncoder encoder = BackboneEncoder.of(model.backbone());
        SubjectSource from =
            GivenData.open(data, subject, new Console(System.err, Terminal.isInteractive()));
        TrialSource dataset = from.trials(split, encoder.voxels())) {
      DiffusionPrior trained = model.prior().orElse(null);
      DiffusionPrior sampled = sampler == null ? trained : trained.withSampler(sampler);
      int samples =
          new Embedding(encoder, sampled, seed == null ? SEED : seed, file).write(dataset);
      PrintWriter console = spec.commandLine().getOut();
      console.printf(
          Locale.ROOT,
          "%s: %s of %s CLIP tokens%n",
          out,
          Plural.of(samples, "sample"),
          encoder.space());
      console.flush();
    }
    return 0;
  }

  private MindEyeModel model(Precision format, Device where) throws IOException {
    MindEyeWeights trained = TokenWeights.open(weights);
    if (prior && !trained.hasPrior()) {
      throw new MindEyeException(
          weights + ": expected a diffusion prior too but found none; leave --prior out");
    }
    return trained.load(prior, format, where);
  }
}
