// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.mindeye.MindEyeException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.checkpoint.Checkpoint;
import org.mindeye.training.checkpoint.CheckpointReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run of any {@link TrainingLoop} for those who use what it trained: reads only, also while the
 * training is in progress and in folders that cannot be written. A running training deletes old
 * checkpoints; {@link #best}, {@link #last} and {@link #at} know what to do then.
 *
 * <p>They hand out {@link TrainedWeights}, which know nothing of what was trained; {@link
 * MindEyeWeights} loads the networks of the published recipe:
 *
 * <pre>{@code
 * TrainedRun run = TrainedRun.open(folder);
 * MindEyeModel model = run.best(w -> MindEyeWeights.of(w).load(true, Device.cpu()));
 * }</pre>
 */
public final class TrainedRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainedRun.class);

  /** More than a training can write while one checkpoint is opened. */
  private static final int ATTEMPTS = 10;

  private final Path folder;

  /** Null if the run has none. */
  private final CheckpointReader checkpoints;

  /** Of the checkpoints; null as above. */
  private final SavedEpochs epochs;

  /** Null if the run left none. */
  private final EndWeights end;

  private TrainedRun(Path folder, CheckpointReader checkpoints, EndWeights end) {
    this.folder = folder;
    this.checkpoints = checkpoints;
    this.epochs = checkpoints == null ? null : new SavedEpochs(checkpoints);
    this.end = end;
  }

  /**
   * Reads the folder again on every call.
   *
   * @param folder of a run (see {@link RunFolder}), of its checkpoints (see {@link
   *     CheckpointPolicy#folder()}), or of one checkpoint, whatever it is called
   * @return the run, which holds nothing open
   * @throws NoSuchFileException if there is no such folder, or a run in it that has saved nothing
   *     yet
   * @throws IOException if it cannot be read
   */
  public static TrainedRun open(Path folder) throws IOException {
    if (CheckpointReader.isCheckpoint(folder)) {
      return new TrainedRun(folder, CheckpointReader.openOne(folder), null);
    }
    RunFolder run = RunFolder.at(folder);
    if (!RunFolder.isOne(folder) && !run.isDone()) {
      return new TrainedRun(folder, CheckpointReader.open(folder), null);
    }
    EndWeights left = run.isDone() ? new EndWeights(run) : null;
    boolean saved = Files.isDirectory(run.checkpoints());
    if (!saved && left == null) {
      throw new NoSuchFileException(
          run.checkpoints().toString(), null, "the run has not been saved yet");
    }
    return new TrainedRun(folder, saved ? CheckpointReader.open(run.checkpoints()) : null, left);
  }

  /**
   * Whether there is something in a folder that {@link #open} makes sense of.
   *
   * @param place need not exist
   * @return true for a run's folder, that of its checkpoints if there are some, or that of one
   *     checkpoint
   * @throws IOException if it cannot be looked at
   */
  public static boolean isRun(Path place) throws IOException {
    Objects.requireNonNull(place, "place");
    return Files.isDirectory(place)
        && (CheckpointReader.isCheckpoint(place)
            || RunFolder.isOne(place)
            || !CheckpointReader.open(place).steps().isEmpty());
  }

  /**
   * Which weights there are in a folder, for a caller who gave the folder instead of one of them.
   */
  static String choices(Path folder) throws IOException {
    TrainedRun run = open(folder);
    List<String> words = new ArrayList<>();
    if (run.end != null) {
      words.add("its weights, " + run.end.place());
    }
    OptionalLong last = run.lastStep();
    if (!run.steps().isEmpty()) {
      words.add("the folder of a checkpoint, for example " + run.place(last.getAsLong()));
    }
    return words.isEmpty()
        ? "no weights were saved in it yet"
        : "give " + String.join(", or ", words);
  }

  /**
   * What is done with weights.
   *
   * @param <T> what comes of it
   */
  @FunctionalInterface
  public interface Reading<T> {
    /**
     * Does it; may be called again with others if these are deleted meanwhile.
     *
     * @param weights of a checkpoint, verified, or of the run's end
     * @return what comes of it
     * @throws IOException if a file cannot be read
     */
    T read(TrainedWeights weights) throws IOException;
  }

  /**
   * A checkpoint that ends an epoch.
   *
   * @param step of the checkpoint
   * @param epoch what was reported of it
   */
  public record Scored(long step, EpochReport epoch) {}

  /**
   * Where it is.
   *
   * @return the folder that was opened
   */
  public Path folder() {
    return folder;
  }

  /**
   * Lists the checkpoints.
   *
   * @return their steps, ascending; they are not verified
   * @throws IOException if the folder cannot be read
   */
  public List<Long> steps() throws IOException {
    return checkpoints == null ? List.of() : checkpoints.steps();
  }

  /**
   * Whether checkpoints are kept, if only in future.
   *
   * @return false for a run whose weights at its end are all there is
   */
  public boolean hasCheckpoints() {
    return checkpoints != null;
  }

  /**
   * Where the checkpoint of a step is, for a person: a running training may delete it.
   *
   * @param step one of {@link #steps}
   * @return its folder
   * @throws IllegalArgumentException if the run has no checkpoints
   */
  public Path place(long step) {
    if (checkpoints == null) {
      throw new IllegalArgumentException(folder + ": there are no checkpoints");
    }
    return checkpoints.place(step);
  }

  /**
   * What the run left at its end, beside its checkpoints or instead of them.
   *
   * @return the weights of the last step; empty for a run that has not ended, and where a folder of
   *     checkpoints was opened
   */
  public Optional<TrainedWeights> end() {
    return Optional.ofNullable(end);
  }

  /**
   * The newest weights, for what they note: recipe, networks, record. Documents are verified when
   * they are read, tensors are not: {@link #last} verifies all.
   *
   * @return of the newest checkpoint that is not visibly damaged or, for a run without checkpoints,
   *     of its end; empty if nothing was saved yet
   * @throws IOException if the folder cannot be read
   */
  public Optional<TrainedWeights> latest() throws IOException {
    return checkpoints == null ? end() : newestReadable().map(CheckpointWeights::new);
  }

  /**
   * All epochs so far.
   *
   * @return from the newest checkpoint whose documents can be read or, for a run without
   *     checkpoints, from its log; empty if there is none
   * @throws IOException if the folder cannot be read
   */
  public List<EpochReport> history() throws IOException {
    return epochs == null ? end.history() : epochs.history();
  }

  /**
   * The last step whose weights there are.
   *
   * @return the newest checkpoint's, which is not verified or, for a run without checkpoints, the
   *     step it ended with; empty if nothing was saved yet
   * @throws IOException if the folder cannot be read
   */
  public OptionalLong lastStep() throws IOException {
    if (checkpoints == null) {
      return OptionalLong.of(end.step());
    }
    List<Long> steps = steps();
    return steps.isEmpty() ? OptionalLong.empty() : OptionalLong.of(steps.get(steps.size() - 1));
  }

  /**
   * The checkpoint of the best epoch: the marked one or, where the mark is missing or damaged, the
   * one that the history calls the best.
   *
   * @return its step; empty if no epoch is done, or the best one's checkpoint is not there
   * @throws IOException if the folder cannot be read
   */
  public OptionalLong bestStep() throws IOException {
    return epochs == null ? OptionalLong.empty() : epochs.bestStep();
  }

  /** The newest checkpoint whose state can be read; not verified otherwise. */
  Optional<Checkpoint> newestReadable() throws IOException {
    return epochs == null ? Optional.empty() : epochs.newestReadable();
  }

  /**
   * The best of the intact checkpoints that end an epoch, for when the best one is damaged.
   *
   * @param but the step of the one that is damaged
   * @return verified; empty if there is none
   * @throws IOException if the folder cannot be read
   */
  public Optional<Scored> nextBest(long but) throws IOException {
    return epochs == null ? Optional.empty() : epochs.nextBest(but);
  }

  /**
   * Uses the best epoch's checkpoint. If a running training deletes it meanwhile, which it does
   * when it has found a better one, that one is used.
   *
   * @param reading what to do
   * @param <T> what comes of it
   * @return what comes of it
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if there is no best epoch's checkpoint
   * @throws MalformedFileException if it is damaged; see {@link #nextBest}
   */
  public <T> T best(Reading<T> reading) throws IOException {
    return newer(
        () -> {
          OptionalLong step = bestStep();
          if (step.isEmpty()) {
            throw noBest();
          }
          return checkpoints.at(step.getAsLong());
        },
        reading);
  }

  private MindEyeException noBest() throws IOException {
    if (checkpoints == null) {
      return new MindEyeException(
          folder + ": there are no checkpoints but the weights of the last epoch; use those");
    }
    return new MindEyeException(
        checkpoints.folder()
            + (history().isEmpty()
                ? ": no epoch is done yet, so there is no best one"
                : ": the checkpoint of the best epoch is gone")
            + "; choose one of the steps "
            + steps());
  }

  /**
   * Uses the newest intact checkpoint or, for a run without checkpoints, what it left at its end.
   *
   * @param reading what to do
   * @param <T> what comes of it
   * @return what comes of it
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if nothing was saved yet, or all of it is damaged
   */
  public <T> T last(Reading<T> reading) throws IOException {
    if (checkpoints == null) {
      return reading.read(end);
    }
    return newer(
        () ->
            checkpoints
                .newest()
                .orElseThrow(
                    () -> new MindEyeException(checkpoints.folder() + ": no checkpoint yet")),
        reading);
  }

  /** Opens a checkpoint. */
  @FunctionalInterface
  private interface Choice {
    Checkpoint open() throws IOException;
  }

  /** Chooses again if what was chosen is deleted meanwhile. */
  private <T> T newer(Choice choice, Reading<T> reading) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Checkpoint chosen = choice.open();
      try {
        return reading.read(new CheckpointWeights(chosen));
      } catch (IOException | UncheckedIOException | MindEyeException | IllegalArgumentException e) {
        if (isThere(chosen.step()) || attempt == ATTEMPTS) {
          throw e;
        }
        LOG.info("the checkpoint of step {} was deleted meanwhile", chosen.step());
      }
    }
  }

  /**
   * Uses the checkpoint of a step.
   *
   * @param step the step
   * @param reading what to do
   * @param <T> what comes of it
   * @return what comes of it
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if there is none, or a running training deletes it meanwhile; says
   *     which there are
   */
  public <T> T at(long step, Reading<T> reading) throws IOException {
    if (!isThere(step)) {
      throw new MindEyeException(
          container() + ": no checkpoint of step " + step + " but " + steps());
    }
    try {
      return reading.read(new CheckpointWeights(checkpoints.at(step)));
    } catch (IOException | UncheckedIOException | MindEyeException | IllegalArgumentException e) {
      if (isThere(step)) {
        throw e;
      }
      throw new MindEyeException(
          checkpoints.folder()
              + ": the checkpoint of step "
              + step
              + " was deleted while it was read, as a running training does with old ones; choose"
              + " one of the steps "
              + steps(),
          e);
    }
  }

  private Path container() {
    return checkpoints == null ? folder : checkpoints.folder();
  }

  private boolean isThere(long step) throws IOException {
    return steps().contains(step);
  }

  /**
   * For messages.
   *
   * @return the folder
   */
  @Override
  public String toString() {
    return folder.toString();
  }
}
