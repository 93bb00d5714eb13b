// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 * A run's checkpoints for those who use its weights: reads only, beside a training that goes on and
 * in folders that cannot be written. A running training deletes old checkpoints; {@link #best} and
 * {@link #at} know what to do then.
 *
 * <pre>{@code
 * SavedRun run = SavedRun.open(folder.resolve("checkpoints"));
 * MindEyeModel model = run.best(c -> TrainedCheckpoint.of(c).load(true, Device.cpu()));
 * }</pre>
 */
public final class SavedRun {
  /** The mark of the best epoch's checkpoint. */
  static final String BEST = "best";

  private static final Logger LOG = LoggerFactory.getLogger(SavedRun.class);

  /** More than a training can write while one checkpoint is opened. */
  private static final int ATTEMPTS = 10;

  private final CheckpointReader checkpoints;

  private SavedRun(CheckpointReader checkpoints) {
    this.checkpoints = checkpoints;
  }

  /**
   * Looks into a folder of checkpoints whenever it is asked.
   *
   * @param folder of {@link CheckpointPolicy#folder()}
   * @return the run, which holds nothing open
   * @throws IOException if there is no such folder
   */
  public static SavedRun open(Path folder) throws IOException {
    return of(CheckpointReader.open(folder));
  }

  static SavedRun of(CheckpointReader checkpoints) {
    return new SavedRun(checkpoints);
  }

  /**
   * What is done with a checkpoint.
   *
   * @param <T> what comes of it
   */
  @FunctionalInterface
  public interface Reading<T> {
    /**
     * Does it; may be called again with another checkpoint if this one is deleted meanwhile.
     *
     * @param checkpoint verified
     * @return what comes of it
     * @throws IOException if a file cannot be read
     */
    T read(Checkpoint checkpoint) throws IOException;
  }

  /**
   * A checkpoint that ends an epoch.
   *
   * @param step of the checkpoint
   * @param epoch what was told of it
   */
  public record Scored(long step, EpochReport epoch) {}

  /**
   * The checkpoints.
   *
   * @return for what this class does not do
   */
  public CheckpointReader checkpoints() {
    return checkpoints;
  }

  /**
   * All epochs so far.
   *
   * @return from the newest checkpoint whose documents can be read; empty if there is none
   * @throws IOException if the folder cannot be read
   */
  public List<EpochReport> history() throws IOException {
    List<Long> steps = checkpoints.steps();
    for (int i = steps.size() - 1; i >= 0; i--) {
      Optional<RunState> state = state(steps.get(i));
      if (state.isPresent()) {
        return state.get().history();
      }
    }
    return List.of();
  }

  /** Empty if the checkpoint is damaged or gone. */
  private Optional<RunState> state(long step) {
    try {
      return Optional.of(RunDocuments.state(checkpoints.unverified(step)));
    } catch (IOException | MalformedFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Refuses a length that the run cannot be given any more, as resuming would, but from its
   * documents alone: before data are read.
   *
   * @param epochs of the whole run
   * @throws IOException if the folder cannot be read
   * @throws MindEyeException if a run of that length would have been another one so far; says why
   */
  public void requireExtendable(int epochs) throws IOException {
    List<Long> steps = checkpoints.steps();
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (state(steps.get(i)).isPresent()) {
        RunDescription.requireExtendable(checkpoints.unverified(steps.get(i)), epochs);
        return;
      }
    }
  }

  /**
   * The checkpoint of the best epoch: the marked one or, where the mark is missing or damaged, the
   * one that the history calls the best.
   *
   * @return its step; empty if no epoch is done, or the best one's checkpoint is gone
   * @throws IOException if the folder cannot be read
   */
  public OptionalLong bestStep() throws IOException {
    List<Long> steps = checkpoints.steps();
    OptionalLong marked = marked();
    if (marked.isPresent() && steps.contains(marked.getAsLong())) {
      return marked;
    }
    return stepOf(RunState.bestEpoch(history()));
  }

  /** The checkpoint that ends an epoch; empty if it is gone, or its documents are damaged. */
  OptionalLong stepOf(int epoch) throws IOException {
    return scored(checkpoints.steps()).stream()
        .filter(each -> each.epoch().epoch() == epoch)
        .mapToLong(Scored::step)
        .findFirst();
  }

  private OptionalLong marked() throws IOException {
    try {
      return checkpoints.marked(BEST);
    } catch (MalformedFileException e) {
      LOG.warn("the history says which epoch is the best: {}", e.getMessage());
      return OptionalLong.empty();
    }
  }

  private List<Scored> scored(List<Long> steps) {
    List<Scored> scored = new ArrayList<>();
    for (long step : steps) {
      state(step)
          .filter(RunState::endsEpoch)
          .ifPresent(s -> scored.add(new Scored(step, s.history().get(s.epoch() - 1))));
    }
    return scored;
  }

  /**
   * The best of the intact checkpoints that end an epoch, for when the best one is damaged.
   *
   * @param but the step of the one that is damaged
   * @return verified; empty if there is none
   * @throws IOException if the folder cannot be read
   */
  public Optional<Scored> nextBest(long but) throws IOException {
    List<Scored> candidates = scored(checkpoints.steps());
    candidates.removeIf(each -> each.step() == but);
    while (!candidates.isEmpty()) {
      Scored best = candidates.get(0);
      try {
        SelectionRule rule = rule(checkpoints.unverified(best.step()));
        for (Scored each : candidates) {
          if (rule.better(each.epoch().validation(), best.epoch().validation())) {
            best = each;
          }
        }
        checkpoints.at(best.step());
        return Optional.of(best);
      } catch (IOException | MalformedFileException e) {
        candidates.remove(best);
      }
    }
    return Optional.empty();
  }

  /** Early checkpoints of version 0.1.0 do not name it: they are of the paper's recipe. */
  private static SelectionRule rule(Checkpoint checkpoint) throws IOException {
    return checkpoint.has(RunDocuments.SELECTION)
        ? RunDocuments.read(checkpoint, RunDocuments.SELECTION, SelectionRule.class)
        : RunDescription.config(checkpoint).validation().rule();
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
    for (int attempt = 1; ; attempt++) {
      OptionalLong step = bestStep();
      if (step.isEmpty()) {
        throw new MindEyeException(
            checkpoints.folder()
                + (history().isEmpty()
                    ? ": no epoch is done yet, so there is no best one"
                    : ": the checkpoint of the best epoch is gone")
                + "; choose one of the steps "
                + checkpoints.steps());
      }
      try {
        return reading.read(checkpoints.at(step.getAsLong()));
      } catch (IOException | UncheckedIOException | MindEyeException | IllegalArgumentException e) {
        if (isThere(step.getAsLong()) || attempt == ATTEMPTS) {
          throw e;
        }
        LOG.info("the checkpoint of step {} was deleted meanwhile", step.getAsLong());
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
    if (!checkpoints.steps().contains(step)) {
      throw new MindEyeException(
          checkpoints.folder() + ": no checkpoint of step " + step + " but " + checkpoints.steps());
    }
    try {
      return reading.read(checkpoints.at(step));
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
              + checkpoints.steps(),
          e);
    }
  }

  private boolean isThere(long step) throws IOException {
    return checkpoints.steps().contains(step);
  }
}
