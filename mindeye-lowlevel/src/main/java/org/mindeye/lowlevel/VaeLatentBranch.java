// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.pipeline.LatentBranch;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;

/** A trained low-level network as a stage of a pipeline: evaluation mode, no graph, any thread. */
public final class VaeLatentBranch implements LatentBranch {
  private final LowLevelNetwork network;

  private VaeLatentBranch(LowLevelNetwork network) {
    this.network = network;
  }

  /**
   * Serves a network. Closing the stage closes it.
   *
   * @param network with weights, that is not being trained
   * @return the stage
   * @throws IllegalStateException if the network has no weights
   */
  public static VaeLatentBranch of(LowLevelNetwork network) {
    network.device();
    return new VaeLatentBranch(network);
  }

  /**
   * Loads a published network, such as {@code epoch120.pth}, without the head that only training
   * needs.
   *
   * @param file the weights, in any format of {@link WeightFiles}
   * @param device where it computes
   * @return the stage, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws org.mindeye.MindEyeException if it holds no low-level network; only {@code
   *     maps_projector.*} may be there besides
   */
  public static VaeLatentBranch load(Path file, Device device) throws IOException {
    return load(file, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(Path, Device)} in a format of numbers. Latents are float32.
   *
   * @param file the weights, in any format of {@link WeightFiles}
   * @param precision the format that the weights are kept in
   * @param device where it computes
   * @return the stage, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws org.mindeye.MindEyeException if it holds no low-level network; only {@code
   *     maps_projector.*} may be there besides
   */
  public static VaeLatentBranch load(Path file, Precision precision, Device device)
      throws IOException {
    Objects.requireNonNull(precision, "precision");
    Torch.requirePresent(device);
    try (StateDict weights = WeightFiles.open(file)) {
      return of(LowLevelNetwork.loadForInference(weights, precision, device));
    }
  }

  /**
   * The format in which the network multiplies.
   *
   * @return as it was loaded
   */
  public Precision precision() {
    return network.precision();
  }

  @Override
  public int voxels() {
    return network.config().voxels();
  }

  @Override
  public Shape latents() {
    LowLevelConfig.Latents latents = network.config().latents();
    return new Shape(latents.channels(), latents.side(), latents.side());
  }

  @Override
  public Device device() {
    return network.device();
  }

  @Override
  public VaeLatents predict(VoxelBatch voxels, NDManager owner) {
    try (Lifetime.Call call = network.enter();
        CallScope scope = CallScope.open(device())) {
      Alive.require("owner", owner);
      Finite.require("voxels", voxels.array(), "repair or leave out the data");
      VaeLatents latents = network.forward(voxels, Mode.eval()).latents();
      return VaeLatents.of(scope.keep(latents.array(), owner));
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
