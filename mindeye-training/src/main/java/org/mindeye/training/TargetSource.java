// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDManager;
import java.util.Optional;
import java.util.function.Function;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.data.loader.TrialBatch;

/** Where the CLIP tokens of a batch's images come from. */
public interface TargetSource {
  /**
   * The space of the targets.
   *
   * @return tokens and width
   */
  ClipSpace space();

  /**
   * How the targets are made, for the record of a run: a run is resumed with targets of the same
   * description only.
   *
   * @return one line without times and paths
   */
  default String description() {
    return getClass().getSimpleName();
  }

  /**
   * What encodes the images, for the record of a run: a run is resumed with targets of the same
   * encoder only, whatever the file it comes from is called.
   *
   * @return its weights' digest, shape and preprocessing; empty if the targets do not come from an
   *     encoder
   */
  default Optional<ClipFingerprint> encoder() {
    return Optional.empty();
  }

  /**
   * The targets of a batch.
   *
   * @param batch some samples
   * @param owner the manager that owns the result
   * @return {@code [batch, tokens, width]}, as the CLIP encoder makes them
   */
  ClipTokens targets(TrialBatch batch, NDManager owner);

  /**
   * Does now what {@link #targets} needs no tensor for, reading and decoding for example. Trainers
   * call it in threads of their own, for batches ahead of the step. It may be called for several
   * batches at once, and its result depends on the batch alone.
   *
   * @param batch some samples
   * @return makes the targets of the batch in the manager it is given, in the thread that steps
   */
  default Function<NDManager, ClipTokens> prepare(TrialBatch batch) {
    return owner -> targets(batch, owner);
  }
}
