// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

/**
 * What one sample is: responses were measured trial by trial, and most pictures shown repeatedly.
 */
public enum TrialGrouping {
  /**
   * Every trial is a sample of one response, in the order of the experiment. One session is in
   * memory at a time.
   */
  SINGLE_TRIALS,
  /**
   * Every picture is a sample of all its responses, in the order of their first showing; batches
   * choose among them or take the mean.
   */
  PICTURES,
  /** Every picture is a sample of one response, the mean of all. */
  AVERAGES
}
