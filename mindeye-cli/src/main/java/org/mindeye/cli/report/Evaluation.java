// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.List;
import java.util.Optional;

/**
 * What a trained model does on the test split, beside what there is to compare it with.
 *
 * @param test the split
 * @param methods the backbone first, then whatever there was to compare it with
 * @param ridge the linear baseline's penalty and grid, if it was fitted
 * @param prior what the diffusion prior does to the backbone's tokens, if it was sampled
 * @param ceiling how much of each voxel is signal, if pictures were shown more than once
 * @param examples for some test samples, the nearest test pictures
 * @param leftOut what could not be done, and why
 */
public record Evaluation(
    EncodedSplit test,
    List<MethodScores> methods,
    Optional<RidgeBaseline> ridge,
    Optional<PriorEffect> prior,
    Optional<VoxelCeiling> ceiling,
    List<Example> examples,
    List<String> leftOut) {
  /** Copies the lists. */
  public Evaluation {
    methods = List.copyOf(methods);
    examples = List.copyOf(examples);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * The backbone's scores.
   *
   * @return the first of the methods
   */
  public MethodScores mindEye() {
    return methods.get(0);
  }

  /**
   * The scores of a method.
   *
   * @param method which one
   * @return empty if it was not there
   */
  public Optional<MethodScores> scores(Method method) {
    return methods.stream().filter(scores -> scores.method() == method).findFirst();
  }

  /**
   * The backbone beside the baseline.
   *
   * @return empty if there is no baseline
   */
  public Optional<Comparison> comparison() {
    return scores(Method.RIDGE).map(baseline -> Comparison.of(mindEye(), baseline));
  }

  /** Samples whose picture an earlier sample shows, too. */
  int repeatedImages() {
    return mindEye().all().brainToImage().repeatedImages();
  }
}
