// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Optional;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.TensorSpec;
import org.mindeye.prior.ConditioningMask;

/** What priors read, checked under the names of the file. */
final class PriorInputs {
  /** An axis of any length. */
  static final int ANY = -1;

  /** Whose condition is shown. */
  static final String BRAIN_SHOWN = "brain_shown";

  /** Whose noisy image is shown. */
  static final String IMAGE_SHOWN = "image_shown";

  private static final String TIMESTEP = "timestep";

  /** How noisy samples are. */
  static final Axes TIMESTEPS =
      new Axes(TIMESTEP, "int64", "[batch]", "how noisy each sample is, from 0", false);

  private PriorInputs() {}

  /** The condition: {@code [batch, tokens, width]}, float32. */
  static BrainTokens brainTokens(Job job, String name, int batch, ClipSpace space) {
    return BrainTokens.of(tokens(job, name, batch, space).array());
  }

  /** The condition: {@code [batch, width]}, float32, as one token each. */
  static BrainTokens brainVectors(Job job, String name, int batch, int width) {
    return BrainTokens.of(vectors(job, name, batch, width).array());
  }

  /** {@code [batch, tokens, width]}, float32. */
  static ClipTokens tokens(Job job, String name, int batch, ClipSpace space) {
    TensorSpec spec =
        TensorSpec.of(name)
            .axis("batch", batch)
            .axis("tokens", space.tokens())
            .axis("width", space.width());
    return ClipTokens.of(spec.check(job.input(name, DataType.FLOAT32)));
  }

  /** {@code [batch, width]}, float32, as one token each. */
  static ClipTokens vectors(Job job, String name, int batch, int width) {
    TensorSpec spec = TensorSpec.of(name).axis("batch", batch).axis("width", width);
    return ClipTokens.of(spec.check(job.input(name, DataType.FLOAT32)).expandDims(1));
  }

  /** {@code [batch]}, int64, from 0 to one less than the network knows. */
  static int[] timesteps(Job job, int batch, int known) {
    NDArray given = job.input(TIMESTEP, DataType.INT64);
    TensorSpec.of(TIMESTEP).axis("batch", batch).check(given.getShape());
    long[] timesteps = given.toLongArray();
    for (long timestep : timesteps) {
      if (timestep < 0 || timestep >= known) {
        throw job.malformed(TIMESTEP, "numbers from 0 to " + (known - 1), "" + timestep);
      }
    }
    return Arrays.stream(timesteps).mapToInt(Math::toIntExact).toArray();
  }

  /** What the network is shown; everything where the file does not say. */
  static ConditioningMask mask(Job job, int batch) {
    return ConditioningMask.of(shown(job, BRAIN_SHOWN, batch), shown(job, IMAGE_SHOWN, batch));
  }

  private static boolean[] shown(Job job, String name, int batch) {
    Optional<boolean[]> given = job.flags(name, batch);
    if (given.isPresent() && job.choices().guided()) {
      throw job.malformed(
          name,
          "no such tensor together with --guidance, which compares everything shown with"
              + " everything hidden",
          "it");
    }
    return given.orElseGet(() -> Job.allTrue(batch));
  }
}
