// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.GroupNorm;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Network;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.TensorSpec;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;

/**
 * The low-level network (paper section 3.4; {@code Voxel2StableDiffusionModel} of the published
 * code, whose parameter names it has): residual layers turn voxels into maps, a VAE decoder
 * enlarges them to latents.
 *
 * <p>Safe for concurrent callers while it is not being trained.
 */
public final class LowLevelNetwork extends Network {
  /** Of the norms outside the upsampler. */
  static final double NORM_EPSILON = 1e-5;

  private final LowLevelConfig config;
  private final TensorSpec input;
  private final VoxelLayer inputLayer;
  private final List<VoxelLayer> blocks = new ArrayList<>();
  private final Linear toMaps;
  private final GroupNorm norm;
  private final Upsampler upsampler;
  private final MapsProjector projector;

  /**
   * Creates a network without weights.
   *
   * @param config its shape
   */
  public LowLevelNetwork(LowLevelConfig config) {
    this(config, DataType.FLOAT32);
  }

  /** With numbers of another type, for tests of gradients. */
  LowLevelNetwork(LowLevelConfig config, DataType type) {
    super(type);
    this.config = Objects.requireNonNull(config, "config");
    input = TensorSpec.of("voxels").axis("batch").axis("voxels", config.voxels());
    LowLevelConfig.Mlp mlp = config.mlp();
    inputLayer =
        new VoxelLayer(scope().child("lin0"), config.voxels(), mlp.hidden(), mlp.inputDropout());
    for (int i = 0; i < mlp.blocks(); i++) {
      blocks.add(
          new VoxelLayer(
              scope().child("mlp").child(i), mlp.hidden(), mlp.hidden(), mlp.blockDropout()));
    }
    int channels = config.upsampling().channels();
    int side = config.mapSide();
    toMaps = Linear.withoutBias(scope().child("lin1"), mlp.hidden(), channels * side * side);
    norm = new GroupNorm(scope().child("norm"), 1, channels, NORM_EPSILON);
    upsampler =
        new Upsampler(
            scope().child("upsampler"),
            channels,
            config.latents().channels(),
            config.upsampling().stages());
    projector =
        config.mapsProjector()
            ? new MapsProjector(scope().child("maps_projector"), channels)
            : null;
  }

  /**
   * Loads a published network with the configuration its weights have.
   *
   * @param file the weights; stay open
   * @param device where the network computes
   * @return the network, which the caller closes, with the projector if the file has it
   * @throws org.mindeye.MindEyeException if the file holds no such network, or it is known not to
   *     fit into memory
   */
  public static LowLevelNetwork load(StateDict file, Device device) {
    Torch.requirePresent(device);
    return load(file, LowLevelConfig.of(file), device);
  }

  /**
   * Loads a network of a known shape.
   *
   * @param file the weights; stay open
   * @param config their shape; without the projector, {@code maps_projector.*} may be in the file
   *     and stays there
   * @param device where the network computes
   * @return the network, which the caller closes
   * @throws org.mindeye.MindEyeException if the file holds no such network, or it is known not to
   *     fit into memory
   */
  public static LowLevelNetwork load(StateDict file, LowLevelConfig config, Device device) {
    return load(file, config, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(StateDict, LowLevelConfig, Device)} in a format of numbers, for inference.
   *
   * @param file the weights; stay open
   * @param config their shape; without the projector, {@code maps_projector.*} may be in the file
   *     and stays there
   * @param precision the format that the weights are kept in
   * @param device where the network computes
   * @return the network, which the caller closes
   * @throws org.mindeye.MindEyeException if the file holds no such network, or it is known not to
   *     fit into memory
   */
  public static LowLevelNetwork load(
      StateDict file, LowLevelConfig config, Precision precision, Device device) {
    Torch.requirePresent(device);
    LowLevelNetwork network = new LowLevelNetwork(config);
    network.storeIn(precision);
    LowLevelMemory.requireLoadable(config, precision, MemoryBudget.of(device));
    WeightBinder binder = WeightBinder.strict();
    return (config.mapsProjector() ? binder : binder.mayBeExtra("maps_projector.*"))
        .load(file.unwrapped(), network, device);
  }

  /**
   * Loads a published network for inference only: the head that training needs is left in the file.
   *
   * @param file the weights; stay open
   * @param device where the network computes
   * @return the network, which the caller closes, without the projector
   * @throws org.mindeye.MindEyeException if the file holds no such network, or it is known not to
   *     fit into memory
   */
  public static LowLevelNetwork loadForInference(StateDict file, Device device) {
    return loadForInference(file, Precision.FLOAT32, device);
  }

  /**
   * As {@link #loadForInference(StateDict, Device)} in a format of numbers.
   *
   * @param file the weights; stay open
   * @param precision the format that the weights are kept in
   * @param device where the network computes
   * @return the network, which the caller closes, without the projector
   * @throws org.mindeye.MindEyeException if the file holds no such network, or it is known not to
   *     fit into memory
   */
  public static LowLevelNetwork loadForInference(
      StateDict file, Precision precision, Device device) {
    Objects.requireNonNull(precision, "precision");
    Torch.requirePresent(device);
    LowLevelConfig config = LowLevelConfig.of(file);
    return load(file, config.withoutMapsProjector(), precision, device);
  }

  /**
   * The shape.
   *
   * @return the configuration
   */
  public LowLevelConfig config() {
    return config;
  }

  /**
   * Predicts latents, and features where there is a projector. Gradients flow.
   *
   * @param voxels {@code [batch, voxels]}, one mean or repetition for each sample
   * @param mode with dropout in training
   * @return owned by the voxels' manager
   */
  public LowLevelPrediction forward(VoxelBatch voxels, Mode mode) {
    try (Lifetime.Call call = enter()) {
      input.check(voxels.array().getShape());
      device();
      NDArray maps = maps(voxels.array(), mode);
      return new LowLevelPrediction(
          VaeLatents.of(DataTypes.toFloat32(upsampler.apply(maps))),
          projector == null ? null : DataTypes.toFloat32(projector.apply(maps)));
    }
  }

  private NDArray maps(NDArray voxels, Mode mode) {
    NDArray x = inputLayer.apply(voxels, mode);
    for (VoxelLayer block : blocks) {
      x = block.apply(x, mode).add(x);
    }
    int side = config.mapSide();
    return norm.apply(
        toMaps.apply(x).reshape(x.getShape().get(0), config.upsampling().channels(), side, side));
  }

  @Override
  protected NDList evaluate(NDList inputs) {
    VoxelBatch voxels = VoxelBatch.of(inputs.singletonOrThrow());
    Finite.require("voxels", voxels.array(), "repair or leave out the data");
    return new NDList(forward(voxels, Mode.eval()).latents().array());
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    LowLevelConfig.Latents latents = config.latents();
    return new Shape[] {
      new Shape(inputShapes[0].get(0), latents.channels(), latents.side(), latents.side())
    };
  }
}
