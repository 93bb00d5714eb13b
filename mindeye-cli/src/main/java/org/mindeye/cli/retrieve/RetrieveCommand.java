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
import org.mindeye.cli.train.TokenWeights;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.tensor.ClipSpace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin(name = "Responses")
  private BrainOptions responses = new BrainOptions();

  @Mixin(name = "What encodes pictures")
  private TowerOptions clip = new TowerOptions();

  /** Creates the command; picocli fills in the options. */
  public RetrieveCommand() {}

  @Override
  public Integer call() throws IOException {
    requireSense();
    Device where = Misuse.accepted(spec, () -> Torch.device(device));
    Precision format = PrecisionNames.asked(spec, precision, where);
    Console console = new Console(System.err, Terminal.isInteractive());
    try (BackboneEncoder encoder = TokenWeights.open(weights).encoder(format, where);
        BrainQueries asked = responses.open(console)) {
      List<Query> queries = asked.read(encoder.voxels());
      try (Gallery searched = gallery(encoder.space(), queries, format.withoutIntegers(), where);
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
    responses.requireSense(spec);
    clip.requireSense(spec);
    if (gallery == null && responses.areRows()) {
      throw Misuse.of(
          spec, "--voxels needs a --gallery: a folder of pictures, or a file of tokens");
    }
    if (gallery != null && !Files.exists(gallery)) {
      throw new NoSuchFileException(gallery.toString(), null, "no such file or folder");
    }
    boolean pictures = gallery == null || Files.isDirectory(gallery);
    if (pictures && !clip.given()) {
      throw Misuse.of(spec, "pictures are encoded with CLIP's image tower: give --clip");
    }
    if (!pictures && clip.given()) {
      throw Misuse.of(spec, "--clip is for pictures, but the gallery is a file of tokens");
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

  private Gallery gallery(ClipSpace space, List<Query> queries, Precision format, Device where)
      throws IOException {
    if (gallery != null && !Files.isDirectory(gallery)) {
      try (TokenFile file = TokenFile.open(gallery, tensor)) {
        return Gallery.of(file, space, format, where);
      }
    }
    List<Picture> pictures = gallery == null ? Picture.seen(queries) : Picture.in(gallery);
    try (ClipImageEncoder tower = clip.load(format, where)) {
      return Gallery.encode(pictures, tower, space, where);
    }
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
