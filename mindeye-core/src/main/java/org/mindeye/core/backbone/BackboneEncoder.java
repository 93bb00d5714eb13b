// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.pipeline.VoxelEncoder;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;

/** A trained backbone as the first stage of a pipeline: evaluation mode, no graph, any thread. */
public final class BackboneEncoder implements VoxelEncoder {
  private final ResidualMlpBackbone backbone;

  private BackboneEncoder(ResidualMlpBackbone backbone) {
    this.backbone = backbone;
  }

  /**
   * Serves a backbone. Closing the encoder closes the backbone; a caller that closes the backbone
   * need not close the encoder too.
   *
   * @param backbone an initialised backbone that is not being trained
   * @return the stage
   * @throws IllegalStateException if the backbone has no weights
   */
  public static BackboneEncoder of(ResidualMlpBackbone backbone) {
    backbone.device();
    return new BackboneEncoder(backbone);
  }

  /**
   * Loads a published backbone, with the configuration read from its weights; see {@link
   * ResidualMlpBackbone#load(StateDict, Device)}.
   *
   * @param file the weights, in any format of {@link WeightFiles}
   * @param device where the backbone computes
   * @return the stage, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws MindEyeException if it holds no backbone, or another one than it seems, or if it is
   *     known not to fit into memory
   */
  public static BackboneEncoder load(Path file, Device device) throws IOException {
    return load(file, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(Path, Device)} in a format of numbers. What the encoder returns is float32.
   *
   * @param file the weights, in any format of {@link WeightFiles}
   * @param precision the format that the weights are kept in
   * @param device where the backbone computes
   * @return the stage, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws MindEyeException if it holds no backbone, or another one than it seems, or if it is
   *     known not to fit into memory
   */
  public static BackboneEncoder load(Path file, Precision precision, Device device)
      throws IOException {
    Torch.requirePresent(device);
    Objects.requireNonNull(precision, "precision");
    try (StateDict weights = WeightFiles.open(file)) {
      return of(ResidualMlpBackbone.load(weights, precision, device));
    }
  }

  /**
   * The format in which the backbone multiplies.
   *
   * @return as it was loaded
   */
  public Precision precision() {
    return backbone.precision();
  }

  @Override
  public int voxels() {
    return backbone.config().voxels();
  }

  @Override
  public ClipSpace space() {
    return backbone.config().space();
  }

  @Override
  public Device device() {
    return backbone.device();
  }

  @Override
  public BrainEmbedding encode(VoxelBatch voxels, NDManager owner) {
    try (Lifetime.Call call = backbone.enter();
        CallScope scope = CallScope.open(device())) {
      Alive.require("owner", owner);
      Finite.require("voxels", voxels.array(), "repair or leave out the data");
      BrainEmbedding brain = backbone.forward(voxels, Mode.eval());
      BrainTokens tokens = BrainTokens.of(scope.keep(brain.tokens().array(), owner));
      return backbone.config().projector().exists()
          ? BrainEmbedding.of(tokens, ClipTokens.of(scope.keep(brain.projected().array(), owner)))
          : BrainEmbedding.of(tokens);
    }
  }

  @Override
  public void close() {
    backbone.close();
  }
}
