// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.data;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.console.OutputFile;
import org.mindeye.cli.console.Terminal;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.Split;
import org.mindeye.data.nsd.NsdConfig;
import org.mindeye.data.nsd.NsdData;
import org.mindeye.data.nsd.NsdFolder;
import org.mindeye.data.nsd.NsdPreparation;
import org.mindeye.data.nsd.PreparationListener;
import org.mindeye.data.probe.DatasetProbe;
import org.mindeye.data.probe.Finding.Severity;
import org.mindeye.data.probe.ProbeReport;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.formats.tensor.ElementType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mindeye prepare}: the published files as what a model reads. */
@Command(
    name = "prepare",
    description = {
      "Turns the files of the Natural Scenes Dataset, as they are published, into a MindEye"
          + " web-dataset of one subject: mindeye prepare --data DIR --subject N --out OUT. Of 40"
          + " sessions of 1 GB each it keeps the responses of a region, z-scored session by"
          + " session, and the pictures that were seen.",
      "A stopped call is continued by the same command: sessions that were read are not read again."
          + " The dataset appears in OUT when it is complete, and is read back and checked.",
      "Subjects from 9 on are your own, in the same folders: their grid, sessions and region may"
          + " have any size."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class PrepareCommand implements Callable<Integer> {
  /** Samples between two lines of progress. */
  private static final int OFTEN = 1000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Holds nsddata, nsddata_betas and nsddata_stimuli.")
  private Path data;

  @Option(
      names = "--subject",
      paramLabel = "N",
      required = true,
      description = "1 to 8, or a number of your own up to 99.")
  private int subject;

  @Option(
      names = "--out",
      paramLabel = "OUT",
      required = true,
      description = "Where the dataset goes; made if it is not there.")
  private Path out;

  @Mixin(name = "What to take")
  private SelectionOptions selection = new SelectionOptions();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Draws the pictures for validation (42).")
  private long seed = 42;

  @Option(
      names = "--pictures",
      paramLabel = "FORMAT",
      description = "png (default), without loss, or jpg, of a quarter of the size.")
  private EncodedImage.Format pictures = EncodedImage.Format.PNG;

  @Option(
      names = "--float32",
      description = "Keep responses in 32 bits; the published files have 16, which is half.")
  private boolean wide;

  @Option(
      names = "--samples-per-shard",
      paramLabel = "N",
      description = "How many samples a tar file has (500).")
  private int perShard = WriterConfig.DEFAULT.samplesPerShard();

  /** Creates the command; picocli fills in the options. */
  public PrepareCommand() {}

  @Override
  public Integer call() throws IOException {
    Console console = new Console(System.err, Terminal.isInteractive());
    WriterConfig writer =
        Misuse.accepted(
            spec,
            () -> new WriterConfig(perShard, wide ? ElementType.FLOAT32 : ElementType.FLOAT16));
    NsdConfig config = selection.config(spec, new NsdFolder(data), subject);
    OutputFile.requireFolder(out);
    try (NsdData from = NsdData.open(new NsdFolder(data), config, NoiseSource.seeded(seed))) {
      console.say("%s", from);
      console.say("%s", from.region());
      Files.createDirectories(out);
      NsdPreparation preparation = NsdPreparation.into(from, out, writer, pictures);
      Map<Split, Long> counts = preparation.run(progress(console));
      console.say("reading everything back");
      ProbeReport report =
          DatasetProbe.folder(
              out, subject, counts.keySet(), ReaderConfig.of(from.region().voxels()));
      report.requireSound();
      report.summary(Severity.WARNING).forEach(line -> console.say("note: %s", line));
      print(from, counts);
    }
    return 0;
  }

  private static PreparationListener progress(Console console) {
    return new PreparationListener() {
      @Override
      public void onSession(int session, int count, boolean before) {
        console.say("session %d: %s", session, before ? "was read before" : "read");
      }

      @Override
      public void onSample(long done, long all) {
        if (done % OFTEN == 0 || done == all) {
          console.say("%d of %s written", done, Plural.of(all, "sample"));
        }
      }
    };
  }

  private void print(NsdData from, Map<Split, Long> counts) {
    PrintWriter lines = spec.commandLine().getOut();
    lines.println(out + ": subject " + subject + ", " + Plural.of(from.region().voxels(), "voxel"));
    for (Split split : Split.values()) {
      lines.println("  " + split + ": " + Plural.of(counts.get(split), "picture"));
    }
    lines.println("no picture is in two splits");
    lines.flush();
  }
}
