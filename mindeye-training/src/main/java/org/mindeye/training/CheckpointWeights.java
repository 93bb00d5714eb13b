// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mindeye.core.document.Document;
import org.mindeye.core.weights.StateDict;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.checkpoint.Checkpoint;

/** Those of a checkpoint. */
final class CheckpointWeights extends TrainedWeights {
  static final String MODEL = "model";
  static final String OPTIMIZER = "optimizer";
  static final String AVERAGE = "average";

  private final Checkpoint checkpoint;

  CheckpointWeights(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  @Override
  public long step() {
    return checkpoint.step();
  }

  @Override
  public Path place() {
    return checkpoint.folder();
  }

  @Override
  public List<EpochReport> history() throws IOException {
    return RunDocuments.state(checkpoint).history();
  }

  @Override
  public boolean averages() {
    return checkpoint.has(AVERAGE);
  }

  @Override
  public StateDict weights() throws IOException {
    return checkpoint.tensors(averages() ? AVERAGE : MODEL);
  }

  /** Without those of the training itself, which say where it is. */
  @Override
  public Map<String, Document> documents() throws IOException {
    Map<String, Document> documents = new LinkedHashMap<>();
    for (String name : checkpoint.documents()) {
      if (!name.equals(RunDocuments.STATE) && !name.equals(RunDocuments.SELECTION)) {
        documents.put(name, RunDocuments.open(checkpoint, name));
      }
    }
    return documents;
  }

  @Override
  public <T> Optional<T> document(String name, Class<T> type) throws IOException {
    return checkpoint.has(name)
        ? Optional.of(RunDocuments.read(checkpoint, name, type))
        : Optional.empty();
  }
}
