package org.mindeye.examples.quickstart;

import java.util.List;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.evaluation.NoiseCeiling;
import org.mindeye.training.RunRecord;
import org.mindeye.training.TrainingListener.EpochReport;

/**
 * What the report tells.
 *
 * @param config what was decided
 * @param data what was read
 * @param record who trained the networks from what
 * @param parameters trainable numbers of backbone and prior
 * @param history the training run
 * @param mindEye the trained backbone's scores
 * @param ridge the linear baseline's scores
 * @param ceiling the ideal observer's scores
 * @param baseline the linear baseline's penalty and grid
 * @param voxelCeiling how much of each voxel is signal
 * @param prior what the diffusion prior does to the backbone's tokens
 * @param examples for some test samples, the nearest test pictures, best first, from the pipeline
 * @param seconds how long everything took
 */
record QuickstartResult(
    QuickstartConfig config,
    QuickstartData data,
    RunRecord record,
    long parameters,
    List<EpochReport> history,
    MethodScores mindEye,
    MethodScores ridge,
    MethodScores ceiling,
    RidgeBaseline baseline,
    NoiseCeiling voxelCeiling,
    PriorEffect prior,
    List<Example> examples,
    double seconds) {

  /**
   * One query of the picture grid.
   *
   * @param sample position in the test split
   * @param nearest ids are positions in the test split
   */
  record Example(int sample, List<Neighbor> nearest) {}

  /** Whether the backbone's advantage over ridge is larger than both confidence intervals. */
  Verdict verdict() {
    boolean brain = mindEye.pools().brainToImage().low() > ridge.pools().brainToImage().high();
    boolean image = mindEye.pools().imageToBrain().low() > ridge.pools().imageToBrain().high();
    if (brain && image) {
      return Verdict.WINS;
    }
    boolean behind =
        mindEye.pools().brainToImage().mean() < ridge.pools().brainToImage().mean()
            || mindEye.pools().imageToBrain().mean() < ridge.pools().imageToBrain().mean();
    return behind ? Verdict.LOSES : Verdict.UNDECIDED;
  }

  /** How the backbone compares with ridge. */
  enum Verdict {
    /** Better in both directions beyond both confidence intervals. */
    WINS,
    /** Not worse in either direction, but not clearly better in both. */
    UNDECIDED,
    /** Worse on average in at least one direction. */
    LOSES
  }
}
