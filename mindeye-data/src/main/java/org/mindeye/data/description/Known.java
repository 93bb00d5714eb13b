// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.description;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is known of files and keys by their names. */
final class Known {
  private static final Map<Pattern, String> FILES = new LinkedHashMap<>();
  private static final Map<String, String> KEYS = new LinkedHashMap<>();

  static {
    addFile("nsd_expdesign\\.mat", "the design of the Natural Scenes Dataset: who saw what when");
    addFile("nsd_stim_info_merged\\.csv", "the table of pictures of the Natural Scenes Dataset");
    addFile(
        "responses\\.tsv", "what a subject of the Natural Scenes Dataset answered, trial by trial");
    addFile("nsd_stimuli\\.hdf5", "the 73 000 pictures of the Natural Scenes Dataset");
    addFile("betas_session\\d\\d\\..*", "single-trial responses of one session");
    addFile(
        "(ncsnr.*)", "signal-to-noise ratio of every voxel, from which its noise ceiling follows");
    addFile("R2\\..*", "variance that the model of the responses explains, in percent");
    addFile("meanbeta.*", "mean response of every voxel, percent of signal change");
    addFile(
        "nsdgeneral\\..*", "region of interest: 1 in it, 0 in the rest of the cortex, -1 outside");
    addFile(
        "(mask|streams|prf-|floc-|Kastner|HCP_MMP1|.*\\.roi).*", "regions of interest by value");
    addFile("TYPE[A-D]_.*", "results of GLMsingle");
    addFile("(train|val|test)_subj\\d\\d_\\d+\\.tar", "samples of a MindEye web-dataset");
    addFile("metadata_subj\\d\\d\\.json", "how many samples each split of a web-dataset has");
    addFile("trials\\.(csv|tsv)", "a table of trials");
    addFile("voxels\\..*", "responses of a table of trials, a trial a row");
    addFile("betas.*\\.(nii|nii\\.gz|mgh|mgz)", "single-trial responses, a frame for each trial");
    addFile("betas_all_subj0\\d_.*\\.hdf5", "MindEye2's responses: a row for each trial, z-scored");
    addFile("coco_images_224_float16\\.hdf5", "MindEye2's pictures");
    addFile("COCO_73k_subj_indices\\.hdf5", "MindEye2's table: which picture in which trial");
    addFile("shared1000\\.npy", "which of the 73 000 pictures all subjects saw");
    addKey("subjectim", "pictures of each subject, counted from 1: [subjects, pictures]");
    addKey("masterordering", "column of subjectim that each trial shows, counted from 1");
    addKey("sharedix", "pictures that all subjects saw, counted from 1");
    addKey("betas", "responses");
    addKey("imgBrick", "pictures: [pictures, height, width, red green blue], levels of 0 to 255");
    addKey("images", "pictures: [pictures, 3, height, width], 0 to 1");
    addKey("betasmd", "GLMsingle's responses, percent of signal change, trials last");
    addKey("modelmd", "GLMsingle's responses from MATLAB, percent of signal change, trials first");
    addKey("R2", "variance that the model explains, in percent");
    addKey("HRFindex", "which response function fits each voxel");
    addKey("FRACvalue", "share to which ridge regression shrinks each voxel");
    addKey("noisepool", "voxels that noise is estimated from");
    addKey("pcnum", "how many noise components were taken out");
    addKey("meanvol", "mean of the signal");
    addKey("nsdgeneral.npy", "responses: [repeats, voxels], z-scores");
    addKey("coco73k.npy", "the picture's number, from 0");
    addKey("trial.npy", "numbers of the trials");
    addKey("num_uniques.npy", "how many of the responses are distinct");
    addKey("jpg", "the picture");
    addKey("jpeg", "the picture");
    addKey("png", "the picture");
    addKey("image", "the picture's file");
    addKey("split", "train, val or test");
    addKey("row", "which row of the responses, from 0");
    addKey("session", "the scan session");
    addKey("picture", "the picture's number");
    addKey("73KID", "the picture's number, counted from 1");
    addKey("10KID", "the column of subjectim, counted from 1");
    addKey("nsdId", "the picture's number, counted from 0");
    addKey("cocoId", "its number in COCO");
    addKey("shared1000", "whether all subjects saw it");
    addKey("SESSION", "counted from 1");
    addKey("RT", "reaction time, milliseconds");
    addKey("TIME", "when the trial began, days since the first session");
    addKey("ISOLD", "whether the picture was shown before");
    addKey("ISCORRECT", "whether the answer was right");
  }

  private Known() {}

  private static void addFile(String name, String what) {
    FILES.put(Pattern.compile(name), what);
  }

  private static void addKey(String name, String what) {
    KEYS.put(name, what);
  }

  /** What a file of this name is, if that is known. */
  static Optional<String> file(String name) {
    return FILES.entrySet().stream()
        .filter(each -> each.getKey().matcher(name).matches())
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** What a key of this name is, or nothing. */
  static String key(String name) {
    return KEYS.getOrDefault(name.substring(name.lastIndexOf('/') + 1), "");
  }
}
