// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.mindeye.Plural;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;

/** What the names and shapes of published weights say about the backbone they belong to. */
final class BackboneWeights {
  /** The original saves the backbone as a part of its diffusion prior. */
  private static final String PART = "voxel2clip.";

  /** Where MindEye2 keeps the layers that belong to its subjects. */
  private static final String RIDGE = "ridge.linears.";

  private static final String SUBJECT_MATRIX = "lin0.0.weight";
  private static final String SUBJECT_BIAS = "lin0.0.bias";

  /** The linear layer that reads a subject's voxels. */
  static final String[] SUBJECT_LAYER = {SUBJECT_MATRIX, SUBJECT_BIAS};

  private BackboneWeights() {}

  /** The backbone's own tensors under its own names. */
  static StateDict of(StateDict file) {
    return file.partOf(PART);
  }

  /** Whether the input layer has the configured width, but reads another number of voxels. */
  static boolean isOfAnotherSubject(StateDict weights, BackboneConfig config) {
    if (!weights.names().containsAll(List.of(SUBJECT_LAYER))) {
      return false;
    }
    TensorShape matrix = weights.info(SUBJECT_MATRIX).shape();
    TensorShape hidden = new TensorShape(config.trunk().hidden());
    return matrix.dimension() == 2
        && matrix.get(0) == config.trunk().hidden()
        && matrix.get(1) != config.voxels()
        && weights.info(SUBJECT_BIAS).shape().equals(hidden);
  }

  /** What subjects share. */
  static StateDict withoutSubjectLayer(StateDict weights) {
    return weights.filtered(name -> !List.of(SUBJECT_LAYER).contains(name));
  }

  /** The configuration with this shape; the space too where the shapes determine it. */
  static BackboneConfig configure(StateDict weights) {
    long outputs = shape(weights, "lin1.weight", 2).get(0);
    if (weights.names().contains("projector.0.weight")) {
      long width = shape(weights, "projector.0.weight", 1).get(0);
      if (outputs % width != 0) {
        throw malformed(
            weights,
            "lin1.weight",
            "a multiple of " + Plural.of(width, "row"),
            String.valueOf(outputs));
      }
      return configure(weights, new ClipSpace((int) (outputs / width), (int) width));
    }
    for (ClipSpace known : new ClipSpace[] {ClipSpace.VIT_L_14_HIDDEN, ClipSpace.VIT_L_14_FINAL}) {
      if (known.size() == outputs) {
        return configure(weights, known);
      }
    }
    throw malformed(
        weights,
        "lin1.weight",
        "a projector, or outputs of a published space (give the configuration instead)",
        Plural.of(outputs, "output") + " without a projector");
  }

  /** Refuses a noted configuration that names and shapes contradict. */
  static BackboneConfig requireFits(StateDict weights, BackboneConfig noted) {
    BackboneConfig.Trunk trunk = noted.trunk();
    BackboneConfig found =
        configure(weights, noted.space()).withDropout(trunk.inputDropout(), trunk.blockDropout());
    found = trunk.residuals() ? found : found.withoutResiduals();
    if (found.projector().exists()) {
      requireWidth(weights, noted.space());
    }
    long outputs = shape(weights, "lin1.weight", 2).get(0);
    if (!found.equals(noted) || outputs != noted.space().size()) {
      throw new MalformedFileException(
          weights.source(),
          "tensors of " + noted + ", as its metadata says,",
          "tensors of " + found + " with " + Plural.of(outputs, "output"));
    }
    return noted;
  }

  /** Refuses a given configuration that computes something else than the file notes. */
  static void requireNoted(StateDict file, BackboneConfig given) {
    BackboneConfig.noted(file)
        .map(noted -> noted.trunk().residuals())
        .filter(residuals -> residuals != given.trunk().residuals())
        .ifPresent(
            residuals -> {
              throw new MalformedFileException(
                  file.source() + ": metadata " + BackboneConfig.METADATA,
                  "residuals " + given.trunk().residuals() + ", as in the configuration given,",
                  "residuals " + residuals + "; give that");
            });
  }

  private static void requireWidth(StateDict weights, ClipSpace space) {
    long width = shape(weights, "projector.0.weight", 1).get(0);
    if (width != space.width()) {
      throw malformed(
          weights,
          "projector.0.weight",
          "a width of " + space.width() + ", as the metadata says,",
          String.valueOf(width));
    }
  }

  private static BackboneConfig configure(StateDict weights, ClipSpace space) {
    Set<String> names = weights.names();
    TensorShape input = shape(weights, SUBJECT_MATRIX, 2);
    boolean activationFirst = names.contains("lin0.2.weight");
    boolean batchNorm = names.contains("lin0." + (activationFirst ? 2 : 1) + ".running_mean");
    int blocks = 0;
    while (names.contains("mlp." + blocks + ".0.weight")) {
      blocks++;
    }
    BackboneConfig config =
        BackboneConfig.paper((int) input.get(1))
            .withHidden((int) input.get(0))
            .withBlocks(blocks)
            .withSpace(space)
            .withNorm(
                batchNorm ? BackboneNorm.BATCH_NORM_RELU : BackboneNorm.LAYER_NORM_GELU,
                activationFirst);
    return names.contains("projector.0.weight")
        ? config.withProjector((int) shape(weights, "projector.2.weight", 2).get(0))
        : config.withoutProjector();
  }

  private static TensorShape shape(StateDict weights, String name, int axes) {
    if (!weights.names().contains(name)) {
      throw malformed(
          weights,
          name,
          "this tensor, as every backbone has it",
          "none of that name" + remedy(weights, name));
    }
    TensorShape shape = weights.info(name).shape();
    boolean sizes = LongStream.of(shape.axes()).allMatch(n -> n > 0 && n <= Integer.MAX_VALUE);
    if (shape.dimension() != axes || !sizes) {
      throw malformed(
          weights, name, Plural.of(axes, "axis") + " from 1 to 2^31 - 1", shape.toString());
    }
    return shape;
  }

  private static String remedy(StateDict weights, String name) {
    boolean second = weights.names().stream().anyMatch(n -> n.startsWith(RIDGE));
    return second
        ? "; '" + RIDGE + "*' is MindEye2's, whose networks are others"
        : weights.prefixRemedy(name);
  }

  private static MalformedFileException malformed(
      StateDict weights, String tensor, String expected, String found) {
    return new MalformedFileException(
        weights.source() + ": tensor '" + tensor + "'", expected, found);
  }
}
