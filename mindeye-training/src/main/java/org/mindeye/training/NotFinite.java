package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mindeye.core.MindEyeException;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.training.BatchLoss.Position;

/** Says where the first NaN or infinity came from, once a loss or a gradient has one. */
final class NotFinite {
  private static final int NAMED = 5;

  private NotFinite() {}

  /** A loss that is no number: the first of voxels, targets, predictions that explains it. */
  static MindEyeException loss(
      Position at, BatchLoss.Value value, VoxelBatch voxels, ClipTokens image, List<String> keys) {
    Map<String, NDArray> suspects = new LinkedHashMap<>();
    suspects.put("voxels", voxels.array());
    suspects.put("targets", image.array());
    suspects.put("the backbone's tokens", value.brain().tokens().array());
    suspects.put("the projected tokens", value.brain().projected().array());
    for (Map.Entry<String, NDArray> suspect : suspects.entrySet()) {
      List<String> bad = badRows(suspect.getValue(), keys);
      if (!bad.isEmpty()) {
        boolean data = suspect.getValue() == voxels.array() || suspect.getValue() == image.array();
        return failure(
            at.epoch(),
            at.step(),
            suspect.getKey() + " of " + some("sample", bad) + " hold NaN or infinity",
            data ? "repair or leave out the data" : "lower the learning rate or clip gradients");
      }
    }
    return failure(
        at.epoch(),
        at.step(),
        "the loss became " + value.terms() + " (samples " + keys + ")",
        "lower the learning rate or raise the temperature");
  }

  /** Gradients that are no numbers although the loss is one. */
  static MindEyeException gradients(
      int epoch, long step, ParameterGradients gradients, List<Parameter> parameters) {
    List<String> bad = new ArrayList<>();
    for (Parameter parameter : parameters) {
      Optional<NDArray> gradient = gradients.of(parameter);
      if (gradient.isPresent() && !finite(gradient.get())) {
        bad.add(parameter.getName());
      }
    }
    return failure(
        epoch,
        step,
        bad.isEmpty()
            ? "the norm of all gradients overflowed"
            : "the " + some("gradient", bad) + " holds NaN or infinity",
        "lower the learning rate or clip gradients");
  }

  private static MindEyeException failure(int epoch, long step, String what, String remedy) {
    return new MindEyeException(
        "epoch "
            + epoch
            + ", step "
            + step
            + ": "
            + what
            + "; nothing was updated in this step; "
            + remedy);
  }

  private static String some(String kind, List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    int more = names.size() - NAMED;
    return kind + " " + shown + (more > 0 ? " and " + more + " more" : "");
  }

  private static List<String> badRows(NDArray array, List<String> keys) {
    List<String> bad = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      try (NDArray row = array.get(i)) {
        if (!finite(row)) {
          bad.add(keys.get(i));
        }
      }
    }
    return bad;
  }

  /** A sum of magnitudes is finite unless an element is not (or all are absurdly large). */
  private static boolean finite(NDArray array) {
    try (NDArray magnitudes = array.abs();
        NDArray largest = magnitudes.max()) {
      return Float.isFinite(largest.getFloat());
    }
  }
}
