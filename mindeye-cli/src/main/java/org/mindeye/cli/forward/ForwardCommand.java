// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.console.OutputFile;
import org.mindeye.cli.console.PrecisionNames;
import org.mindeye.cli.console.Wrapped;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mindeye forward}: one network, loss or sampler on given tensors. */
@Command(
    name = "forward",
    description = {
      "Runs one component on the tensors of a file, exactly as the library does, and writes its"
          + " results as safetensors; the file appears only when it is complete.",
      "COMPONENT is backbone, clip, losses, prior, prior-sample, final-layer-prior,"
          + " lowlevel, vae-encode, vae-decode, convnext, alexnet, inception_v3,"
          + " efficientnet_b1, resnet50, unet, scheduler, img2img or metrics;"
          + " `mindeye forward COMPONENT --help` shows its configuration and its tensors."
    })
public final class ForwardCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "COMPONENT", arity = "0..1", description = "Which one.")
  private String component;

  @Option(names = "--config", paramLabel = "C.json", description = "All fields of its record.")
  private Path config;

  @Option(names = "--weights", paramLabel = "W", description = "Safetensors, .pth or .npz.")
  private Path weights;

  @Option(names = "--inputs", paramLabel = "IN", description = "Safetensors.")
  private Path inputs;

  @Option(names = "--output", paramLabel = "OUT", description = "Replaced if it exists.")
  private Path output;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "Of networks: FLOAT32 (default), BFLOAT16, INT8_WEIGHTS (backbone), or fastest: what is"
              + " known to be fastest here.")
  private String precision;

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device = "cpu";

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      description = "clip, bimixco, softclip or soft-contrastive.")
  private LossChoice.Kind loss;

  @Option(names = "--temperature", paramLabel = "T", description = "Of the loss; positive.")
  private Double temperature;

  @Option(
      names = "--sampler",
      paramLabel = "NAME",
      description = "ddpm, ddim, ddim-as-published or multistep.")
  private SamplerChoice.Kind sampler;

  @Option(names = "--scheduler", paramLabel = "NAME", description = "unipc, dpm-solver or ddim.")
  private SchedulerChoice.Kind scheduler;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Of any sampler but ddpm, and of schedulers.")
  private Integer steps;

  @Option(
      names = "--start",
      paramLabel = "K",
      description = "Of schedulers: how many steps to leave out at the noisy end; 0 by default.")
  private Integer start;

  @Option(
      names = "--guidance",
      paramLabel = "S",
      description =
          "Of a prior: how far from what it predicts when shown nothing; 1 (default) is none.")
  private Double guidance;

  @Option(
      names = {"-h", "--help"},
      description = "Show this, and the named component's tensors.")
  private boolean help;

  /** Creates the command; picocli fills in the options. */
  public ForwardCommand() {}

  @Override
  public Integer call() throws IOException {
    if (help) {
      help();
      return 0;
    }
    Component chosen = chosen();
    require("--inputs", inputs, true);
    require("--output", output, true);
    if (config != null || chosen.needsConfig()) {
      require("--config", config, chosen.exampleConfig() != null);
    }
    require("--weights", weights, chosen.hasWeights());
    Choices choices = choices(chosen.options());
    Device where = Misuse.accepted(spec, () -> Torch.device(device));
    Precision format = precision(chosen, where);
    OutputFile.requireFolder(output);
    run(chosen, choices, format, where);
    return 0;
  }

  private void run(Component chosen, Choices choices, Precision format, Device where)
      throws IOException {
    try (StateDict given = WeightFiles.open(inputs);
        CallScope scope = CallScope.open(where)) {
      Job job = new Job(scope.manager(), given, config, weights, choices, format);
      chosen.run(job);
      WeightFiles.write(output, job.results(), Map.of());
      PrintWriter out = spec.commandLine().getOut();
      job.results().forEach((name, array) -> out.println(name + " " + array.getShape()));
      out.flush();
    }
  }

  private Precision precision(Component chosen, Device where) {
    if (precision == null) {
      return Precision.FLOAT32;
    }
    require("--precision", precision, !chosen.precisions().isEmpty());
    Precision format = PrecisionNames.asked(spec, precision, where);
    if (!chosen.precisions().contains(format)) {
      throw Misuse.of(spec, "--precision: " + component + " takes " + chosen.precisions());
    }
    return format;
  }

  private Component chosen() {
    if (component == null) {
      throw Misuse.of(spec, "no component given: one of " + Components.names());
    }
    return Components.named(component)
        .orElseThrow(
            () ->
                Misuse.of(
                    spec, "component '" + component + "': expected one of " + Components.names()));
  }

  /** Whether there are steps depends on the sampler, everything else on the component. */
  private Choices choices(Set<String> taken) {
    require("--loss", loss, taken.contains("--loss"));
    require("--temperature", temperature, taken.contains("--temperature"));
    require("--sampler", sampler, taken.contains("--sampler"));
    require("--scheduler", scheduler, taken.contains("--scheduler"));
    if (sampler == null && scheduler == null) {
      require("--steps", steps, false);
    }
    if (scheduler == null) {
      require("--start", start, false);
    }
    if (!taken.contains("--guidance")) {
      require("--guidance", guidance, false);
    }
    if (guidance != null && !Double.isFinite(guidance)) {
      throw Misuse.of(spec, "--guidance: expected a finite number but was " + guidance);
    }
    return new Choices(
        loss == null ? null : new LossChoice(loss, temperature),
        sampler == null ? null : Misuse.accepted(spec, () -> new SamplerChoice(sampler, steps)),
        scheduler == null
            ? null
            : Misuse.accepted(spec, () -> SchedulerChoice.of(scheduler, steps, start)),
        guidance == null ? 1 : guidance);
  }

  private void require(String option, Object value, boolean needed) {
    if ((value != null) != needed) {
      throw Misuse.of(spec, component + (needed ? " needs " : " does not take ") + option);
    }
  }

  private void help() {
    PrintWriter out = spec.commandLine().getOut();
    if (component == null) {
      spec.commandLine().usage(out);
    } else {
      Component chosen = chosen();
      out.println(Wrapped.lines("mindeye forward " + chosen.name() + ": " + chosen.description()));
      if (chosen.exampleConfig() != null) {
        out.println("configuration (--config), for example:");
        out.println(DocumentWriter.text(chosen.exampleConfig()));
      }
      out.println("inputs:");
      chosen.inputs().forEach(axes -> out.println(Wrapped.lines("  " + axes)));
      out.println("outputs:");
      chosen.outputs().forEach(axes -> out.println(Wrapped.lines("  " + axes)));
    }
    out.flush();
  }
}
