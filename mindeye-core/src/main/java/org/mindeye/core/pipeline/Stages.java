package org.mindeye.core.pipeline;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.mindeye.core.tensor.ClipSpace;

/** What the stages of one pipeline must agree on. */
final class Stages {
  private Stages() {}

  static List<String> problems(
      Device device,
      VoxelEncoder encoder,
      EmbeddingPrior prior,
      LatentBranch latentBranch,
      Retriever retriever,
      ImageDecoder decoder) {
    List<String> problems = new ArrayList<>();
    if (encoder == null) {
      problems.add("there is no encoder");
    }
    if (retriever == null && decoder == null) {
      problems.add("there is neither a retriever nor a prior and a decoder, so nothing to do");
    }
    if (decoder != null && prior == null) {
      problems.add("decoder: it paints from a prior's tokens, but there is no prior");
    }
    requireDevice(problems, "encoder", encoder == null ? device : encoder.device(), device);
    requireDevice(problems, "prior", prior == null ? device : prior.device(), device);
    requireDevice(
        problems,
        "low-level branch",
        latentBranch == null ? device : latentBranch.device(),
        device);
    requireDevice(problems, "decoder", decoder == null ? device : decoder.device(), device);
    if (encoder != null) {
      requireFit(problems, encoder, prior, latentBranch, retriever, decoder);
    }
    return problems;
  }

  private static void requireFit(
      List<String> problems,
      VoxelEncoder encoder,
      EmbeddingPrior prior,
      LatentBranch latentBranch,
      Retriever retriever,
      ImageDecoder decoder) {
    ClipSpace space = encoder.space();
    if (prior != null) {
      requireSpace(problems, "prior", prior.space(), space);
    }
    if (latentBranch != null && latentBranch.voxels() != encoder.voxels()) {
      problems.add(
          "low-level branch: "
              + latentBranch.voxels()
              + " voxels, but the encoder reads "
              + encoder.voxels());
    }
    if (retriever != null && retriever.width() != space.size()) {
      problems.add(
          "retriever: vectors of "
              + retriever.width()
              + " numbers, but the encoder's "
              + space
              + " space needs "
              + space.size());
    }
    if (decoder != null) {
      requireSpace(problems, "decoder", decoder.space(), space);
    }
  }

  private static void requireDevice(
      List<String> problems, String stage, Device actual, Device expected) {
    if (!actual.equals(expected)) {
      problems.add(stage + ": on " + actual + ", but the pipeline is on " + expected);
    }
  }

  private static void requireSpace(
      List<String> problems, String stage, ClipSpace actual, ClipSpace expected) {
    if (!actual.equals(expected)) {
      problems.add(stage + ": a " + actual + " space, but the encoder's is " + expected);
    }
  }

  /** Closes every stage even when one fails; the first failure is thrown, the others with it. */
  static void closeAll(Stream<AutoCloseable> stages) {
    RuntimeException failure = null;
    for (AutoCloseable stage : stages.filter(Objects::nonNull).toList()) {
      try {
        stage.close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("closing a stage failed: " + e.getMessage(), e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
