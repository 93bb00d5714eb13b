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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.document.Document;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.testkit.BrokenDocuments;
import org.mindeye.testkit.BrokenDocuments.Broken;
import org.mindeye.training.checkpoint.Checkpoint;
import org.mindeye.training.checkpoint.CheckpointStore;

class MindEyeWeightsTest {
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
    TrainedWeights state = new CheckpointWeights(newest());
    assertThat(state.step()).isEqualTo(12);
    assertThat(state.config(TrainingConfig.class)).isEqualTo(CONFIG);
    assertThat(state.history()).hasSize(3);
    assertThat(state.averages()).isTrue();
    MindEyeWeights checkpoint = MindEyeWeights.open(newest().folder());
    assertThat(checkpoint.place()).isEqualTo(newest().folder());
    assertThat(checkpoint.config()).hasValue(CONFIG);
    assertThat(checkpoint.model()).hasValue(TinyRun.jointShape());
    assertThat(checkpoint.record().orElseThrow().training().samples()).isEqualTo(TinyRun.TRAINING);
    assertThat(checkpoint.hasPrior()).isTrue();
    try (MindEyeModel loaded = checkpoint.load(true, Device.cpu())) {
      Map<String, float[]> weights = TinyRun.weights(loaded);
      averaged.forEach((name, w) -> assertThat(weights.get(name)).as(name).isEqualTo(w));
    }
    try (MindEyeModel backbone = checkpoint.load(false, Device.cpu())) {
      assertThat(backbone.prior()).isEmpty();
    }
    try (BackboneEncoder encoder = checkpoint.encoder(Device.cpu());
        DiffusionPrior prior = checkpoint.prior(Device.cpu());
        StateDict file = checkpoint.weights();
        NDManager manager = Torch.newManager(Device.cpu())) {
      assertThat(encoder.voxels()).isEqualTo(TinyRun.VOXELS);
      String query = "learned_query";
      assertThat(prior.network().arrays().get(query).toFloatArray())
          .isEqualTo(file.load("net." + query, manager).toFloatArray());
      assertThat(prior.config()).isEqualTo(TinyRun.jointShape().process());
    }
  }

  @Test
  void should_load_checkpoints_and_files_in_a_format() throws IOException {
    trained(CONFIG);
    Path file = folder.resolve("model.safetensors");
    try (MindEyeModel model = TinyRun.model()) {
      WeightFiles.write(file, model.backbone(), Map.of());
    }
    MindEyeWeights checkpoint = MindEyeWeights.open(newest().folder());
    try (MindEyeModel half = checkpoint.load(true, Precision.BFLOAT16, Device.cpu());
        MindEyeModel integers = checkpoint.load(false, Precision.INT8_WEIGHTS, Device.cpu());
        MindEyeModel ofFile =
            MindEyeWeights.open(file).load(false, Precision.BFLOAT16, Device.cpu())) {
      assertThat(half.backbone().precision()).isEqualTo(Precision.BFLOAT16);
      assertThat(half.prior().orElseThrow().network().precision()).isEqualTo(Precision.BFLOAT16);
      assertThat(integers.backbone().precision()).isEqualTo(Precision.INT8_WEIGHTS);
      assertThat(ofFile.backbone().precision()).isEqualTo(Precision.BFLOAT16);
    }
    assertThatThrownBy(() -> checkpoint.load(true, Precision.INT8_WEIGHTS, Device.cpu()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected a precision of [FLOAT32, BFLOAT16] but was INT8_WEIGHTS");
  }

  @Test
  void should_note_in_a_file_what_a_checkpoint_notes() throws IOException {
    Path file = folder.resolve("model.safetensors");
    ModelConfig shape = TinyRun.jointShape();
    Map<String, float[]> written;
    RunRecord record;
    try (MindEyeModel model = TinyRun.jointModel()) {
      record = RunRecord.of(model, Precision.FLOAT32, TinyRun.training(), TinyRun.validation());
      MindEyeWeights.write(file, model, new Provenance(CONFIG, shape, record));
      written = TinyRun.weights(model);
    }
    MindEyeWeights weights = MindEyeWeights.open(file);
    assertThat(weights.config()).hasValue(CONFIG);
    assertThat(weights.model()).hasValue(shape);
    assertThat(weights.record()).hasValue(record);
    assertThat(weights.residuals()).hasValue(true);
    try (MindEyeModel model = weights.load(true, Device.cpu())) {
      Map<String, float[]> read = TinyRun.weights(model);
      written.forEach((name, w) -> assertThat(read.get(name)).as(name).isEqualTo(w));
    }
    try (DiffusionPrior prior = weights.prior(Device.cpu())) {
      assertThat(prior.space()).isEqualTo(TinyRun.SPACE);
    }
  }

  @Test
  void should_take_a_file_that_notes_nothing_as_a_published_one() throws IOException {
    Path file = folder.resolve("plain.safetensors");
    try (MindEyeModel model = TinyRun.model()) {
      WeightFiles.write(file, model.backbone(), Map.of());
    }
    MindEyeWeights weights = MindEyeWeights.open(file);
    assertThat(weights.config()).isEmpty();
    assertThat(weights.model()).isEmpty();
    assertThat(weights.record()).isEmpty();
    assertThat(weights.residuals()).isEmpty();
    assertThat(weights.hasPrior()).isFalse();
    try (BackboneEncoder encoder = weights.encoder(Device.cpu())) {
      assertThat(encoder.space()).isEqualTo(TinyRun.SPACE);
    }
    ModelConfig other = ModelConfig.of(TinyRun.backboneConfig(32).withoutResiduals());
    weights.startingModel(other, Device.cpu(), 1).close(); // there is nothing to compare with
  }

  @Test
  void should_refuse_to_go_on_with_blocks_of_the_other_kind() throws IOException {
    trained(CONFIG);
    MindEyeWeights weights = MindEyeWeights.open(newest().folder());
    ModelConfig other = ModelConfig.of(TinyRun.backboneConfig(32).withoutResiduals());
    assertThatThrownBy(() -> weights.startingModel(other, Device.cpu(), 1))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            weights
                + ": trained with residuals true but this run has residuals false; give them a"
                + " backbone with residuals true");
    try (MindEyeModel model = weights.startingModel(TinyRun.jointShape(), Device.cpu(), 1)) {
      assertThat(model.prior()).isPresent();
    }
  }

  @Test
  void should_say_that_a_checkpoint_was_deleted_meanwhile() throws IOException {
    trained(CONFIG);
    Path place = newest().folder();
    MindEyeWeights weights = MindEyeWeights.open(place);
    Folders.delete(place);
    assertThatThrownBy(() -> weights.load(true, Device.cpu()))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            place
                + ": the checkpoint was deleted while it was read, as a running training does with"
                + " old ones; give a newer one");
  }

  @Test
  void should_say_that_there_is_no_prior() throws IOException {
    try (MindEyeModel model = TinyRun.model()) {
      new MindEyeTrainer(TinyRun.config())
          .withCheckpoints(CheckpointPolicy.in(folder.resolve("run")))
          .train(model, TinyRun.training(), TinyRun.validation());
    }
    MindEyeWeights checkpoint = MindEyeWeights.of(new CheckpointWeights(newest()));
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
      store.write(1, Map.of("model", Map.of("one", one)), Map.of(), documents);
      return store.newest().orElseThrow();
    }
  }

  private interface Read {
    Object of(TrainedWeights weights) throws IOException;
  }

  private void assertRefused(
      Checkpoint from, String document, Consumer<ObjectNode> edit, Read read, String message)
      throws IOException {
    TrainedWeights broken = new CheckpointWeights(edited(from, document, edit));
    assertThatThrownBy(() -> read.of(broken))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(document)
        .hasMessageContaining(message);
  }

  /** What holds any names: terms of a loss and scores. */
  private static final String[] FREE = {
    "schema", "epochSum", "history.training", "history.validation", "scores.meanOf"
  };

  @Test
  void should_name_every_key_of_every_document() throws IOException {
    trained(CONFIG);
    Checkpoint whole = newest();
    Map<String, Class<? extends Record>> types =
        Map.of(
            "config.json", TrainingConfig.class,
            "model.json", ModelConfig.class,
            "record.json", RunRecord.class,
            "selection.json", SelectionRule.class,
            "state.json", RunState.class);
    assertThat(types.keySet()).containsExactlyInAnyOrderElementsOf(DOCUMENTS);
    for (Map.Entry<String, Class<? extends Record>> type : types.entrySet()) {
      String json = new String(whole.document(type.getKey()), StandardCharsets.UTF_8);
      RunDocuments.read(whole, type.getKey(), type.getValue());
      for (Broken broken : BrokenDocuments.of(json, FREE)) {
        assertThatThrownBy(() -> Document.parse("x.json", broken.json()).as(type.getValue()))
            .as(type.getKey() + ": " + broken)
            .isInstanceOf(MalformedFileException.class)
            .hasMessageStartingWith("x.json: ")
            .hasMessageContaining(broken.key());
      }
    }
  }

  @Test
  void should_name_the_key_that_a_document_lacks() throws IOException {
    trained(CONFIG);
    Checkpoint whole = newest();
    for (String name : DOCUMENTS) {
      assertThat(JSON.readTree(whole.document(name)).get("schema").intValue()).isEqualTo(3);
    }
    assertRefused(
        whole,
        "model.json",
        json -> ((ObjectNode) json.at("/backbone/trunk")).remove("residuals"),
        weights -> MindEyeWeights.of(weights).model(),
        ": backbone.trunk: expected the fields [hidden, blocks, ");
    assertRefused(
        whole,
        "config.json",
        json -> ((ObjectNode) json.get("optimizer")).putNull("weightDecay"),
        weights -> MindEyeWeights.of(weights).config(),
        "but found null for [optimizer.weightDecay]; ");
    assertRefused(
        whole,
        "record.json",
        json -> ((ObjectNode) json.get("software")).remove("libtorch"),
        weights -> MindEyeWeights.of(weights).record(),
        "but found missing [software.libtorch]; ");
    assertRefused(
        whole,
        "state.json",
        json -> ((ObjectNode) json.get("history").get(1)).remove("best"),
        TrainedWeights::history,
        "history[1]: expected the fields [epoch, ");
    assertRefused(
        whole,
        "model.json",
        json -> json.put("color", 1),
        weights -> MindEyeWeights.of(weights).model(),
        "color");
    assertRefused(
        whole,
        "model.json",
        json -> json.put("schema", 4),
        weights -> MindEyeWeights.of(weights).model(),
        "expected schema 1 to 3 but found schema 4");
    Checkpoint older = edited(whole, "model.json", json -> json.remove("schema"));
    assertThat(MindEyeWeights.of(new CheckpointWeights(older)).model())
        .hasValue(TinyRun.jointShape());
  }
}
