// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mindeye.cli.console.Misuse;
import org.mindeye.data.DataForm;
import org.mindeye.data.Subject;
import org.mindeye.data.betas.BetaNormalization;
import org.mindeye.data.betas.TrialGrouping;
import org.mindeye.data.nsd.BetaVersion;
import org.mindeye.data.nsd.NsdConfig;
import org.mindeye.data.nsd.NsdFolder;
import org.mindeye.data.nsd.NsdRegion;
import org.mindeye.data.nsd.NsdSpace;
import org.mindeye.data.nsd.NsdSplitConfig;
import org.mindeye.data.nsd.NsdSubject;
import org.mindeye.data.nsd.NsdSurvey;
import org.mindeye.data.nsd.SessionRange;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which part of the published files is taken, and how it is divided. */
final class SelectionOptions {
  private static final Pattern SESSIONS = Pattern.compile("(\\d{1,2})(?:-(\\d{1,2}))?");

  /** Of these options, not of the command that they are mixed into. */
  @Spec private CommandSpec own;

  @Option(
      names = "--sessions",
      paramLabel = "A-B",
      description =
          "Such as 1-10; all for whatever is there. Default: MindEye's, all but the last three, whose"
              + " test set has 982 pictures; all have 1000. Of your own subjects: all.")
  private String sessions;

  @Option(
      names = "--betas",
      paramLabel = "NAME",
      description =
          "Which estimate of the responses: betas_fithrf_GLMdenoise_RR (b3, default, MindEye's),"
              + " betas_fithrf (b2, MindEye2's) or betas_assumehrf (b1).")
  private String betas;

  @Option(
      names = "--space",
      paramLabel = "NAME",
      description =
          "Which grid: func1pt8mm (default) or func1mm; or a surface: nativesurface or fsaverage.")
  private String space = NsdSpace.FUNC_1PT8MM.folder();

  @Option(
      names = "--roi",
      paramLabel = "NAME",
      description =
          "The region's file, without its ending: nsdgeneral (default), streams, prf-visualrois, ...")
  private String region = NsdRegion.paper().name();

  @Option(
      names = "--labels",
      paramLabel = "N,...",
      description = "Which values of a file of several regions to take.")
  private String labels;

  @Option(
      names = "--zscore",
      paramLabel = "OF",
      description =
          "Session by session, with mean and deviation of the training trials (training, default),"
              + " of all trials as in MindEye's published files (all), or not at all (none).")
  private String zscore = "training";

  @Option(
      names = "--validation",
      paramLabel = "N",
      description =
          "Pictures that are set aside to choose models on (300, or a tenth of the training pictures"
              + " if that is less).")
  private Integer validation;

  @Option(
      names = "--test-trials",
      paramLabel = "N",
      description = "How often a shared picture was seen at least, to be tested on (1).")
  private int testTrials = 1;

  /** Creates the options; picocli fills them in. */
  SelectionOptions() {}

  /** Refuses options that other data do not know. */
  void requireNone(CommandSpec spec, DataForm form) {
    for (OptionSpec option : own.options()) {
      String name = option.longestName();
      if (spec.commandLine().getParseResult().hasMatchedOption(name)) {
        throw Misuse.of(
            spec,
            name
                + ": is for the files of the Natural Scenes Dataset, and these are "
                + form.words()
                + ", which say themselves what to take");
      }
    }
  }

  /** What they select of what is there. */
  NsdConfig config(CommandSpec spec, NsdFolder folder, int subject) throws IOException {
    NsdSpace grid =
        Misuse.accepted(spec, () -> named("--space", space, NsdSpace.values(), NsdSpace::folder));
    BetaVersion asked = betas == null ? null : Misuse.accepted(spec, this::version);
    BetaNormalization normalization = Misuse.accepted(spec, this::normalization);
    NsdRegion roi = Misuse.accepted(spec, this::region);
    SessionRange chosen = Misuse.accepted(spec, this::sessions);
    Misuse.accepted(
        spec, () -> new NsdSplitConfig(validation == null ? 0 : validation, testTrials));
    if (subject < 1 || subject > 99) {
      throw Misuse.of(spec, "--subject: expected 1 to 99 but was " + subject);
    }
    if (!Files.isDirectory(folder.root())) {
      throw new NoSuchFileException(folder.root().toString(), null, "no such folder");
    }
    NsdSurvey survey = NsdSurvey.of(folder, subject, grid);
    BetaVersion version = asked == null ? survey.version() : asked;
    NsdSubject numbers = survey.subject(roi, version);
    SessionRange range =
        survey.require(version, chosen == null ? usual(survey, subject, version) : chosen);
    int aside = validation == null ? survey.validationPictures(numbers, range) : validation;
    return new NsdConfig(
        numbers,
        range,
        version,
        roi,
        normalization,
        TrialGrouping.PICTURES,
        new NsdSplitConfig(aside, testTrials));
  }

  /** MindEye's sessions have to be there, unless others are named. */
  private SessionRange usual(NsdSurvey survey, int subject, BetaVersion version) {
    return subject > Subject.values().length || "all".equals(sessions)
        ? survey.range(version)
        : NsdConfig.paper(Subject.of(subject)).sessions();
  }

  /** Null where what is there decides. */
  private SessionRange sessions() {
    if (sessions == null || sessions.equals("all")) {
      return null;
    }
    Matcher range = SESSIONS.matcher(sessions);
    if (!range.matches()) {
      throw new IllegalArgumentException(
          "--sessions: expected all, or numbers such as 1-37, but was '" + sessions + "'");
    }
    int first = Integer.parseInt(range.group(1));
    return new SessionRange(
        first, range.group(2) == null ? first : Integer.parseInt(range.group(2)));
  }

  private BetaVersion version() {
    BetaVersion[] all = BetaVersion.values();
    for (int b = 1; b <= all.length; b++) {
      if (betas.equals("b" + b)) {
        return all[b - 1];
      }
    }
    return named("--betas", betas, all, BetaVersion::folder);
  }

  private BetaNormalization normalization() {
    return switch (zscore) {
      case "training" -> BetaNormalization.TRAINING_TRIALS;
      case "all" -> BetaNormalization.ALL_TRIALS;
      case "none" -> BetaNormalization.NONE;
      default ->
          throw new IllegalArgumentException(
              "--zscore: expected training, all or none but was '" + zscore + "'");
    };
  }

  private NsdRegion region() {
    Set<Integer> values = new TreeSet<>();
    if (labels != null) {
      for (String label : labels.split(",")) {
        try {
          values.add(Integer.valueOf(label.strip()));
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException(
              "--labels: expected whole numbers, commas between, but was '" + labels + "'", e);
        }
      }
    }
    return new NsdRegion(region, values, NsdRegion.paper().order());
  }

  private static <T> T named(String option, String text, T[] all, Function<T, String> name) {
    return Arrays.stream(all)
        .filter(each -> name.apply(each).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    option
                        + ": expected one of "
                        + Arrays.stream(all).map(name).toList()
                        + " but was '"
                        + text
                        + "'"));
  }
}
