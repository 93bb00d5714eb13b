// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.Device;
import java.util.function.Supplier;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.document.MayBeAbsent;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.prior.DenoisingNetwork;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.FinalLayerPriorConfig;
import org.mindeye.prior.FinalLayerPriorNetwork;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;

/**
 * The shape of a {@link MindEyeModel}.
 *
 * @param backbone the backbone
 * @param prior the 257-token network; null if there is none
 * @param finalLayerPrior the final-layer network; null if there is none
 * @param process the diffusion around the network; null if there is none
 */
public record ModelConfig(
    BackboneConfig backbone,
    @MayBeAbsent PriorConfig prior,
    @MayBeAbsent FinalLayerPriorConfig finalLayerPrior,
    @MayBeAbsent DiffusionConfig process) {
  private static final long BACKBONE_WEIGHTS = 17;
  private static final long PRIOR_WEIGHTS = 18;

  /** Checks that a prior comes with its process, only one of them, and of the backbone's space. */
  public ModelConfig {
    boolean some = prior != null || finalLayerPrior != null;
    if (prior != null && finalLayerPrior != null || some != (process != null)) {
      throw new IllegalArgumentException(
          "a model has no prior, or one network and its process, but was given prior "
              + prior
              + ", finalLayerPrior "
              + finalLayerPrior
              + ", process "
              + process);
    }
    ClipSpace space = prior != null ? prior.space() : backbone.space();
    space = finalLayerPrior != null ? finalLayerPrior.space() : space;
    if (!space.equals(backbone.space())) {
      throw new IllegalArgumentException(
          "prior: a " + space + " space, but the backbone predicts " + backbone.space());
    }
  }

  /**
   * A backbone alone.
   *
   * @param backbone its shape
   * @return the configuration
   */
  public static ModelConfig of(BackboneConfig backbone) {
    return new ModelConfig(backbone, null, null, null);
  }

  /**
   * A backbone and the 257-token prior.
   *
   * @param backbone its shape
   * @param prior its shape
   * @param process the diffusion
   * @return the configuration
   */
  public static ModelConfig of(
      BackboneConfig backbone, PriorConfig prior, DiffusionConfig process) {
    return new ModelConfig(backbone, prior, null, process);
  }

  /**
   * The shape of a model.
   *
   * @param model with or without weights
   * @return its configuration
   */
  public static ModelConfig of(MindEyeModel model) {
    BackboneConfig backbone = model.backbone().config();
    if (model.prior().isEmpty()) {
      return of(backbone);
    }
    DiffusionPrior prior = model.prior().get();
    return prior.network() instanceof PriorNetwork network
        ? of(backbone, network.config(), prior.config())
        : new ModelConfig(
            backbone, null, ((FinalLayerPriorNetwork) prior.network()).config(), prior.config());
  }

  /**
   * Makes a model of this shape with fresh weights.
   *
   * @param device where it will live
   * @param seed of the weights
   * @return the model, which the caller closes
   */
  public MindEyeModel initialized(Device device, long seed) {
    ResidualMlpBackbone network = new ResidualMlpBackbone(backbone);
    network.initialize(device, NoiseSource.seeded(seed, BACKBONE_WEIGHTS));
    return joined(network, () -> fresh(device, seed));
  }

  /**
   * Makes a model of this shape that starts from trained weights, of another subject if need be:
   * see {@link ResidualMlpBackbone#startFrom}. The prior is taken too where the file has one, and
   * is fresh otherwise. What is fresh depends on the seed.
   *
   * @param file a model's or a backbone's tensors under the published names; stays open
   * @param device where it will live
   * @param seed of what the file does not have
   * @return the model, which the caller closes
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen in more than the
   *     voxel count
   */
  public MindEyeModel startingFrom(StateDict file, Device device, long seed) {
    ResidualMlpBackbone network =
        ResidualMlpBackbone.startFrom(
            file, backbone, device, NoiseSource.seeded(seed, BACKBONE_WEIGHTS));
    return joined(network, () -> trainedOrFresh(file, device, seed));
  }

  private DenoisingNetwork trainedOrFresh(StateDict file, Device device, long seed) {
    if (!holdsPrior(file)) {
      return fresh(device, seed);
    }
    return prior != null
        ? PriorNetwork.load(file, prior, device)
        : FinalLayerPriorNetwork.startFrom(
            file, finalLayerPrior, device, NoiseSource.seeded(seed, PRIOR_WEIGHTS));
  }

  /** Whether there are tensors of a prior. */
  static boolean holdsPrior(StateDict file) {
    return file.unwrapped().names().stream().anyMatch(name -> name.startsWith(MindEyeModel.PRIOR));
  }

  /** The prior of this shape from a model's tensors. */
  DiffusionPrior prior(StateDict file, Device device) {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      DenoisingNetwork network = opened.add(denoiser());
      network.allocate(device);
      WeightBinder.strict().copyInto(file.partOf(MindEyeModel.PRIOR), network);
      return opened.done(DiffusionPrior.of(network, process));
    }
  }

  private DenoisingNetwork fresh(Device device, long seed) {
    DenoisingNetwork network = denoiser();
    network.initialize(device, NoiseSource.seeded(seed, PRIOR_WEIGHTS));
    return network;
  }

  /**
   * Makes a model of this shape whose weights are filled in afterwards.
   *
   * @param device where it will live
   * @return the model, which the caller closes
   */
  public MindEyeModel allocated(Device device) {
    return allocated(Precision.FLOAT32, device);
  }

  /** The same for inference, with weights kept in a format of numbers. */
  MindEyeModel allocated(Precision precision, Device device) {
    ResidualMlpBackbone network = new ResidualMlpBackbone(backbone);
    network.storeIn(precision);
    network.allocate(device);
    return joined(
        network,
        () -> {
          DenoisingNetwork denoiser = denoiser();
          denoiser.storeIn(precision);
          denoiser.allocate(device);
          return denoiser;
        });
  }

  /** Both, or neither: what was made is closed if the other fails. */
  private MindEyeModel joined(ResidualMlpBackbone network, Supplier<DenoisingNetwork> made) {
    if (process == null) {
      return MindEyeModel.of(network);
    }
    try (CloseOnFailure opened = new CloseOnFailure()) {
      opened.add(network);
      DenoisingNetwork denoiser = opened.add(made.get());
      return opened.done(MindEyeModel.of(network, DiffusionPrior.of(denoiser, process)));
    }
  }

  /** The prior's network without weights. */
  DenoisingNetwork denoiser() {
    return prior != null ? new PriorNetwork(prior) : new FinalLayerPriorNetwork(finalLayerPrior);
  }
}
