// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.mindeye.MindEyeException;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.training.checkpoint.Checkpoint;
import org.mindeye.training.checkpoint.CheckpointReader;

/**
 * Trained weights of the published recipe, wherever they are: a file of any format, a checkpoint,
 * or the end of a run. Says what is noted about them and loads the networks.
 *
 * <pre>{@code
 * try (BackboneEncoder encoder =
 *     TrainedRun.open(folder).best(w -> MindEyeWeights.of(w).encoder(Device.cpu()))) { … }
 * }</pre>
 */
public final class MindEyeWeights {
  private final WeightSource source;

  /** Files are read as published ones are; a checkpoint's networks are known. */
  private final boolean checkpoint;

  private MindEyeWeights(WeightSource source, boolean checkpoint) {
    this.source = source;
    this.checkpoint = checkpoint;
  }

  /**
   * Those of a run.
   *
   * @param weights of one of its steps
   * @return the same, of the published recipe
   */
  public static MindEyeWeights of(TrainedWeights weights) {
    Objects.requireNonNull(weights, "weights");
    return new MindEyeWeights(weights, weights instanceof CheckpointWeights);
  }

  /**
   * Those of a place. The folder of a run, which has several, is refused: {@link TrainedRun#open}
   * chooses among them.
   *
   * @param place a file of any format of {@link WeightFiles}, or the folder of a checkpoint, which
   *     is verified: every file of it is read once
   * @return weights, nothing of which stays open
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if it is the folder of a run: says which weights there are in it
   * @throws MalformedFileException if a folder is not a checkpoint, or a damaged one; names the
   *     file
   */
  public static MindEyeWeights open(Path place) throws IOException {
    Objects.requireNonNull(place, "place");
    if (!Files.isDirectory(place)) {
      return new MindEyeWeights(new FileWeights(place), false);
    }
    boolean several = TrainedRun.isRun(place) || RunFolder.at(place).isDone();
    if (several && !CheckpointReader.isCheckpoint(place)) {
      throw new MindEyeException(place + ": the folder of a run; " + TrainedRun.choices(place));
    }
    return reading(place, () -> of(new CheckpointWeights(Checkpoint.open(place))));
  }

  /**
   * Writes a model's weights under the published names. The file appears under its name only when
   * it is complete.
   *
   * @param file its folder must exist; replaced if it exists
   * @param model whose weights; must not be trained in the meantime
   * @param provenance noted beside them
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, MindEyeModel model, Provenance provenance)
      throws IOException {
    try (NDManager small = Torch.newManager(model.device())) {
      WeightFiles.write(file, model.tensors(small), provenance.metadata());
    }
  }

  /**
   * Where they are.
   *
   * @return a file, or the folder of a checkpoint
   */
  public Path place() {
    return source.place();
  }

  /**
   * How they were trained.
   *
   * @return the recipe; empty if the file does not note it, as published ones do not
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if the note lacks a key or is of a later schema; names it
   */
  public Optional<TrainingConfig> config() throws IOException {
    return source.document(RunDescription.CONFIG, TrainingConfig.class);
  }

  /**
   * The shape of the networks.
   *
   * @return backbone, and prior if there is one; empty if the file does not note it: {@link
   *     BackboneConfig#of(StateDict)} says what its tensors tell
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if the note lacks a key or is of a later schema; names it
   */
  public Optional<ModelConfig> model() throws IOException {
    return source.document(RunDescription.MODEL, ModelConfig.class);
  }

  /**
   * Who trained them from what.
   *
   * @return the record; empty if the file does not note it
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if the note lacks a key or is of a later schema; names it
   */
  public Optional<RunRecord> record() throws IOException {
    return source.document(RunDescription.RECORD, RunRecord.class);
  }

  /**
   * Whether there is a diffusion prior.
   *
   * @return true if the networks noted, or else the tensors, include one
   * @throws IOException if they cannot be read
   */
  public boolean hasPrior() throws IOException {
    Optional<ModelConfig> noted = model();
    if (noted.isPresent()) {
      return noted.get().process() != null;
    }
    try (StateDict file = weights()) {
      return ModelConfig.holdsPrior(file);
    }
  }

  /**
   * The tensors: of a checkpoint the moving average where there is one.
   *
   * @return tensors under the published names; the caller closes them
   * @throws IOException if the file cannot be read
   */
  public StateDict weights() throws IOException {
    return source.weights();
  }

  /**
   * Loads the backbone as the first stage of a pipeline.
   *
   * @param device where it computes
   * @return the stage, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if there is no backbone, or another one than it seems, or it is known
   *     not to fit into memory
   */
  public BackboneEncoder encoder(Device device) throws IOException {
    return encoder(Precision.FLOAT32, device);
  }

  /**
   * Loads the backbone in a format of numbers, as the first stage of a pipeline.
   *
   * @param precision in which it keeps its weights
   * @param device where it computes
   * @return the stage, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if there is no backbone, or another one than it seems, or it is known
   *     not to fit into memory
   */
  public BackboneEncoder encoder(Precision precision, Device device) throws IOException {
    return BackboneEncoder.of(load(false, precision, device).backbone());
  }

  /**
   * Loads the prior alone.
   *
   * @param device where it computes
   * @return the prior, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if there is none, or another one than it seems
   */
  public DiffusionPrior prior(Device device) throws IOException {
    if (!checkpoint) {
      return DiffusionPrior.load(place(), device);
    }
    ModelConfig shape = requirePrior();
    return guarded(
        () -> {
          try (StateDict file = weights()) {
            return shape.prior(file, device);
          }
        });
  }

  /**
   * Loads the networks.
   *
   * @param withPrior whether the prior is wanted
   * @param device where they will live
   * @return the model, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if there is no prior although it is wanted, the networks are others
   *     than they seem, or they are known not to fit into memory
   */
  public MindEyeModel load(boolean withPrior, Device device) throws IOException {
    return load(withPrior, Precision.FLOAT32, device);
  }

  /**
   * Loads the networks in a format of numbers, for inference.
   *
   * @param withPrior whether the prior is wanted
   * @param precision in which the networks keep their weights
   * @param device where they will live
   * @return the model, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if one of the networks does not offer the format: the prior
   *     {@link Precision#INT8_WEIGHTS}
   * @throws MindEyeException if there is no prior although it is wanted, the networks are others
   *     than they seem, or they are known not to fit into memory
   */
  public MindEyeModel load(boolean withPrior, Precision precision, Device device)
      throws IOException {
    Objects.requireNonNull(precision, "precision");
    return guarded(
        () ->
            checkpoint
                ? ofCheckpoint(withPrior, precision, device)
                : ofFile(withPrior, precision, device));
  }

  private MindEyeModel ofFile(boolean withPrior, Precision precision, Device device)
      throws IOException {
    Torch.requirePresent(device);
    try (CloseOnFailure opened = new CloseOnFailure();
        StateDict file = weights()) {
      ResidualMlpBackbone backbone =
          opened.add(ResidualMlpBackbone.load(file, BackboneConfig.of(file), precision, device));
      if (!withPrior) {
        return opened.done(MindEyeModel.of(backbone));
      }
      DiffusionPrior prior = opened.add(DiffusionPrior.load(place(), precision, device));
      return opened.done(MindEyeModel.of(backbone, prior));
    }
  }

  private MindEyeModel ofCheckpoint(boolean withPrior, Precision precision, Device device)
      throws IOException {
    ModelConfig wanted = withPrior ? requirePrior() : ModelConfig.of(networks().backbone());
    TrainingMemory.requireLoadable(wanted, precision, MemoryBudget.of(device));
    try (CloseOnFailure opened = new CloseOnFailure();
        StateDict file = weights()) {
      MindEyeModel model = opened.add(wanted.allocated(precision, device));
      model.copyFrom(file);
      return opened.done(model);
    }
  }

  /** A checkpoint's. */
  private ModelConfig networks() throws IOException {
    return model()
        .orElseThrow(
            () ->
                new MindEyeException(
                    place()
                        + ": a checkpoint of another recipe than the published one; its networks"
                        + " are made by that, and filled by TrainedWeights.copyInto"));
  }

  private ModelConfig requirePrior() throws IOException {
    ModelConfig shape = networks();
    if (shape.process() == null) {
      throw new MindEyeException(place() + ": this checkpoint has no prior; load it without one");
    }
    return shape;
  }

  /**
   * Makes a model that starts from these weights: see {@link ModelConfig#startingFrom}.
   *
   * @param shape of the model
   * @param device where it will live
   * @param seed of what these weights do not have
   * @return the model, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if they are known to be trained for blocks of the other kind, whose
   *     shapes are the same: with residuals or without
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen in more than the
   *     voxel count
   */
  public MindEyeModel startingModel(ModelConfig shape, Device device, long seed)
      throws IOException {
    Optional<Boolean> trained = residuals();
    boolean wanted = shape.backbone().trunk().residuals();
    if (trained.isPresent() && trained.get() != wanted) {
      throw new MindEyeException(
          String.format(
              Locale.ROOT,
              "%s: trained with residuals %s but this run has residuals %s; give them a backbone"
                  + " with residuals %s",
              place(),
              trained.get(),
              wanted,
              trained.get()));
    }
    return guarded(
        () -> {
          try (StateDict file = weights()) {
            return shape.startingFrom(file, device, seed);
          }
        });
  }

  /**
   * Whether the blocks have skip connections, which names and shapes do not tell.
   *
   * @return as it is noted; empty if it is not
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if the note lacks a key or is of a later schema; names it
   */
  public Optional<Boolean> residuals() throws IOException {
    return model().map(noted -> noted.backbone().trunk().residuals());
  }

  /** What is done with files that a running training may delete. */
  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  private <T> T guarded(Reading<T> reading) throws IOException {
    return checkpoint ? reading(place(), reading) : reading.read();
  }

  private static <T> T reading(Path place, Reading<T> reading) throws IOException {
    try {
      return reading.read();
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

  /**
   * For messages.
   *
   * @return where they are
   */
  @Override
  public String toString() {
    return place().toString();
  }
}
