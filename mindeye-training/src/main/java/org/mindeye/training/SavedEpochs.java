// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.TrainedRun.Scored;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.checkpoint.Checkpoint;
import org.mindeye.training.checkpoint.CheckpointReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The epochs that a run's checkpoints tell of, and which checkpoint is the best one's. */
final class SavedEpochs {
  /** The mark of the best epoch's checkpoint. */
  static final String BEST = "best";

  private static final Logger LOG = LoggerFactory.getLogger(TrainedRun.class);

  private final CheckpointReader checkpoints;

  SavedEpochs(CheckpointReader checkpoints) {
    this.checkpoints = checkpoints;
  }

  /** All so far, from the newest checkpoint whose state can be read. */
  List<EpochReport> history() throws IOException {
    List<Long> steps = checkpoints.steps();
    for (int i = steps.size() - 1; i >= 0; i--) {
      Optional<RunState> state = state(steps.get(i));
      if (state.isPresent()) {
        return state.get().history();
      }
    }
    return List.of();
  }

  /** The newest checkpoint whose state can be read; not verified otherwise. */
  Optional<Checkpoint> newestReadable() throws IOException {
    List<Long> steps = checkpoints.steps();
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (state(steps.get(i)).isPresent()) {
        return Optional.of(checkpoints.unverified(steps.get(i)));
      }
    }
    return Optional.empty();
  }

  /** Empty if the checkpoint is damaged or gone. */
  private Optional<RunState> state(long step) {
    try {
      return Optional.of(RunDocuments.state(checkpoints.unverified(step)));
    } catch (IOException | MalformedFileException e) {
      return Optional.empty();
    }
  }

  /** The marked one or, where the mark is missing or damaged, the one of the history. */
  OptionalLong bestStep() throws IOException {
    OptionalLong marked = marked();
    if (marked.isPresent() && checkpoints.steps().contains(marked.getAsLong())) {
      return marked;
    }
    return stepOf(RunState.bestEpoch(history()));
  }

  /** The checkpoint that ends an epoch; empty if it is gone, or its documents are damaged. */
  OptionalLong stepOf(int epoch) throws IOException {
    return scored().stream()
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

  private List<Scored> scored() throws IOException {
    List<Scored> scored = new ArrayList<>();
    for (long step : checkpoints.steps()) {
      state(step)
          .filter(RunState::endsEpoch)
          .ifPresent(s -> scored.add(new Scored(step, s.history().get(s.epoch() - 1))));
    }
    return scored;
  }

  /** The best of the intact ones that end an epoch, except for one. */
  Optional<Scored> nextBest(long but) throws IOException {
    List<Scored> candidates = scored();
    candidates.removeIf(each -> each.step() == but);
    while (!candidates.isEmpty()) {
      Scored best = candidates.get(0);
      try {
        SelectionRule rule = RunDescription.selection(checkpoints.unverified(best.step()));
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
}
