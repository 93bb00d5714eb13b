// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.data;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.console.OutputFile;
import org.mindeye.cli.console.Terminal;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.DataForm;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.nsd.NsdConfig;
import org.mindeye.data.nsd.NsdData;
import org.mindeye.data.nsd.NsdFolder;
import org.mindeye.data.preparation.Preparation;
import org.mindeye.data.preparation.PreparationConfig;
import org.mindeye.data.preparation.PreparationListener;
import org.mindeye.data.probe.Finding.Severity;
import org.mindeye.data.probe.ProbeReport;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.formats.tensor.ElementType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mindeye prepare}: data of any form as what a model reads. */
@Command(
    name = "prepare",
    description = {
      "Turns a subject's data of any form into a MindEye web-dataset, or into a table of trials"
          + " with all responses in one array: mindeye prepare --data DIR --subject N --out OUT. Of"
          + " the Natural Scenes Dataset, as it is published, it keeps the responses of a region,"
          + " z-scored session by session, and the pictures that were seen.",
      "A stopped call is continued by the same command: sessions that were read are not read again,"
          + " shards that were written not written again. The data appear in OUT when they are"
          + " complete, and are read back and checked.",
      "Subjects from 9 on are your own; in the folders of the Natural Scenes Dataset their grid,"
          + " sessions and region may have any size."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class PrepareCommand implements Callable<Integer> {
  /** Samples between two lines of progress. */
  private static final int OFTEN = 1000;

  private static final String SHARDS = "shards";
  private static final String TABLE = "table";

  @Spec private CommandSpec spec;

  @Option(names = "--data", paramLabel = "DIR", required = true, description = GivenData.HELP)
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
      description = "Where the data go; made if it is not there.")
  private Path out;

  @Option(
      names = "--layout",
      paramLabel = "NAME",
      description =
          "shards (default): a MindEye web-dataset, tar files of three responses to each picture;"
              + " or table: trials.csv, images, and voxels.npy with every response once, which NumPy"
              + " maps into memory.")
  private String layout = SHARDS;

  @Mixin(name = "What to take of the Natural Scenes Dataset")
  private SelectionOptions selection = new SelectionOptions();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Draws the pictures for validation where files do not say (42).")
  private long seed = 42;

  @Option(
      names = "--pictures",
      paramLabel = "FORMAT",
      description =
          "png (default), without loss, or jpg, of a quarter of the size. JPEG files stay as they"
              + " are.")
  private EncodedImage.Format pictures = EncodedImage.Format.PNG;

  @Option(
      names = "--float32",
      description = "Keep responses in 32 bits; the published files have 16, which is half.")
  private boolean wide;

  @Option(
      names = "--samples-per-shard",
      paramLabel = "N",
      description = "How many samples a tar file has, or a stopped call may lose (500).")
  private int perShard = WriterConfig.DEFAULT.samplesPerShard();

  /** Creates the command; picocli fills in the options. */
  public PrepareCommand() {}

  @Override
  public Integer call() throws IOException {
    Console console = new Console(System.err, Terminal.isInteractive());
    PreparationConfig config = Misuse.accepted(spec, this::config);
    OutputFile.requireFolder(out);
    try (SubjectSource from = open()) {
      console.say("%s", GivenData.sentence(data, from));
      Files.createDirectories(out);
      Preparation preparation = Preparation.into(from, out, config);
      Map<Split, Long> counts = preparation.run(progress(console));
      console.say("reading everything back");
      ProbeReport report = preparation.readBack();
      report.requireSound();
      if (!report.samples().equals(counts)) {
        throw new MindEyeException(
            out
                + ": expected to read back what was written, "
                + counts
                + ", but found "
                + report.samples());
      }
      report.summary(Severity.WARNING).forEach(line -> console.say("note: %s", line));
      print(from.voxels(), counts);
    }
    return 0;
  }

  private PreparationConfig config() {
    if (!layout.equals(SHARDS) && !layout.equals(TABLE)) {
      throw new IllegalArgumentException(
          "--layout: expected shards or table but was '" + layout + "'");
    }
    return new PreparationConfig(
        layout.equals(SHARDS) ? DataForm.WEB_DATASET : DataForm.TRIAL_TABLE,
        new WriterConfig(perShard, wide ? ElementType.FLOAT32 : ElementType.FLOAT16),
        pictures);
  }

  private SubjectSource open() throws IOException {
    Set<DataForm> forms = Files.exists(data) ? Recognition.forms(data) : Set.of(DataForm.NSD);
    if (forms.equals(Set.of(DataForm.NSD))) {
      NsdFolder folder = new NsdFolder(data);
      NsdConfig config = selection.config(spec, folder, subject);
      return NsdData.open(folder, config, NoiseSource.seeded(seed)).source();
    }
    if (subject < 1 || subject > 99) {
      throw Misuse.of(spec, "--subject: expected 1 to 99 but was " + subject);
    }
    if (forms.size() == 1) {
      selection.requireNone(spec, forms.iterator().next());
    }
    return Recognition.open(data, subject, NoiseSource.seeded(seed));
  }

  private static PreparationListener progress(Console console) {
    return new PreparationListener() {
      private long old;

      @Override
      public void onLook() {
        console.say("looking through all samples for pictures in two splits");
      }

      @Override
      public void onSession(int session, int count, boolean before) {
        console.say("session %d of %d: %s", session, count, before ? "was read before" : "read");
      }

      @Override
      public void onSample(long done, long all, boolean before) {
        old += before ? 1 : 0;
        if (done % OFTEN == 0 || done == all) {
          console.say(
              "%s written%s",
              (all == 0 ? "" : done + " of ") + Plural.of(all == 0 ? done : all, "sample"),
              old == 0 ? "" : ", " + old + " of them before");
        }
      }
    };
  }

  private void print(int voxels, Map<Split, Long> counts) {
    PrintWriter lines = spec.commandLine().getOut();
    lines.println(out + ": subject " + subject + ", " + Plural.of(voxels, "voxel"));
    for (Split split : Split.values()) {
      lines.println("  " + split + ": " + Plural.of(counts.getOrDefault(split, 0L), "picture"));
    }
    lines.println("no picture is in two splits");
    lines.flush();
  }
}
