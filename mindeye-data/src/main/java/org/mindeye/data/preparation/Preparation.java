// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.preparation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.DataForm;
import org.mindeye.data.Split;
import org.mindeye.data.Splits;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.betas.BetaNormalization;
import org.mindeye.data.betas.BetaStudy;
import org.mindeye.data.betas.BetaTrials;
import org.mindeye.data.betas.StudySource;
import org.mindeye.data.betas.TrialGrouping;
import org.mindeye.data.probe.DatasetProbe;
import org.mindeye.data.probe.ProbeReport;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;

/**
 * Turns a subject's data of any form into what a model reads fastest: of the published files of the
 * Natural Scenes Dataset, for example, the tenfold smaller part that it needs.
 *
 * <pre>{@code
 * try (SubjectSource data = Recognition.open(folder, 1)) {
 *   Preparation.into(data, out, PreparationConfig.DEFAULT).run(PreparationListener.NONE);
 * }
 * }</pre>
 *
 * <p>What is done waits in a folder {@code unfinished_subj01} beside the result: the responses of
 * each session where they have to be scaled or collected, and every complete shard. A call that is
 * stopped leaves it, and the next one does what is left. The data appear under their names when all
 * of them are complete; then the folder is deleted. Beside them, {@code ncsnr_subj01.npy} has the
 * signal-to-noise ratio of each voxel, where it is published.
 */
public final class Preparation {
  private static final String NOTE = "made-from.txt";
  private static final String USE = "prepares data";

  /** Responses to a picture in a web-dataset. */
  private static final int REPEATS = 3;

  private final SubjectSource data;
  private final Path out;
  private final PreparationConfig config;

  private Preparation(SubjectSource data, Path out, PreparationConfig config) {
    this.data = Objects.requireNonNull(data, "data");
    this.out = Objects.requireNonNull(out, "out");
    this.config = Objects.requireNonNull(config, "config");
  }

  /**
   * Prepares the preparation. Nothing is read or written yet.
   *
   * @param data what to take; a sample becomes a picture with its responses
   * @param out where the data go; must exist
   * @param config what they become
   * @return to be run
   */
  public static Preparation into(SubjectSource data, Path out, PreparationConfig config) {
    return new Preparation(data, out, config);
  }

  /**
   * Where a stopped call leaves what it has.
   *
   * @return the folder, which is there between a start and the end
   */
  public Path unfinished() {
    return out.resolve("unfinished_" + name());
  }

  private String name() {
    return String.format(Locale.ROOT, "subj%02d", data.subject());
  }

  /**
   * Does what is left to do.
   *
   * @param listener is notified
   * @return how many samples each split has, of those with some
   * @throws IOException if a file cannot be read or written, or there are data already
   * @throws MindEyeException if a file is damaged, if a picture is in two splits, if the form does
   *     not hold what there is, or if an earlier call began with another selection, other files or
   *     other pictures
   */
  public Map<Split, Long> run(PreparationListener listener) throws IOException {
    Objects.requireNonNull(listener, "listener");
    requireRoom();
    Path work = unfinished();
    try (Layout layout = layout(work)) {
      requireOneForm();
      requireNoOtherRatios();
      if (!Files.exists(work.resolve(NOTE))) { // written when they had been looked through
        requireDivided(listener);
      }
      Files.createDirectories(work);
      Map<Split, Long> counts;
      try (FolderLock lock = FolderLock.acquire(work, USE)) {
        requireSame(work);
        StagedFile.sweep(work);
        layout.start();
        counts = write(layout, work, listener);
        publish(layout);
        lock.delete();
      }
      Folders.delete(work);
      return counts;
    }
  }

  /** Refuses to replace data, and writes nothing yet. */
  private Layout layout(Path work) throws IOException {
    if (config.form() == DataForm.TRIAL_TABLE) {
      return PreparedTable.in(out, work, config);
    }
    return new PreparedShards(
        WebDatasetWriter.resume(out, data.subject(), config.writer(), work), config.pictures());
  }

  /** Refuses a folder that would hold data of two forms, which are recognised as neither. */
  private void requireOneForm() throws IOException {
    Set<DataForm> there = Recognition.forms(out);
    if (!there.isEmpty() && !there.equals(Set.of(config.form()))) {
      throw new MindEyeException(
          out
              + ": expected an empty folder, or one of a "
              + config.form()
              + ", but found data of another form: "
              + there.stream().map(DataForm::words).collect(Collectors.joining(", "))
              + "; choose another folder");
    }
  }

  private Path ratios() {
    return out.resolve("ncsnr_" + name() + ".npy");
  }

  /** Refuses to replace them; a call that was stopped at the end has left the same. */
  private void requireNoOtherRatios() throws IOException {
    if (Files.exists(ratios())) {
      Optional<float[]> ncsnr = data.signalToNoise();
      if (ncsnr.isPresent() && !Arrays.equals(Npy.read(ratios()).toFloats(), ncsnr.get())) {
        throw new FileAlreadyExistsException(
            ratios().toString(),
            null,
            "data are never replaced: delete them or choose another folder");
      }
    }
  }

  /** A web-dataset holds three responses to a picture, and no more; a table each picture once. */
  private void requireRoom() {
    if (!(data instanceof StudySource study)) {
      return;
    }
    if (config.form() == DataForm.TRIAL_TABLE
        && study.config().grouping() == TrialGrouping.SINGLE_TRIALS) {
      throw new MindEyeException(
          data
              + ": expected a sample for each picture, as a table of trials has them, but found one"
              + " for each trial; take pictures (TrialGrouping.PICTURES), all of whose responses"
              + " the table holds one by one");
    }
    int repeats = study.config().repeats();
    if (config.form() == DataForm.WEB_DATASET && repeats > REPEATS) {
      throw new MindEyeException(
          data
              + ": expected at most "
              + Plural.of(REPEATS, "response")
              + " to a picture, as many as a sample of a web-dataset holds, but found "
              + repeats
              + "; a table of trials holds them all");
    }
  }

  /** Refuses a picture in two splits, before anything is written. May read all data. */
  private void requireDivided(PreparationListener listener) throws IOException {
    if (data.isDividedByPictures()) {
      return;
    }
    listener.onLook();
    try (CloseOnFailure opened = new CloseOnFailure()) {
      Map<Split, TrialSource> splits = new EnumMap<>(Split.class);
      for (Split split : data.splits()) {
        splits.put(split, opened.add(data.trials(split)));
      }
      Splits.requireDisjoint(splits);
    }
  }

  /** Refuses to mix what was made of other files, or in another way. */
  private void requireSame(Path work) throws IOException {
    String now = config + "\n" + data.fingerprint();
    Path note = work.resolve(NOTE);
    if (!Files.exists(note)) {
      StagedFile.write(note, now.getBytes(StandardCharsets.UTF_8));
    } else if (!Files.readString(note).equals(now)) {
      throw new MindEyeException(
          work
              + ": expected to continue with the selection and the files that it was begun with ("
              + NOTE
              + ") but they differ; give the same, or delete the folder to start from nothing");
    }
  }

  /** Opens the trials of a split, of what is read fastest. */
  @FunctionalInterface
  private interface Trials {
    TrialSource of(Split split) throws IOException;
  }

  private Trials trials(Path work, PreparationListener listener) throws IOException {
    Trials there = data::trials;
    if (data instanceof StudySource source && KeptSessions.areUseful(source)) {
      BetaStudy kept = KeptSessions.in(work, source, listener);
      there =
          split ->
              BetaTrials.of(
                  kept, source.plan(), split, BetaNormalization.NONE, source.config().grouping());
    }
    Trials unpadded = there;
    return config.form() == DataForm.TRIAL_TABLE
        ? unpadded
        : split -> TrialSource.padded(unpadded.of(split), REPEATS);
  }

  private Map<Split, Long> write(Layout layout, Path work, PreparationListener listener)
      throws IOException {
    Trials trials = trials(work, listener);
    long all = 0;
    boolean known = true;
    for (Split split : data.splits()) {
      try (TrialSource source = trials.of(split)) {
        known &= source.count().isPresent();
        all += source.count().orElse(0);
      }
    }
    Map<Split, Long> counts = new EnumMap<>(Split.class);
    PictureSums sums = new PictureSums(work, config.writer().samplesPerShard());
    long done = 0;
    for (Split split : data.splits()) {
      try (TrialSource source = trials.of(split)) {
        for (Trial trial : source) {
          sums.add(split, trial);
          boolean before = layout.add(split, trial);
          sums.written(trial, before);
          counts.merge(split, 1L, Long::sum);
          listener.onSample(++done, known ? all : 0, before);
        }
      }
      sums.end();
      layout.end(split);
    }
    return counts;
  }

  private void publish(Layout layout) throws IOException {
    Path ratios = ratios();
    Optional<float[]> ncsnr = data.signalToNoise();
    try (CloseOnFailure written = new CloseOnFailure()) {
      if (ncsnr.isPresent() && !Files.exists(ratios)) {
        written.undo(() -> Files.deleteIfExists(ratios));
        Npy.write(ratios, HeapArray.ofFloats(ncsnr.get(), ncsnr.get().length));
      }
      layout.commit();
      written.done(true);
    }
  }

  /**
   * Reads back what was written, every picture and response of it, as training would.
   *
   * @return what was found, and how many samples each split has
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if a file is damaged
   */
  public ProbeReport readBack() throws IOException {
    try (SubjectSource written = Recognition.open(out, data.subject());
        CloseOnFailure opened = new CloseOnFailure()) {
      Map<Split, TrialSource> splits = new EnumMap<>(Split.class);
      for (Split split : written.splits()) {
        splits.put(split, opened.add(written.trials(split, data.voxels())));
      }
      return DatasetProbe.trials(splits);
    }
  }
}
