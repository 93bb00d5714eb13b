package org.mindeye.examples.train;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mindeye.core.MindEyeException;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.checkpoint.Checkpoint;

/**
 * A trained backbone, and its prior if it is wanted.
 *
 * @param encoder the backbone as a stage
 * @param prior null if it is not wanted
 */
record TrainedModel(BackboneEncoder encoder, DiffusionPrior prior) implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Loads weights.
   *
   * @param place a file of weights of any format, or the folder of a checkpoint
   * @param withPrior whether the prior is wanted
   * @param device where they will live
   */
  static TrainedModel load(Path place, boolean withPrior, Device device) throws IOException {
    if (Files.isDirectory(place)) {
      return load(Checkpoint.open(place), withPrior, device);
    }
    BackboneEncoder encoder = BackboneEncoder.load(place, device);
    try {
      return new TrainedModel(encoder, withPrior ? DiffusionPrior.load(place, device) : null);
    } catch (IOException | RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  /** Opens weights: a file of any format, or the folder of a checkpoint. */
  static StateDict weights(Path place) throws IOException {
    return Files.isDirectory(place) ? weights(Checkpoint.open(place)) : WeightFiles.open(place);
  }

  /** The moving average where there is one. */
  private static StateDict weights(Checkpoint checkpoint) throws IOException {
    return checkpoint.tensors(checkpoint.has("average") ? "average" : "model");
  }

  /** Loads a checkpoint: the moving average where there is one. */
  static TrainedModel load(Checkpoint checkpoint, boolean withPrior, Device device)
      throws IOException {
    ModelConfig shape = JSON.readValue(checkpoint.document("model.json"), ModelConfig.class);
    if (withPrior && shape.process() == null) {
      throw new MindEyeException(
          checkpoint.folder() + ": this checkpoint has no prior; leave --prior out");
    }
    ModelConfig wanted = withPrior ? shape : ModelConfig.of(shape.backbone());
    MindEyeModel model = wanted.allocated(device);
    try (StateDict weights = weights(checkpoint)) {
      model.copyFrom(weights);
      return new TrainedModel(
          BackboneEncoder.of(model.backbone()), withPrior ? model.prior().orElseThrow() : null);
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  @Override
  public void close() {
    encoder.close();
    if (prior != null) {
      prior.close();
    }
  }
}
