package org.mindeye.core.backbone;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.mindeye.core.kernel.CallScope;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.pipeline.VoxelEncoder;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.VoxelBatch;

/** A trained backbone as the first stage of a pipeline: evaluation mode, no graph, any thread. */
public final class BackboneEncoder implements VoxelEncoder {
  private final ResidualMlpBackbone backbone;

  private BackboneEncoder(ResidualMlpBackbone backbone) {
    this.backbone = backbone;
  }

  /**
   * Serves a backbone. The encoder owns it from now on and closes it.
   *
   * @param backbone an initialised backbone that nobody trains meanwhile
   * @return the stage
   * @throws IllegalStateException if the backbone has no weights
   */
  public static BackboneEncoder of(ResidualMlpBackbone backbone) {
    backbone.device();
    return new BackboneEncoder(backbone);
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
    try (CallScope scope = CallScope.open(device())) {
      BrainEmbedding brain = backbone.forward(voxels, Mode.eval());
      ClipTokens tokens = ClipTokens.of(scope.keep(brain.tokens().array(), owner));
      return backbone.config().projector()
          ? BrainEmbedding.of(tokens, ClipTokens.of(scope.keep(brain.projected().array(), owner)))
          : BrainEmbedding.of(tokens);
    }
  }

  @Override
  public void close() {
    backbone.close();
  }
}
