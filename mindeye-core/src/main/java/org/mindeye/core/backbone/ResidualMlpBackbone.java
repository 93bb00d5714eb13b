// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.TensorSpec;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * MindEye's backbone (paper section 3.1; {@code BrainNetwork} in the original's {@code models.py}):
 * an input layer, residual blocks, one wide linear layer that writes all CLIP tokens, and a
 * projector for the contrastive loss.
 *
 * <p>Parameter names are the original's without the prefix {@code voxel2clip.}: {@code
 * lin0.0.weight}, {@code mlp.0.1.bias}, {@code lin1.weight}, {@code projector.8.weight}, ….
 *
 * <p>As a DJL block it reads voxels {@code [batch, voxels]} and returns tokens and projected
 * tokens, both {@code [batch, tokens, width]}.
 */
public final class ResidualMlpBackbone extends Network {
  private final BackboneConfig config;
  private final TensorSpec input;
  private final MlpBlock inputLayer;
  private final List<MlpBlock> blocks = new ArrayList<>();
  private final Linear tokenLayer;
  private final Projector projector;

  /**
   * Declares the parameters; {@link #initialize} creates them.
   *
   * @param config the shape of the network
   */
  public ResidualMlpBackbone(BackboneConfig config) {
    this.config = config;
    input = TensorSpec.of("voxels").axis("batch").axis("voxels", config.voxels());
    ParameterScope trial = scope().ofFewRows(); // the projector sees a row for each token
    BackboneConfig.Trunk trunk = config.trunk();
    int hidden = trunk.hidden();
    inputLayer = new MlpBlock(trial.child("lin0"), config.voxels(), trunk, trunk.inputDropout());
    for (int i = 0; i < trunk.blocks(); i++) {
      blocks.add(new MlpBlock(trial.child("mlp").child(i), hidden, trunk, trunk.blockDropout()));
    }
    tokenLayer = Linear.of(trial.child("lin1"), hidden, config.space().size());
    projector =
        config.projector().exists()
            ? new Projector(
                scope().child("projector"), config.space().width(), config.projector().width())
            : null;
  }

  /**
   * Loads weights with the configuration that {@link BackboneConfig#of} finds: the one they note,
   * or else the one their names and shapes have, with the published dropout rates and residuals.
   * Weights without a note that were trained without residuals load too, and compute wrong results:
   * give their configuration. Prefixes of training programs are understood ({@link
   * StateDict#unwrapped}), and so is {@code voxel2clip.}, with which the rest of the model is left
   * alone.
   *
   * @param file holds the backbone's tensors; stays open
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws MalformedFileException if the tensors are not a backbone's, or contradict what is noted
   *     with them; also where only the configuration determines the space (no projector, and
   *     outputs of no published space): use {@link #load(StateDict, BackboneConfig, Device)} then
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   * @throws MindEyeException if they are known not to fit into memory; says what would fit
   */
  public static ResidualMlpBackbone load(StateDict file, Device device) {
    return load(file, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(StateDict, Device)} in a format of numbers, for inference.
   *
   * @param file holds the backbone's tensors; stays open
   * @param precision the format that the weights are kept in
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws MalformedFileException if the tensors are not a backbone's, or contradict what is noted
   *     with them, or do not determine its space
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   * @throws MindEyeException if they are known not to fit into memory; says what would fit
   */
  public static ResidualMlpBackbone load(StateDict file, Precision precision, Device device) {
    Torch.requirePresent(device);
    Objects.requireNonNull(precision, "precision");
    return load(file, BackboneConfig.of(file), precision, device);
  }

  /**
   * Loads published weights of a known shape.
   *
   * @param file holds the backbone's tensors, with or without the prefix {@code voxel2clip.} and
   *     those of training programs; stays open
   * @param config the shape of the network
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws MalformedFileException if the file notes other residuals than the configuration has
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   * @throws MindEyeException if they are known not to fit into memory; says what would fit
   */
  public static ResidualMlpBackbone load(StateDict file, BackboneConfig config, Device device) {
    return load(file, config, Precision.FLOAT32, device);
  }

  /**
   * Loads published weights of a known shape in a format of numbers, for inference.
   *
   * @param file holds the backbone's tensors, with or without the prefix {@code voxel2clip.} and
   *     those of training programs; stays open
   * @param config the shape of the network
   * @param precision the format that the weights are kept in
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws MalformedFileException if the file notes other residuals than the configuration has
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   * @throws MindEyeException if they are known not to fit into memory; says what would fit
   */
  public static ResidualMlpBackbone load(
      StateDict file, BackboneConfig config, Precision precision, Device device) {
    Torch.requirePresent(device);
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(precision, "precision");
    BackboneWeights.requireNoted(file, config);
    BackboneMemory.requireLoadable(config, precision, MemoryBudget.of(device));
    ResidualMlpBackbone backbone = new ResidualMlpBackbone(config);
    backbone.storeIn(precision);
    return WeightBinder.strict().load(BackboneWeights.of(file), backbone, device);
  }

  /**
   * Starts training for another subject from a trained backbone. The linear layer that reads the
   * voxels, {@code lin0.0.weight} and {@code lin0.0.bias}, belongs to the subject: where the voxel
   * counts differ it is drawn as before any training, and where they are equal it is taken from the
   * file too. Everything behind it, the input layer's norm included, is shared and taken.
   *
   * <p>(MindEye2, whose front end this follows, fine-tunes with a fresh matrix but keeps the bias
   * of the subject that the file begins with.)
   *
   * @param file holds the backbone's tensors, with or without the prefix {@code voxel2clip.} and
   *     those of training programs; stays open
   * @param config the shape of the network: the file's except for the voxel count and the dropout
   *     rates. Whether it was trained with residuals is checked where the file notes it
   * @param device where the weights will live
   * @param noise where the subject's layer is drawn from; nothing is drawn for the rest
   * @return a network with weights, which the caller closes
   * @throws MalformedFileException if the file notes other residuals than the configuration has
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen in more than the
   *     voxel count
   * @throws MindEyeException if they are known not to fit into memory; says what would fit
   */
  public static ResidualMlpBackbone startFrom(
      StateDict file, BackboneConfig config, Device device, NoiseSource noise) {
    Torch.requirePresent(device);
    Objects.requireNonNull(noise, "noise");
    BackboneWeights.requireNoted(file, config);
    StateDict weights = BackboneWeights.of(file);
    if (!BackboneWeights.isOfAnotherSubject(weights, config)) {
      return load(weights, config, device);
    }
    BackboneMemory.requireLoadable(config, Precision.FLOAT32, MemoryBudget.of(device));
    return WeightBinder.strict()
        .mayBeMissing(BackboneWeights.SUBJECT_LAYER)
        .load(
            BackboneWeights.withoutSubjectLayer(weights),
            new ResidualMlpBackbone(config),
            device,
            noise);
  }

  /**
   * The shape of the network.
   *
   * @return the configuration
   */
  public BackboneConfig config() {
    return config;
  }

  /**
   * Predicts CLIP tokens. Gradients flow when the thread records them; no scope is opened, so
   * temporaries belong to the voxels' manager (use {@link BackboneEncoder} for plain inference).
   * Voxels that are NaN or infinite give tokens that are: they are not checked here, so that a
   * training step need not wait for the device, and the losses name what is wrong. {@link
   * BackboneEncoder}, and the network as a DJL block, refuse such voxels.
   *
   * @param voxels {@code [batch, voxels]}
   * @param mode training or evaluation
   * @return tokens and projected tokens, {@code [batch, tokens, width]}, not normalised, owned by
   *     the voxels' manager
   * @throws ShapeMismatchException if the voxel count is not the configured one
   * @throws IllegalStateException before initialisation and after closing
   */
  public BrainEmbedding forward(VoxelBatch voxels, Mode mode) {
    try (Lifetime.Call call = enter()) {
      input.check(voxels.array().getShape());
      device();
      return predict(voxels, mode);
    }
  }

  private BrainEmbedding predict(VoxelBatch voxels, Mode mode) {
    NDArray x = inputLayer.apply(voxels.array(), mode);
    for (MlpBlock block : blocks) {
      NDArray y = block.apply(x, mode);
      x = config.trunk().residuals() ? y.add(x) : y;
    }
    NDArray tokens =
        tokenLayer
            .apply(x)
            .reshape(voxels.batch(), config.space().tokens(), config.space().width());
    BrainTokens predicted = BrainTokens.of(DataTypes.toFloat32(tokens));
    return projector == null
        ? BrainEmbedding.of(predicted)
        : BrainEmbedding.of(predicted, ClipTokens.of(DataTypes.toFloat32(projector.apply(tokens))));
  }

  @Override
  protected Set<Precision> precisions() {
    return EnumSet.allOf(Precision.class);
  }

  @Override
  protected NDList evaluate(NDList inputs) {
    VoxelBatch voxels = VoxelBatch.of(inputs.singletonOrThrow());
    Finite.require("voxels", voxels.array(), "repair or leave out the data");
    BrainEmbedding brain = forward(voxels, Mode.eval());
    return new NDList(brain.tokens().array(), brain.projected().array());
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape tokens =
        new Shape(inputShapes[0].get(0), config.space().tokens(), config.space().width());
    return new Shape[] {tokens, tokens};
  }
}
