// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Torch;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.checkpoint.Checkpoint;
import org.mindeye.training.checkpoint.CheckpointStore;

class TrainedCheckpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> DOCUMENTS =
      List.of("config.json", "model.json", "record.json", "selection.json", "state.json");
  private static final TrainingConfig CONFIG =
      TinyRun.jointConfig()
          .withEpochs(3)
          .withOptimizer(OptimizerConfig.paper().withAverage(0.9).withWarmupEpochs(1));

  @TempDir private Path folder;

  private Map<String, float[]> trained(TrainingConfig config) {
    try (MindEyeModel model = TinyRun.jointModel()) {
      new MindEyeTrainer(config)
          .withCheckpoints(CheckpointPolicy.in(folder.resolve("run")))
          .train(model, TinyRun.training(), TinyRun.validation());
      return TinyRun.weights(model);
    }
  }

  private Checkpoint newest() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder.resolve("run"))) {
      return store.newest().orElseThrow();
    }
  }

  @Test
  void should_tell_what_was_trained_and_load_it() throws IOException {
    Map<String, float[]> averaged = trained(CONFIG);
    TrainedCheckpoint checkpoint = TrainedCheckpoint.open(newest().folder());
    assertThat(checkpoint.step()).isEqualTo(12);
    assertThat(checkpoint.config()).isEqualTo(CONFIG);
    assertThat(checkpoint.model()).isEqualTo(TinyRun.jointShape());
    assertThat(checkpoint.record().training().samples()).isEqualTo(TinyRun.TRAINING);
    assertThat(checkpoint.history()).hasSize(3);
    assertThat(checkpoint.averages()).isTrue();
    try (MindEyeModel loaded = checkpoint.load(true, Device.cpu())) {
      Map<String, float[]> weights = TinyRun.weights(loaded);
      averaged.forEach((name, w) -> assertThat(weights.get(name)).as(name).isEqualTo(w));
    }
    try (MindEyeModel backbone = checkpoint.load(false, Device.cpu())) {
      assertThat(backbone.prior()).isEmpty();
    }
  }

  @Test
  void should_say_that_there_is_no_prior() throws IOException {
    try (MindEyeModel model = TinyRun.model()) {
      new MindEyeTrainer(TinyRun.config())
          .withCheckpoints(CheckpointPolicy.in(folder.resolve("run")))
          .train(model, TinyRun.training(), TinyRun.validation());
    }
    TrainedCheckpoint checkpoint = TrainedCheckpoint.of(newest());
    assertThatThrownBy(() -> checkpoint.load(true, Device.cpu()))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("this checkpoint has no prior");
  }

  /** The same checkpoint with another document, properly summed. */
  private Checkpoint edited(Checkpoint from, String document, Consumer<ObjectNode> edit)
      throws IOException {
    Map<String, byte[]> documents = new LinkedHashMap<>();
    for (String name : DOCUMENTS) {
      ObjectNode json = (ObjectNode) JSON.readTree(from.document(name));
      if (name.equals(document)) {
        edit.accept(json);
      }
      documents.put(name, JSON.writeValueAsBytes(json));
    }
    Path where = folder.resolve("edited" + System.identityHashCode(edit));
    try (NDManager manager = Torch.newManager(Device.cpu());
        CheckpointStore store = CheckpointStore.open(where)) {
      NDArray one = Torch.copy(manager, new float[] {1}, new ai.djl.ndarray.types.Shape(1));
      store.write(1, Map.of("model", Map.of("one", one)), documents);
      return store.newest().orElseThrow();
    }
  }

  private interface Read {
    Object of(TrainedCheckpoint checkpoint) throws IOException;
  }

  private void assertRefused(
      Checkpoint from, String document, Consumer<ObjectNode> edit, Read read, String message)
      throws IOException {
    TrainedCheckpoint broken = TrainedCheckpoint.of(edited(from, document, edit));
    assertThatThrownBy(() -> read.of(broken))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(document)
        .hasMessageContaining(message);
  }

  @Test
  void should_name_the_key_that_a_document_lacks() throws IOException {
    trained(CONFIG);
    Checkpoint whole = newest();
    for (String name : DOCUMENTS) {
      assertThat(JSON.readTree(whole.document(name)).get("schema").intValue()).isEqualTo(1);
    }
    assertRefused(
        whole,
        "model.json",
        json -> ((ObjectNode) json.get("backbone")).remove("residuals"),
        TrainedCheckpoint::model,
        "expected all keys of schema 1 but found no 'backbone.residuals', which is missing");
    assertRefused(
        whole,
        "config.json",
        json -> ((ObjectNode) json.get("optimizer")).putNull("weightDecay"),
        TrainedCheckpoint::config,
        "'optimizer.weightDecay', which is null");
    assertRefused(
        whole,
        "record.json",
        json -> json.remove("libtorch"),
        TrainedCheckpoint::record,
        "'libtorch', which is missing");
    assertRefused(
        whole,
        "state.json",
        json -> ((ObjectNode) json.get("history").get(1)).remove("best"),
        TrainedCheckpoint::history,
        "'history[1].best', which is missing");
    assertRefused(
        whole, "model.json", json -> json.put("color", 1), TrainedCheckpoint::model, "color");
    assertRefused(
        whole,
        "model.json",
        json -> json.put("schema", 2),
        TrainedCheckpoint::model,
        "expected schema 1 but found schema 2");
    Checkpoint older = edited(whole, "model.json", json -> json.remove("schema"));
    assertThat(TrainedCheckpoint.of(older).model()).isEqualTo(TinyRun.jointShape());
  }
}
