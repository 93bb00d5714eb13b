// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mindeye.MindEyeException;
import org.mindeye.cli.report.Provenance;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.TrainedCheckpoint;
import org.mindeye.training.checkpoint.Checkpoint;

/**
 * A trained backbone, and its prior if it is wanted.
 *
 * @param encoder the backbone as a stage
 * @param prior null if it is not wanted
 */
public record TrainedModel(BackboneEncoder encoder, DiffusionPrior prior) implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Loads weights.
   *
   * @param place a file of weights of any format, or the folder of a checkpoint
   * @param withPrior whether the prior is wanted
   * @param device where they will live
   * @return the model; the caller closes it
   */
  public static TrainedModel load(Path place, boolean withPrior, Device device) throws IOException {
    if (Files.isDirectory(place)) {
      return ofFolder(place, withPrior, device);
    }
    try (CloseOnFailure opened = new CloseOnFailure()) {
      BackboneEncoder encoder = opened.add(BackboneEncoder.load(place, device));
      return opened.done(
          new TrainedModel(encoder, withPrior ? DiffusionPrior.load(place, device) : null));
    }
  }

  private static TrainedModel ofFolder(Path place, boolean withPrior, Device device)
      throws IOException {
    try {
      return load(checkpoint(place), withPrior, device);
    } catch (IOException | UncheckedIOException | MindEyeException e) {
      if (Files.exists(place)) {
        throw e;
      }
      throw new MindEyeException(
          place
              + ": the checkpoint was deleted while it was read, as a running training does with"
              + " old ones; give a newer one",
          e);
    }
  }

  /** The networks that {@code mindeye train} notes beside its weights. */
  private static Optional<ModelConfig> noted(Path file, StateDict weights) {
    String text = weights.metadata().get(Provenance.NETWORKS);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(text, ModelConfig.class));
    } catch (JsonProcessingException e) {
      throw new MindEyeException(
          file
              + ": expected networks in the metadata '"
              + Provenance.NETWORKS
              + "' but found "
              + text,
          e);
    }
  }

  /**
   * Refuses weights that are known to be made for the other kind of blocks: their shapes are the
   * same.
   *
   * @param place as in {@link #load(Path, boolean, Device)}
   * @param residuals whether the blocks of the new model have skip connections
   */
  static void requireResiduals(Path place, boolean residuals) throws IOException {
    Optional<ModelConfig> trained = networks(place);
    if (trained.isPresent() && trained.get().backbone().residuals() != residuals) {
      throw new MindEyeException(
          String.format(
              Locale.ROOT,
              "%s: trained with residuals %s but this run has residuals %s; give %s",
              place,
              !residuals,
              residuals,
              residuals ? "--no-residuals" : "--residuals"));
    }
  }

  private static Optional<ModelConfig> networks(Path place) throws IOException {
    if (Files.isDirectory(place)) {
      return Optional.of(TrainedCheckpoint.of(checkpoint(place)).model());
    }
    try (StateDict weights = WeightFiles.open(place)) {
      return noted(place, weights);
    }
  }

  /** Opens a checkpoint; the folder of a run holds several, and is a likely mistake. */
  private static Checkpoint checkpoint(Path folder) throws IOException {
    List<String> inside = new RunFolder(folder).trained();
    if (!inside.isEmpty() && !Files.exists(folder.resolve("manifest.json"))) {
      throw new MindEyeException(
          folder + ": the folder of a run; give " + String.join(", or ", inside));
    }
    return Checkpoint.open(folder);
  }

  /** Opens weights: a file of any format, or the folder of a checkpoint. */
  static StateDict weights(Path place) throws IOException {
    return Files.isDirectory(place)
        ? TrainedCheckpoint.of(checkpoint(place)).weights()
        : WeightFiles.open(place);
  }

  /** Loads a checkpoint: the moving average where there is one. */
  static TrainedModel load(Checkpoint checkpoint, boolean withPrior, Device device)
      throws IOException {
    TrainedCheckpoint trained = TrainedCheckpoint.of(checkpoint);
    if (withPrior && trained.model().process() == null) {
      throw new MindEyeException(
          checkpoint.folder() + ": this checkpoint has no prior; leave --prior out");
    }
    try (CloseOnFailure opened = new CloseOnFailure()) {
      MindEyeModel model = opened.add(trained.load(withPrior, device));
      return opened.done(
          new TrainedModel(
              BackboneEncoder.of(model.backbone()),
              withPrior ? model.prior().orElseThrow() : null));
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
