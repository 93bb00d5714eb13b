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
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipEncoderConfig;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.weights.StateDict;
import org.mindeye.data.Split;
import org.mindeye.data.augmentation.AugmentationConfig;
import org.mindeye.training.TrainingResult.End;
import org.mindeye.training.checkpoint.Checkpoint;
import org.mindeye.training.checkpoint.CheckpointStore;

/** A run goes on with the targets it began with, whatever their files are called. */
class EncoderFingerprintTest {
  /** Two tokens of six, as {@link TinyRun} predicts. */
  private static final VisionTransformerConfig VIT =
      new VisionTransformerConfig(8, 16, 1, 2, new PatchGrid(16, 16), 6, Nonlinearity.QUICK_GELU);

  private static final TrainingConfig CONFIG = TinyRun.config().withEpochs(3);

  @TempDir private Path folder;

  private final ClipImageEncoder clip = encoder(2, ClipEncoderConfig.paper(VIT));

  private static ClipImageEncoder encoder(long seed, ClipEncoderConfig config) {
    ClipVisionTransformer network = new ClipVisionTransformer(VIT);
    network.initialize(Device.cpu(), NoiseSource.seeded(seed));
    return ClipImageEncoder.of(network, config);
  }

  @AfterEach
  void close() {
    clip.close();
  }

  /** Stops after the first step of an epoch that it did not begin. */
  private TrainingResult run(boolean resume, int steps, TargetSource training, TargetSource judge) {
    int[] done = {0};
    TrainingSplit learned = new TrainingSplit(Split.TRAIN, TinyRun.training().trials(), training);
    TrainingSplit judged =
        new TrainingSplit(Split.VALIDATION, TinyRun.validation().trials(), judge);
    try (MindEyeModel model = TinyRun.model()) {
      MindEyeTrainer trainer =
          new MindEyeTrainer(CONFIG)
              .withCheckpoints(CheckpointPolicy.in(folder))
              .stoppingWhen(() -> ++done[0] == steps);
      return resume
          ? trainer.resume(model, learned, judged)
          : trainer.train(model, learned, judged);
    }
  }

  private CachedTargets judged(ClipImageEncoder encoder) {
    return CachedTargets.encode(encoder, TinyRun.validation().trials());
  }

  private CachedTargets learned(ClipImageEncoder encoder) {
    return CachedTargets.encode(encoder, TinyRun.training().trials());
  }

  @Test
  void should_refuse_an_encoder_of_other_weights_with_both_values() {
    run(false, 5, learned(clip), judged(clip));
    try (ClipImageEncoder other = encoder(3, ClipEncoderConfig.paper(VIT))) {
      assertThatThrownBy(() -> run(true, 5, learned(other), judged(clip)))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining(
              "targets.trainingEncoder.weights=\"%s\" there, \"%s\" here",
              clip.fingerprint().weights(), other.fingerprint().weights());
      assertThatThrownBy(() -> run(true, 5, learned(clip), judged(other)))
          .hasMessageContaining("targets.validationEncoder.weights=");
    }
    try (ClipImageEncoder same = encoder(2, ClipEncoderConfig.paper(VIT).withChunk(3))) {
      assertThat(run(true, -1, learned(same), judged(same)).end()).isEqualTo(End.COMPLETE);
    }
  }

  @Test
  void should_refuse_another_preprocessing() {
    AugmentationConfig augmentation = AugmentationConfig.paper().withSize(16);
    run(false, 5, new AugmentedTargets(clip, augmentation, 1), judged(clip));
    ClipEncoderConfig paper = ClipEncoderConfig.paper(VIT);
    ClipEncoderConfig smooth =
        paper.withPreprocessing(paper.preprocessing().withAntialias(Antialias.ON));
    try (ClipImageEncoder other = encoder(2, smooth)) {
      assertThatThrownBy(
              () -> run(true, 5, new AugmentedTargets(other, augmentation, 1), judged(clip)))
          .hasMessageContaining(
              "{targets.trainingEncoder.preprocessing.antialias=\"OFF\" there, \"ON\" here}");
    }
  }

  /** The stated rule: what was not noted is not compared. */
  @Test
  void should_go_on_with_a_checkpoint_of_the_version_before_encoders_were_noted()
      throws IOException {
    run(false, 5, learned(clip), judged(clip));
    forgetEncoders();

    assertThat(run(true, 2, learned(clip), judged(clip)).end()).isEqualTo(End.STOPPED);
    try (ClipImageEncoder other = encoder(3, ClipEncoderConfig.paper(VIT))) {
      assertThatThrownBy(() -> run(true, 5, learned(other), judged(clip)))
          .as("noted from now on")
          .hasMessageContaining("targets.trainingEncoder.weights=");
    }
  }

  private void forgetEncoders() throws IOException {
    ObjectMapper json = new ObjectMapper();
    try (CheckpointStore store = CheckpointStore.open(folder);
        NDManager manager = Torch.newManager(Device.cpu())) {
      Checkpoint newest = store.newest().orElseThrow();
      Map<String, Map<String, NDArray>> tensors = new LinkedHashMap<>();
      for (String group : new String[] {"model", "optimizer"}) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        try (StateDict saved = newest.tensors(group)) {
          saved.names().forEach(name -> arrays.put(name, saved.load(name, manager)));
        }
        tensors.put(group, arrays);
      }
      Map<String, byte[]> documents = new LinkedHashMap<>();
      for (String name : new String[] {"config.json", "model.json", "record.json", "state.json"}) {
        documents.put(name, newest.document(name));
      }
      ObjectNode record = (ObjectNode) json.readTree(documents.get("record.json"));
      ((ObjectNode) record.get("targets")).remove("trainingEncoder");
      ((ObjectNode) record.get("targets")).remove("validationEncoder");
      documents.put("record.json", json.writeValueAsBytes(record));
      store.write(newest.step(), tensors, Map.of(), documents);
    }
  }

  @Test
  void should_refuse_to_judge_by_another_encoder() {
    ClipFingerprint noted = clip.fingerprint();
    RunRecord.Targets targets = new RunRecord.Targets("a", "b", null, noted);
    targets.requireEncoder("x", noted);
    new RunRecord.Targets("a", "b", null, null).requireEncoder("old", noted);
    try (ClipImageEncoder other = encoder(3, ClipEncoderConfig.paper(VIT))) {
      assertThatThrownBy(() -> targets.requireEncoder("clip.safetensors", other.fingerprint()))
          .isInstanceOf(MindEyeException.class)
          .hasMessage(
              "clip.safetensors: the run was trained and judged with another CLIP encoder than the"
                  + " one given: {encoder.weights=\""
                  + noted.weights()
                  + "\" there, \""
                  + other.fingerprint().weights()
                  + "\" here}; give the encoder that it was trained with");
    }
  }
}
