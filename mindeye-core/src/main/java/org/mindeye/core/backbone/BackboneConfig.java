// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import java.util.Objects;
import java.util.function.Consumer;
import org.mindeye.core.document.Document;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The shape of a backbone. The published models all use {@link #paper(int)}, or the same with
 * {@link ClipSpace#VIT_L_14_FINAL}.
 *
 * @param voxels how many voxels the subject's region of interest has
 * @param hidden width of the residual stream (published: 4096)
 * @param blocks residual blocks (published: 4; the paper's ablation also tries 0 and 2)
 * @param residuals whether each block's input is added to its output (published: true; the paper's
 *     ablation also tries false, "no skip"). Names and shapes of the weights are the same either
 *     way
 * @param space the CLIP space predicted
 * @param norm normalisation and activation of the input layer and the blocks
 * @param activationFirst order linear, activation, norm instead of linear, norm, activation
 *     (published: false)
 * @param projector whether a projector follows for the contrastive loss (published: true)
 * @param projectorWidth hidden width of the projector (published: 2048)
 * @param inputDropout dropout after the input layer (published: 0.5)
 * @param blockDropout dropout inside each block, before the residual is added (published: 0.15)
 */
public record BackboneConfig(
    int voxels,
    int hidden,
    int blocks,
    boolean residuals,
    ClipSpace space,
    BackboneNorm norm,
    boolean activationFirst,
    boolean projector,
    int projectorWidth,
    double inputDropout,
    double blockDropout) {

  /**
   * The key under which a file of weights notes its networks in its metadata: a JSON object, in
   * which {@code backbone} is this, component by component.
   */
  public static final String METADATA = "mindeye.model";

  /** Checks sizes and rates. */
  public BackboneConfig {
    requirePositive("voxels", voxels);
    requirePositive("hidden", hidden);
    requirePositive("projectorWidth", projectorWidth);
    if (blocks < 0) {
      throw new IllegalArgumentException("blocks: expected 0 or more but was " + blocks);
    }
    requireRate("inputDropout", inputDropout);
    requireRate("blockDropout", blockDropout);
    Objects.requireNonNull(space, "space");
    Objects.requireNonNull(norm, "norm");
  }

  /**
   * The published 257x768 model: 4096 wide, 4 blocks, projector; 947,579,904 parameters for subject
   * 1's 15,724 voxels.
   *
   * @param voxels the subject's voxel count
   * @return the configuration
   */
  public static BackboneConfig paper(int voxels) {
    return new BackboneConfig(
        voxels,
        4096,
        4,
        true,
        ClipSpace.VIT_L_14_HIDDEN,
        BackboneNorm.LAYER_NORM_GELU,
        false,
        true,
        2048,
        0.5,
        0.15);
  }

  /**
   * Reads the configuration that the file notes under {@link #METADATA} or, where it notes none,
   * off the names and shapes of its weights. What these do not tell is taken as published then: the
   * dropout rates, and that blocks have residuals. For published weights that were trained
   * {@linkplain #withoutResiduals without} say so: {@code of(file).withoutResiduals()}.
   *
   * @param file holds the backbone's tensors, with or without the prefixes {@code module.} and
   *     {@code voxel2clip.}; stays open
   * @return the configuration
   * @throws MalformedFileException if the tensors are not a backbone's, or do not tell its space,
   *     or contradict the metadata; if the metadata lack a key, or have an unknown one: names it
   */
  public static BackboneConfig of(StateDict file) {
    StateDict weights = BackboneWeights.of(file);
    return Document.noted(file, METADATA)
        .map(networks -> networks.part("backbone").as(BackboneConfig.class))
        .map(noted -> BackboneWeights.requireFits(weights, noted))
        .orElseGet(() -> BackboneWeights.configure(weights));
  }

  /**
   * Another width of the residual stream.
   *
   * @param newHidden the width
   * @return a changed copy
   */
  public BackboneConfig withHidden(int newHidden) {
    return changed(draft -> draft.hidden = newHidden);
  }

  /**
   * Another depth.
   *
   * @param newBlocks residual blocks
   * @return a changed copy
   */
  public BackboneConfig withBlocks(int newBlocks) {
    return changed(draft -> draft.blocks = newBlocks);
  }

  /**
   * The paper's ablation "no skip": each block's output alone goes on. The same parameters.
   *
   * @return a changed copy
   */
  public BackboneConfig withoutResiduals() {
    return changed(draft -> draft.residuals = false);
  }

  /**
   * Another target space.
   *
   * @param newSpace tokens and width
   * @return a changed copy
   */
  public BackboneConfig withSpace(ClipSpace newSpace) {
    return changed(draft -> draft.space = newSpace);
  }

  /**
   * Another normalisation.
   *
   * @param newNorm norm and activation
   * @param newActivationFirst whether the activation comes before the norm
   * @return a changed copy
   */
  public BackboneConfig withNorm(BackboneNorm newNorm, boolean newActivationFirst) {
    return changed(
        draft -> {
          draft.norm = newNorm;
          draft.activationFirst = newActivationFirst;
        });
  }

  /**
   * The same backbone with a projector of another width.
   *
   * @param newWidth hidden width of the projector
   * @return a changed copy
   */
  public BackboneConfig withProjector(int newWidth) {
    return changed(
        draft -> {
          draft.projector = true;
          draft.projectorWidth = newWidth;
        });
  }

  /**
   * The same backbone without a projector.
   *
   * @return a changed copy
   */
  public BackboneConfig withoutProjector() {
    return changed(draft -> draft.projector = false);
  }

  /**
   * Other dropout rates.
   *
   * @param newInputDropout after the input layer
   * @param newBlockDropout inside the blocks
   * @return a changed copy
   */
  public BackboneConfig withDropout(double newInputDropout, double newBlockDropout) {
    return changed(
        draft -> {
          draft.inputDropout = newInputDropout;
          draft.blockDropout = newBlockDropout;
        });
  }

  private BackboneConfig changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.finished();
  }

  /** The components one by one, so that a change names only what it changes. */
  private static final class Draft {
    private int voxels;
    private int hidden;
    private int blocks;
    private boolean residuals;
    private ClipSpace space;
    private BackboneNorm norm;
    private boolean activationFirst;
    private boolean projector;
    private int projectorWidth;
    private double inputDropout;
    private double blockDropout;

    Draft(BackboneConfig config) {
      voxels = config.voxels;
      hidden = config.hidden;
      blocks = config.blocks;
      residuals = config.residuals;
      space = config.space;
      norm = config.norm;
      activationFirst = config.activationFirst;
      projector = config.projector;
      projectorWidth = config.projectorWidth;
      inputDropout = config.inputDropout;
      blockDropout = config.blockDropout;
    }

    BackboneConfig finished() {
      return new BackboneConfig(
          voxels,
          hidden,
          blocks,
          residuals,
          space,
          norm,
          activationFirst,
          projector,
          projectorWidth,
          inputDropout,
          blockDropout);
    }
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
