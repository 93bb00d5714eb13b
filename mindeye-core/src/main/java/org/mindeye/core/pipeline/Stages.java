// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.Plural;
import org.mindeye.core.tensor.ClipSpace;

/** The stages of one pipeline and what they must agree on; all but the encoder may be null. */
record Stages(
    Device device,
    VoxelEncoder encoder,
    EmbeddingPrior prior,
    LatentBranch lowLevel,
    Retriever retriever,
    ImageDecoder decoder,
    CandidateScorer scorer) {

  /** What does not fit, all of it. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    requireDevice(problems, "encoder", encoder.device());
    requireDevice(problems, "prior", prior == null ? device : prior.device());
    requireDevice(problems, "low-level branch", lowLevel == null ? device : lowLevel.device());
    requireDevice(problems, "decoder", decoder == null ? device : decoder.device());
    requireDevice(problems, "scorer", scorer == null ? device : scorer.device());
    ClipSpace space = encoder.space();
    requireSpace(problems, "prior", prior == null ? space : prior.space());
    if (lowLevel != null && lowLevel.voxels() != encoder.voxels()) {
      problems.add(
          "low-level branch: "
              + Plural.of(lowLevel.voxels(), "voxel")
              + ", but the encoder reads "
              + encoder.voxels());
    }
    if (lowLevel != null && decoder != null && !lowLevel.latents().equals(decoder.latents())) {
      problems.add(
          "low-level branch: latents of "
              + lowLevel.latents()
              + ", but the decoder's are "
              + decoder.latents());
    }
    if (retriever != null && retriever.width() != space.size()) {
      problems.add(
          "retriever: vectors of "
              + Plural.of(retriever.width(), "number")
              + ", but the encoder's "
              + space
              + " space needs "
              + space.size());
    }
    requireSpace(problems, "decoder", decoder == null ? space : decoder.space());
    requireSpace(problems, "scorer", scorer == null ? space : scorer.space());
    return problems;
  }

  private void requireDevice(List<String> problems, String stage, Device actual) {
    if (!actual.equals(device)) {
      problems.add(stage + ": on " + actual + ", but the pipeline is on " + device);
    }
  }

  private void requireSpace(List<String> problems, String stage, ClipSpace actual) {
    if (!actual.equals(encoder.space())) {
      problems.add(stage + ": a " + actual + " space, but the encoder's is " + encoder.space());
    }
  }
}
