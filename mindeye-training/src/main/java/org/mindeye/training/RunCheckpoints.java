// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.checkpoint.Checkpoint;
import org.mindeye.training.checkpoint.CheckpointStore;

/** Saves a run and brings it back; does nothing without a policy. */
final class RunCheckpoints<M extends TrainableModel<M>> implements AutoCloseable {
  private static final String BEST = SavedEpochs.BEST;
  private static final String MODEL = CheckpointWeights.MODEL;
  private static final String OPTIMIZER = CheckpointWeights.OPTIMIZER;
  private static final String AVERAGE = CheckpointWeights.AVERAGE;

  private final CheckpointPolicy policy;
  private final CheckpointStore store;
  private final LoopConfig config;
  private final RunIdentity identity;
  private final StepEngine<M, ?> engine;

  /** Of the newest checkpoint that this run wrote or read; -1 if there is none. */
  private long savedStep = -1;

  private RunCheckpoints(
      CheckpointPolicy policy,
      CheckpointStore store,
      LoopConfig config,
      RunIdentity identity,
      StepEngine<M, ?> engine) {
    this.policy = policy;
    this.store = store;
    this.config = config;
    this.identity = identity;
    this.engine = engine;
  }

  static <M extends TrainableModel<M>> RunCheckpoints<M> open(
      CheckpointPolicy policy, LoopConfig config, RunIdentity identity, StepEngine<M, ?> engine)
      throws IOException {
    if (policy == null) {
      return new RunCheckpoints<>(null, null, config, identity, engine);
    }
    identity.documents(); // what cannot be described is refused before the folder is touched
    return new RunCheckpoints<>(
        policy, CheckpointStore.open(policy.folder()), config, identity, engine);
  }

  /** The first state, where there is nothing to be lost. */
  Restored fresh() throws IOException {
    if (store != null && !store.steps().isEmpty()) {
      throw new MindEyeException(
          policy.folder()
              + ": expected no checkpoints of another run but found those of the steps "
              + store.steps()
              + "; resume that run, or choose another folder");
    }
    return new Restored(RunState.START, null, List.of());
  }

  /**
   * A state to resume from, and where it comes from.
   *
   * @param state of the run
   * @param checkpoint where it was; null for a new run
   * @param notes what was found damaged or missing on the way
   */
  record Restored(RunState state, Path checkpoint, List<String> notes) {}

  /** The state of the newest intact checkpoint; model, moments and average hold what it holds. */
  Restored restore(int stepsPerEpoch) throws IOException {
    List<String> notes = new ArrayList<>();
    Checkpoint newest =
        store
            .reader()
            .newest(reason -> notes.add("skipped: " + reason))
            .orElseThrow(
                () ->
                    new MindEyeException(
                        policy.folder() + ": expected checkpoints to resume from but found none"));
    RunState state = RunDocuments.state(newest);
    identity.requireSame(newest, state, stepsPerEpoch);
    try (StateDict weights = newest.tensors(MODEL);
        StateDict moments = newest.tensors(OPTIMIZER)) {
      engine.model().copyFrom(weights);
      engine.optimizer().restore(moments);
    }
    if (newest.has(AVERAGE)) {
      try (StateDict average = newest.tensors(AVERAGE)) {
        engine.judged().copyFrom(average);
      }
    }
    savedStep = newest.step();
    if (!state.history().isEmpty()) {
      markBest(state, notes);
    }
    return new Restored(state, newest.folder(), List.copyOf(notes));
  }

  /** The process may have died before it said so, and files can get lost. */
  private void markBest(RunState state, List<String> notes) throws IOException {
    int epoch = RunState.bestEpoch(state.history());
    OptionalLong best = new SavedEpochs(store.reader()).stepOf(epoch);
    if (best.isEmpty()) {
      notes.add("the checkpoint of the best epoch so far, " + (epoch + 1) + ", is gone or damaged");
      return;
    }
    if (!best.equals(marked(notes))) {
      store.mark(BEST, best.getAsLong());
    }
    if (best.getAsLong() != state.step()) { // that one was verified
      try {
        store.at(best.getAsLong());
      } catch (MalformedFileException e) {
        notes.add(
            "the checkpoint of the best epoch so far, "
                + (epoch + 1)
                + ", is damaged: "
                + e.getMessage());
      }
    }
  }

  private OptionalLong marked(List<String> notes) throws IOException {
    try {
      OptionalLong marked = store.marked(BEST);
      if (marked.isEmpty()) {
        notes.add("nothing said which epoch was the best; the history did");
      }
      return marked;
    } catch (MalformedFileException e) {
      notes.add("the history said which epoch was the best: " + e.getMessage());
      return OptionalLong.empty();
    }
  }

  /** Between two steps of an epoch. */
  void stepDone(RunState state) throws IOException {
    if (store != null && policy.everySteps() > 0 && state.step() % policy.everySteps() == 0) {
      save(state);
    }
  }

  /** After an epoch and its validation. */
  void epochDone(RunState state) throws IOException {
    if (store == null) {
      return;
    }
    boolean best = state.history().get(state.epoch() - 1).best();
    boolean last = state.epoch() == config.epochs() || state.exhausted(config.patience());
    if (best || last || state.epoch() % policy.everyEpochs() == 0) {
      save(state);
    }
    if (best) {
      store.mark(BEST, state.step());
      store.keepUpTo(state.step(), policy.keepNewest(), BEST);
    }
  }

  /** When the run stops on request: unless this state is saved already. */
  void stopped(RunState state) throws IOException {
    if (savedStep != state.step()) {
      save(state);
    }
  }

  private void save(RunState state) throws IOException {
    if (store == null) {
      return;
    }
    M model = engine.model();
    try (NDManager small = Torch.newManager(model.device())) {
      Map<String, String> notes = identity.metadata();
      Map<String, Map<String, NDArray>> tensors = new LinkedHashMap<>();
      Map<String, Map<String, String>> metadata = new LinkedHashMap<>();
      tensors.put(MODEL, model.tensors(small));
      metadata.put(MODEL, notes);
      tensors.put(OPTIMIZER, engine.optimizer().state());
      if (engine.judged() != model) {
        tensors.put(AVERAGE, engine.judged().tensors(small));
        metadata.put(AVERAGE, notes);
      }
      store.write(state.step(), tensors, metadata, documents(state));
    }
    savedStep = state.step();
    store.keepUpTo(state.step(), policy.keepNewest(), BEST);
  }

  private Map<String, byte[]> documents(RunState state) throws IOException {
    Map<String, byte[]> documents = new LinkedHashMap<>();
    for (Map.Entry<String, Object> document : identity.documents().entrySet()) {
      documents.put(document.getKey(), RunDocuments.bytes(document.getValue()));
    }
    documents.put(RunDocuments.SELECTION, RunDocuments.bytes(config.selection()));
    documents.put(RunDocuments.STATE, RunDocuments.bytes(state));
    return documents;
  }

  /** Lets others use the folder. */
  @Override
  public void close() throws IOException {
    if (store != null) {
      store.close();
    }
  }
}
