// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.console.PrecisionNames;
import org.mindeye.cli.console.StepProgress;
import org.mindeye.cli.console.Terminal;
import org.mindeye.cli.train.StopRequest;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.evaluation.protocol.EvaluationProgress;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.EvaluationResult;
import org.mindeye.evaluation.protocol.ReconstructionEvaluator;
import org.mindeye.evaluation.results.ScoreFormat;
import org.mindeye.evaluation.statistics.StatisticsConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mindeye evaluate}: how good reconstructions are. */
@Command(
    name = "evaluate",
    description = {
      "Scores reconstructions by a published protocol, beside what was published: PixCorr and SSIM,"
          + " and with --weights the metrics of AlexNet, Inception-v3, CLIP, EfficientNet-B1 and"
          + " SwAV, those whose files are there.",
      "DIR gets report.html, the whole result as evaluation.json, the table as scores.csv,"
          + " scores.tex and scores.md, and images.csv with the scores of every image. All appear"
          + " at the end; Ctrl-C and SIGTERM leave nothing behind."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin(name = "Pictures")
  private PictureOptions pictures = new PictureOptions();

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description = "MINDEYE1 (default), MINDEYE2, or a file with one of your own.")
  private String protocol = "MINDEYE1";

  @Option(
      names = "--print-protocol",
      description = "Print the protocol as such a file, to be changed and named, and end.")
  private boolean printProtocol;

  @Option(
      names = "--weights",
      paramLabel = "DIR",
      description = "Published files of the metrics' networks; those that are missing are listed.")
  private Path weights;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where everything goes: empty, new, or of an earlier evaluation (evaluation-out).")
  private Path out = Path.of("evaluation-out");

  @Option(names = "--json", description = "Print the result as JSON in place of the table.")
  private boolean json;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "Of the networks: FLOAT32 (default), BFLOAT16, or fastest: what is known to be fastest"
              + " here.")
  private String precision = "FLOAT32";

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device = "cpu";

  @Mixin(name = "Statistics")
  private StatisticsOptions statistics = new StatisticsOptions();

  /** Creates the command; picocli fills in the options. */
  public EvaluateCommand() {}

  @Override
  public Integer call() throws IOException {
    EvaluationProtocol chosen = protocol();
    if (printProtocol) {
      print(DocumentWriter.text(chosen));
      return 0;
    }
    StatisticsConfig config =
        Misuse.accepted(
            spec,
            () -> {
              pictures.requireSense(chosen);
              return statistics.config();
            });
    Device where = Misuse.accepted(spec, () -> Torch.device(device));
    Precision format = PrecisionNames.askedWithoutBackbone(spec, precision, where);
    ScoresFolder.requireUsable(out);
    Console console = new Console(System.err, Terminal.isInteractive());
    try (PictureSource source = pictures.open(chosen.images(), console);
        MetricFeatures networks = MetricFeatures.load(weights, chosen, format, where)) {
      networks.requireRoom(source.size(), Path.of(System.getProperty("java.io.tmpdir")));
      console.say("%s", source.pairing().words());
      if (!networks.extractors().isEmpty()) {
        // Seconds, in place of an error after an hour of networks.
        source.requireReadable(source.size());
      }
      ReconstructionEvaluator evaluator =
          networks.addTo(ReconstructionEvaluator.of(chosen).withStatistics(config));
      return evaluate(evaluator, source, where, console);
    }
  }

  private EvaluationProtocol protocol() throws IOException {
    return switch (protocol) {
      case "MINDEYE1" -> EvaluationProtocol.mindEye1();
      case "MINDEYE2" -> EvaluationProtocol.mindEye2();
      default -> protocol(Path.of(protocol));
    };
  }

  private static EvaluationProtocol protocol(Path file) throws IOException {
    if (Files.notExists(file)) {
      throw new NoSuchFileException(
          file.toString(),
          null,
          "no published protocol and no file; give MINDEYE1, MINDEYE2, or a file that"
              + " --print-protocol began");
    }
    return Document.read(file).as(EvaluationProtocol.class);
  }

  private int evaluate(
      ReconstructionEvaluator evaluator, PictureSource source, Device where, Console console)
      throws IOException {
    try (StopRequest stop = StopRequest.listen(console, "nothing is written");
        ScoresFolder folder = ScoresFolder.claim(out)) {
      EvaluationResult result;
      try (StepProgress steps = new StepProgress(console, stop::requested, System::nanoTime)) {
        result = evaluator.evaluate(source, progress -> show(progress, steps), where);
      } catch (CancellationException e) {
        if (!stop.requested()) {
          throw e;
        }
        stop.done();
        return 1;
      }
      ReportedScores scores = new ReportedScores(result, source.pairing());
      folder.write(contents(scores, source));
      report(scores, folder);
      stop.done();
      return 0;
    }
  }

  private static void show(EvaluationProgress progress, StepProgress steps) {
    String stage = progress.stage().name().toLowerCase(Locale.ROOT);
    steps.progressed(stage, progress.done(), progress.total());
  }

  private static Map<String, byte[]> contents(ReportedScores scores, PictureSource source)
      throws IOException {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put(ScoresFolder.RESULT, DocumentWriter.bytes(scores.result()));
    contents.put(ScoresFolder.CSV, text(ScoreFormat.CSV, scores));
    contents.put(ScoresFolder.LATEX, text(ScoreFormat.LATEX, scores));
    contents.put(ScoresFolder.MARKDOWN, text(ScoreFormat.MARKDOWN, scores));
    contents.put(ScoresFolder.IMAGES, scores.pictures().toCsv().getBytes(StandardCharsets.UTF_8));
    contents.put(ScoresFolder.PAGE, new ScoresPage(scores, source.sets()).bytes());
    return contents;
  }

  private static byte[] text(ScoreFormat format, ReportedScores scores) {
    return format.write(scores.table()).getBytes(StandardCharsets.UTF_8);
  }

  private void report(ReportedScores scores, ScoresFolder folder) {
    if (json) {
      print(DocumentWriter.text(scores.result()));
    } else {
      print(new ScoresText(scores).toText());
      print("report: " + folder.page());
    }
  }

  private void print(String text) {
    PrintWriter console = spec.commandLine().getOut();
    console.println(text);
    console.flush();
  }
}
