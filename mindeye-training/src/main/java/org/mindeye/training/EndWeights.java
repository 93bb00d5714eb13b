// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mindeye.core.document.Document;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.TrainingListener.EpochReport;

/** Those that a run leaves in its folder at its end. */
final class EndWeights extends TrainedWeights {
  private final RunFolder folder;
  private final FileWeights file;

  EndWeights(RunFolder folder) {
    this.folder = folder;
    this.file = new FileWeights(folder.weights());
  }

  @Override
  public long step() throws IOException {
    return folder
        .note()
        .steps()
        .orElseThrow(
            () ->
                new MalformedFileException(
                    folder.description().toString(),
                    "the steps that the run has taken",
                    "none: it has not ended"));
  }

  @Override
  public Path place() {
    return file.place();
  }

  /** From the log, as far as it is there. */
  @Override
  public List<EpochReport> history() throws IOException {
    return Files.exists(folder.log()) ? JsonLinesListener.epochs(folder.log()) : List.of();
  }

  @Override
  public boolean averages() {
    return false;
  }

  @Override
  public StateDict weights() throws IOException {
    return file.weights();
  }

  /** As {@link #document} reads them: what the run notes, and what the file itself does. */
  @Override
  public Map<String, Document> documents() throws IOException {
    Map<String, Document> documents = folder.note().documents();
    try (StateDict weights = weights()) {
      weights.metadata().keySet().stream()
          .filter(key -> key.startsWith(Provenance.PREFIX))
          .forEach(
              key ->
                  documents.put(
                      key.substring(Provenance.PREFIX.length()) + ".json",
                      Document.noted(weights, key).orElseThrow()));
    }
    return documents;
  }

  /** Weights of early versions note less than the run. */
  @Override
  public <T> Optional<T> document(String name, Class<T> type) throws IOException {
    Optional<T> noted = file.document(name, type);
    return noted.isPresent() ? noted : folder.note().document(name, type);
  }
}
