// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

/** The three published estimates of the same responses. Results of one are not those of another. */
public enum BetaVersion {
  /** One assumed haemodynamic response for all voxels (b1). */
  ASSUME_HRF("betas_assumehrf"),
  /** A response function fitted to each voxel (b2). */
  FIT_HRF("betas_fithrf"),
  /** The same, denoised and regularised (b3): the cleanest, and what MindEye was trained on. */
  FIT_HRF_GLM_DENOISE_RR("betas_fithrf_GLMdenoise_RR");

  private final String folder;

  BetaVersion(String folder) {
    this.folder = folder;
  }

  /**
   * The name of the folder with these files.
   *
   * @return as published
   */
  public String folder() {
    return folder;
  }
}
