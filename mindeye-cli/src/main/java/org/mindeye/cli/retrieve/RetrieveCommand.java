// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.retrieve;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.console.OutputFile;
import org.mindeye.cli.console.PrecisionNames;
import org.mindeye.cli.console.Terminal;
import org.mindeye.cli.data.GivenData;
import org.mindeye.cli.train.TokenWeights;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mindeye retrieve}: which pictures of a gallery were seen. */
@Command(
    name = "retrieve",
    description = {
      "Looks for the seen picture: prints the nearest pictures of a gallery for the mean response to"
          + " each picture of a split (--data, --subject, --split), or for each row of an array"
          + " (--voxels).",
      "The gallery is a folder of pictures, a file of CLIP tokens (.npy, .npz or safetensors), or,"
          + " without --gallery, the split's own pictures. Pictures are encoded with --clip."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class RetrieveCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--weights",
      paramLabel = "W",
      required = true,
      description = "Safetensors, .pth or .npz, or the folder of a checkpoint.")
  private Path weights;

  @Option(names = "--data", paramLabel = "DIR", description = GivenData.HELP)
  private Path data;

  @Option(names = "--subject", paramLabel = "N", description = "The number in the file names.")
  private Integer subject;

  @Option(names = "--split", paramLabel = "NAME", description = "train, validation or test.")
  private Split split;

  @Option(
      names = "--voxels",
      paramLabel = "NPY",
      description = "[voxels] or [samples, voxels], instead of a split.")
  private Path voxels;

  @Option(
      names = "--gallery",
      paramLabel = "PATH",
      description = "A folder of pictures, or a file of tokens.")
  private Path gallery;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description = "Of the tokens, where a file has several tensors.")
  private String tensor;

  @Option(names = "--clip", paramLabel = "FILE", description = "CLIP's image tower.")
  private Path clip;

  @Option(
      names = "--clip-config",
      paramLabel = "JSON",
      description = "Its shape, where the file does not state it.")
  private Path clipConfig;

  @Option(
      names = {"-k", "--top"},
      paramLabel = "K",
      description = "Pictures per response (5).")
  private int top = 5;

  @Option(names = "--json", paramLabel = "FILE", description = "Also writes them for programs.")
  private Path json;

  @Option(names = "--html", paramLabel = "FILE", description = "Also writes a page of pictures.")
  private Path html;

  @Option(names = "--precision", paramLabel = "P", description = PrecisionNames.HELP_WITH_CLIP)
  private String precision = "FLOAT32";

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device = "cpu";

  /** Creates the command; picocli fills in the options. */
  public RetrieveCommand() {}

  @Override
  public Integer call() throws IOException {
    requireSense();
    Device where = Misuse.accepted(spec, () -> Torch.device(device));
    Precision format = PrecisionNames.asked(spec, precision, where);
    try (BackboneEncoder encoder = TokenWeights.open(weights).encoder(format, where);
        SubjectSource from = voxels == null ? given() : null) {
      int width = encoder.voxels();
      List<Trial> trials = from == null ? List.of() : trials(from, width);
      List<Query> queries = voxels == null ? Query.of(trials) : Query.read(voxels, width);
      try (Gallery searched = gallery(encoder.space(), trials, format.withoutIntegers(), where);
          MindEyePipeline pipeline =
              MindEyePipeline.builder(where)
                  .lendEncoder(encoder)
                  .lendRetriever(searched.index())
                  .build()) {
        write(new FindingsOutput(Findings.search(pipeline, queries, searched, top)));
      }
    }
    return 0;
  }

  /** What can be known before anything is read. */
  private void requireSense() throws IOException {
    boolean some = data != null || subject != null || split != null;
    boolean all = data != null && subject != null && split != null;
    if (voxels == null ? !all : some) {
      throw Misuse.of(
          spec, "the responses come from --data, --subject and --split, or from --voxels");
    }
    if (gallery == null && voxels != null) {
      throw Misuse.of(
          spec, "--voxels needs a --gallery: a folder of pictures, or a file of tokens");
    }
    if (gallery != null && !Files.exists(gallery)) {
      throw new NoSuchFileException(gallery.toString(), null, "no such file or folder");
    }
    boolean pictures = gallery == null || Files.isDirectory(gallery);
    if (pictures && clip == null) {
      throw Misuse.of(spec, "pictures are encoded with CLIP's image tower: give --clip");
    }
    if (!pictures && (clip != null || clipConfig != null)) {
      throw Misuse.of(
          spec, "--clip and --clip-config are for pictures, but the gallery is a file of tokens");
    }
    if (pictures && tensor != null) {
      throw Misuse.of(spec, "--tensor is for a file of tokens, but the gallery is of pictures");
    }
    if (top < 1) {
      throw Misuse.of(spec, "--top: expected at least 1 but was " + top);
    }
    for (Path file : new Path[] {json, html}) {
      if (file != null) {
        OutputFile.requireFolder(file);
      }
    }
  }

  private SubjectSource given() throws IOException {
    Console console = new Console(System.err, Terminal.isInteractive());
    return GivenData.open(data, subject, console);
  }

  private List<Trial> trials(SubjectSource from, int width) throws IOException {
    try (TrialSource dataset = from.trials(split, width)) {
      return dataset.readAll();
    }
  }

  private Gallery gallery(ClipSpace space, List<Trial> trials, Precision format, Device where)
      throws IOException {
    if (gallery != null && !Files.isDirectory(gallery)) {
      try (TokenFile file = TokenFile.open(gallery, tensor)) {
        return Gallery.of(file, space, format, where);
      }
    }
    List<Picture> pictures = gallery == null ? Picture.of(trials) : Picture.in(gallery);
    try (ClipImageEncoder tower = tower(format, where)) {
      return Gallery.encode(pictures, tower, space, where);
    }
  }

  private ClipImageEncoder tower(Precision format, Device where) throws IOException {
    return clipConfig == null
        ? ClipImageEncoder.load(clip, format, where)
        : ClipImageEncoder.load(clip, VisionTransformerConfig.read(clipConfig), format, where);
  }

  private void write(FindingsOutput output) throws IOException {
    if (json != null) {
      output.writeJson(json);
    }
    if (html != null) {
      output.writeHtml(html);
    }
    PrintWriter console = spec.commandLine().getOut();
    console.println(output.table());
    console.flush();
  }
}
