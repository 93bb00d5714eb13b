// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import java.util.Objects;
import java.util.Optional;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.Migrated;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The shape of a backbone. The published models all use {@link #paper(int)}, or the same with
 * {@link ClipSpace#VIT_L_14_FINAL}.
 *
 * @param voxels how many voxels the subject's region of interest has
 * @param space the CLIP space predicted
 * @param trunk what turns voxels into tokens
 * @param projector what follows for the contrastive loss
 */
@Migrated(by = BackboneMigration.class)
public record BackboneConfig(int voxels, ClipSpace space, Trunk trunk, Projector projector) {

  /**
   * The key under which a file of weights notes its networks in its metadata: a JSON object, in
   * which {@code backbone} is this, component by component.
   */
  public static final String METADATA = "mindeye.model";

  /**
   * What turns voxels into tokens: the input layer and the residual blocks.
   *
   * @param hidden width of the residual stream (published: 4096)
   * @param blocks residual blocks (published: 4; the paper's ablation also tries 0 and 2)
   * @param residuals whether each block's input is added to its output (published: true; the
   *     paper's ablation also tries false, "no skip"). Names and shapes of the weights are the same
   *     either way
   * @param norm normalisation and activation of the input layer and the blocks
   * @param activationFirst order linear, activation, norm instead of linear, norm, activation
   *     (published: false)
   * @param inputDropout dropout after the input layer (published: 0.5)
   * @param blockDropout dropout inside each block, before the residual is added (published: 0.15)
   */
  public record Trunk(
      int hidden,
      int blocks,
      boolean residuals,
      BackboneNorm norm,
      boolean activationFirst,
      double inputDropout,
      double blockDropout) {
    /** Checks sizes and rates. */
    public Trunk {
      requirePositive("hidden", hidden);
      if (blocks < 0) {
        throw new IllegalArgumentException("blocks: expected 0 or more but was " + blocks);
      }
      requireRate("inputDropout", inputDropout);
      requireRate("blockDropout", blockDropout);
      Objects.requireNonNull(norm, "norm");
    }

    /**
     * The published trunk: 4096 wide, 4 blocks.
     *
     * @return the configuration
     */
    public static Trunk paper() {
      return new Trunk(4096, 4, true, BackboneNorm.LAYER_NORM_GELU, false, 0.5, 0.15);
    }
  }

  /**
   * The part that only the contrastive loss sees.
   *
   * @param width hidden width; 0 for no projector (published: 2048)
   */
  public record Projector(int width) {
    /** No projector: the tokens serve the contrastive loss too. */
    public static final Projector NONE = new Projector(0);

    /** Checks the width. */
    public Projector {
      if (width < 0) {
        throw new IllegalArgumentException(
            "width: expected 1 or more, or 0 for no projector, but was " + width);
      }
    }

    /**
     * The published projector.
     *
     * @return the configuration
     */
    public static Projector paper() {
      return new Projector(2048);
    }

    /**
     * Whether there is a projector.
     *
     * @return false for {@link #NONE}
     */
    public boolean exists() {
      return width > 0;
    }
  }

  /** Checks the voxel count, and that every choice is made. */
  public BackboneConfig {
    requirePositive("voxels", voxels);
    Objects.requireNonNull(space, "space");
    Objects.requireNonNull(trunk, "trunk");
    Objects.requireNonNull(projector, "projector");
  }

  /**
   * The published 257x768 model: 947,579,904 parameters for subject 1's 15,724 voxels.
   *
   * @param voxels the subject's voxel count
   * @return the configuration
   */
  public static BackboneConfig paper(int voxels) {
    return new BackboneConfig(voxels, ClipSpace.VIT_L_14_HIDDEN, Trunk.paper(), Projector.paper());
  }

  /**
   * Reads the configuration that the file notes under {@link #METADATA} or, where it notes none,
   * off the names and shapes of its weights. What these do not show is then assumed to be as
   * published: the dropout rates, and that blocks have residuals. For published weights that were
   * trained {@linkplain #withoutResiduals without} say so: {@code of(file).withoutResiduals()}.
   *
   * @param file holds the backbone's tensors, with or without the prefixes {@code module.} and
   *     {@code voxel2clip.}; stays open
   * @return the configuration
   * @throws MalformedFileException if the tensors are not a backbone's, or do not determine its
   *     space, or contradict the metadata; if the metadata lack a key, or have an unknown one:
   *     names it
   */
  public static BackboneConfig of(StateDict file) {
    StateDict weights = BackboneWeights.of(file);
    return noted(file)
        .map(noted -> BackboneWeights.requireFits(weights, noted))
        .orElseGet(() -> BackboneWeights.configure(weights));
  }

  /** What the file notes, which its shapes may contradict. */
  static Optional<BackboneConfig> noted(StateDict file) {
    return notedNetworks(file).map(networks -> networks.part("backbone").as(BackboneConfig.class));
  }

  /**
   * The networks that a file notes under {@link #METADATA}: the parts {@code backbone}, {@code
   * prior} or {@code finalLayerPrior}, and {@code process}, each of which may be missing.
   *
   * @param file of weights; stays open
   * @return the document; empty if the file notes none
   * @throws MalformedFileException if it has another part, or is no document: names the key
   */
  public static Optional<Document> notedNetworks(StateDict file) {
    return Document.noted(file, METADATA)
        .map(networks -> networks.requireKeys("backbone", "prior", "finalLayerPrior", "process"));
  }

  /**
   * Another trunk.
   *
   * @param newTrunk input layer and blocks
   * @return a changed copy
   */
  public BackboneConfig withTrunk(Trunk newTrunk) {
    return new BackboneConfig(voxels, space, newTrunk, projector);
  }

  /**
   * Another width of the residual stream.
   *
   * @param newHidden the width
   * @return a changed copy
   */
  public BackboneConfig withHidden(int newHidden) {
    return withTrunk(
        new Trunk(
            newHidden,
            trunk.blocks,
            trunk.residuals,
            trunk.norm,
            trunk.activationFirst,
            trunk.inputDropout,
            trunk.blockDropout));
  }

  /**
   * Another depth.
   *
   * @param newBlocks residual blocks
   * @return a changed copy
   */
  public BackboneConfig withBlocks(int newBlocks) {
    return withTrunk(
        new Trunk(
            trunk.hidden,
            newBlocks,
            trunk.residuals,
            trunk.norm,
            trunk.activationFirst,
            trunk.inputDropout,
            trunk.blockDropout));
  }

  /**
   * The paper's ablation "no skip": each block's output alone is passed on. The same parameters.
   *
   * @return a changed copy
   */
  public BackboneConfig withoutResiduals() {
    return withTrunk(
        new Trunk(
            trunk.hidden,
            trunk.blocks,
            false,
            trunk.norm,
            trunk.activationFirst,
            trunk.inputDropout,
            trunk.blockDropout));
  }

  /**
   * Another target space.
   *
   * @param newSpace tokens and width
   * @return a changed copy
   */
  public BackboneConfig withSpace(ClipSpace newSpace) {
    return new BackboneConfig(voxels, newSpace, trunk, projector);
  }

  /**
   * Another normalisation.
   *
   * @param newNorm norm and activation
   * @param newActivationFirst whether the activation comes before the norm
   * @return a changed copy
   */
  public BackboneConfig withNorm(BackboneNorm newNorm, boolean newActivationFirst) {
    return withTrunk(
        new Trunk(
            trunk.hidden,
            trunk.blocks,
            trunk.residuals,
            newNorm,
            newActivationFirst,
            trunk.inputDropout,
            trunk.blockDropout));
  }

  /**
   * Other dropout rates.
   *
   * @param newInputDropout after the input layer
   * @param newBlockDropout inside the blocks
   * @return a changed copy
   */
  public BackboneConfig withDropout(double newInputDropout, double newBlockDropout) {
    return withTrunk(
        new Trunk(
            trunk.hidden,
            trunk.blocks,
            trunk.residuals,
            trunk.norm,
            trunk.activationFirst,
            newInputDropout,
            newBlockDropout));
  }

  /**
   * The same backbone with a projector of another width.
   *
   * @param newWidth hidden width of the projector; 0 for none
   * @return a changed copy
   */
  public BackboneConfig withProjector(int newWidth) {
    return new BackboneConfig(voxels, space, trunk, new Projector(newWidth));
  }

  /**
   * The same backbone without a projector.
   *
   * @return a changed copy
   */
  public BackboneConfig withoutProjector() {
    return new BackboneConfig(voxels, space, trunk, Projector.NONE);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1 but was " + value);
    }
  }

  private static void requireRate(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + ": expected a rate in [0, 1) but was " + value);
    }
  }
}
