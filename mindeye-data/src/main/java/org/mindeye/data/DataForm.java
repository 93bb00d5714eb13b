// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The forms in which a subject's data may lie in files. Each says by what it is recognised. */
public enum DataForm {
  /** Samples in tar shards, or unpacked, as MindEye published them. */
  WEB_DATASET(
      "MindEye web-dataset", "train/train_subjNN_0.tar, val/…, test/… (or the samples unpacked)"),
  /** The files of the Natural Scenes Dataset as they are published. */
  NSD("Natural Scenes Dataset", "nsddata, nsddata_betas and nsddata_stimuli"),
  /** The files of MindEye2. */
  MINDEYE2(
      "MindEye2 files",
      "wds/subjNN beside betas_all_subjNN_fp32_renorm.hdf5 and coco_images_224_float16.hdf5"),
  /** A table of trials beside responses and pictures. */
  TRIAL_TABLE(
      "table of trials",
      "trials.csv beside images and voxels.npy, .csv or .hdf5, mask.nii.gz and betas.nii.gz, or"
          + " a result of GLMsingle");

  private final String words;
  private final String marks;

  DataForm(String words, String marks) {
    this.words = words;
    this.marks = marks;
  }

  /**
   * What it is called.
   *
   * @return for example {@code MindEye web-dataset}
   */
  public String words() {
    return words;
  }

  /**
   * By which files and folders it is recognised.
   *
   * @return their names, commas between
   */
  public String marks() {
    return marks;
  }

  /**
   * All forms and their marks, for messages about what is none of them.
   *
   * @return one sentence
   */
  public static String all() {
    return Arrays.stream(values())
        .map(form -> form.words + " (" + form.marks + ")")
        .collect(Collectors.joining("; "));
  }

  @Override
  public String toString() {
    return words;
  }
}
