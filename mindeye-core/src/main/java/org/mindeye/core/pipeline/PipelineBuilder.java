// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import ai.djl.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.mindeye.core.engine.Torch;
import org.mindeye.formats.io.CloseOnFailure;

/**
 * Collects what a pipeline is made of.
 *
 * <p>A stage comes in one of two ways. Most are <b>opened</b> by {@link #build()}, which takes a
 * recipe and not the stage: {@code .encoder(() -> BackboneEncoder.load(file, device))}. Those
 * belong to the pipeline, which closes them; and if one of them cannot be opened, or they do not
 * fit together, all that are open are closed before the failure is thrown. So nothing is open
 * before {@code build()}, and nothing is left open when it fails. Others are <b>lent</b>: {@code
 * .lendEncoder(encoder)}. Those stay the lender's, who closes them after the pipeline.
 *
 * <p>A stage that is given again replaces the one before. Not safe for concurrent use.
 */
public final class PipelineBuilder {
  private final Device device;
  private Part<VoxelEncoder> encoder = Part.none();
  private Part<EmbeddingPrior> prior = Part.none();
  private Part<LatentBranch> lowLevel = Part.none();
  private Part<Retriever> retriever = Part.none();
  private Part<ImageDecoder> decoder = Part.none();
  private Part<CandidateScorer> scorer = Part.none();

  PipelineBuilder(Device device) {
    Torch.requirePresent(device);
    this.device = device;
  }

  /**
   * Sets the encoder, which every pipeline needs.
   *
   * @param source opens voxels to CLIP space
   * @return this builder
   */
  public PipelineBuilder encoder(StageSource<? extends VoxelEncoder> source) {
    encoder = Part.opened(source);
    return this;
  }

  /**
   * Sets an encoder that stays the lender's.
   *
   * @param stage voxels to CLIP space
   * @return this builder
   */
  public PipelineBuilder lendEncoder(VoxelEncoder stage) {
    encoder = Part.lent(stage);
    return this;
  }

  /**
   * Sets the prior, needed to reconstruct.
   *
   * @param source opens brain tokens to image tokens
   * @return this builder
   */
  public PipelineBuilder prior(StageSource<? extends EmbeddingPrior> source) {
    prior = Part.opened(source);
    return this;
  }

  /**
   * Sets a prior that stays the lender's.
   *
   * @param stage brain tokens to image tokens
   * @return this builder
   */
  public PipelineBuilder lendPrior(EmbeddingPrior stage) {
    prior = Part.lent(stage);
    return this;
  }

  /**
   * Sets the low-level branch, which improves reconstructions.
   *
   * @param source opens voxels to latents
   * @return this builder
   */
  public PipelineBuilder lowLevel(StageSource<? extends LatentBranch> source) {
    lowLevel = Part.opened(source);
    return this;
  }

  /**
   * Sets a low-level branch that stays the lender's.
   *
   * @param stage voxels to latents
   * @return this builder
   */
  public PipelineBuilder lendLowLevel(LatentBranch stage) {
    lowLevel = Part.lent(stage);
    return this;
  }

  /**
   * Sets the gallery, needed to retrieve.
   *
   * @param source opens the index
   * @return this builder
   */
  public PipelineBuilder retriever(StageSource<? extends Retriever> source) {
    retriever = Part.opened(source);
    return this;
  }

  /**
   * Sets a gallery that stays the lender's.
   *
   * @param stage the index
   * @return this builder
   */
  public PipelineBuilder lendRetriever(Retriever stage) {
    retriever = Part.lent(stage);
    return this;
  }

  /**
   * Sets the decoder, needed to reconstruct.
   *
   * @param source opens image tokens to pictures
   * @return this builder
   */
  public PipelineBuilder decoder(StageSource<? extends ImageDecoder> source) {
    decoder = Part.opened(source);
    return this;
  }

  /**
   * Sets a decoder that stays the lender's.
   *
   * @param stage image tokens to pictures
   * @return this builder
   */
  public PipelineBuilder lendDecoder(ImageDecoder stage) {
    decoder = Part.lent(stage);
    return this;
  }

  /**
   * Sets the scorer, needed to choose among several candidates.
   *
   * @param source opens what says how similar a picture is to what the brain says
   * @return this builder
   */
  public PipelineBuilder scorer(StageSource<? extends CandidateScorer> source) {
    scorer = Part.opened(source);
    return this;
  }

  /**
   * Sets a scorer that stays the lender's.
   *
   * @param stage says how similar a picture is to what the brain says
   * @return this builder
   */
  public PipelineBuilder lendScorer(CandidateScorer stage) {
    scorer = Part.lent(stage);
    return this;
  }

  /**
   * Opens the stages, checks them against each other and joins them. What is missing is reported
   * before the first is opened.
   *
   * @return the pipeline, which owns the stages that were opened; on failure none is left open, and
   *     those that were lent are as they were
   * @throws IOException if a stage cannot be opened
   * @throws IllegalArgumentException naming every problem at once
   */
  public MindEyePipeline build() throws IOException {
    refuse(missing());
    try (CloseOnFailure opened = new CloseOnFailure()) {
      List<AutoCloseable> owned = new ArrayList<>();
      Stages stages =
          new Stages(
              device,
              encoder.get("encoder", opened, owned),
              prior.get("prior", opened, owned),
              lowLevel.get("low-level branch", opened, owned),
              retriever.get("retriever", opened, owned),
              decoder.get("decoder", opened, owned),
              scorer.get("scorer", opened, owned));
      refuse(stages.problems());
      return opened.done(new MindEyePipeline(stages, owned));
    }
  }

  private List<String> missing() {
    List<String> problems = new ArrayList<>();
    if (encoder.isMissing()) {
      problems.add("there is no encoder");
    }
    if (retriever.isMissing() && decoder.isMissing()) {
      problems.add("there is neither a retriever nor a prior and a decoder, so nothing to do");
    }
    if (!decoder.isMissing() && prior.isMissing()) {
      problems.add("decoder: it paints from a prior's tokens, but there is no prior");
    }
    return problems;
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "the pipeline's stages do not fit together: " + String.join("; ", problems));
    }
  }

  /** A stage that is opened and owned, or lent, or not there: then it has no source. */
  private record Part<T extends AutoCloseable>(StageSource<? extends T> source, boolean owned) {
    static <T extends AutoCloseable> Part<T> none() {
      return new Part<>(null, false);
    }

    static <T extends AutoCloseable> Part<T> opened(StageSource<? extends T> source) {
      return new Part<>(Objects.requireNonNull(source, "source"), true);
    }

    static <T extends AutoCloseable> Part<T> lent(T stage) {
      Objects.requireNonNull(stage, "stage");
      return new Part<>(() -> stage, false);
    }

    boolean isMissing() {
      return source == null;
    }

    /** The stage, noted with those to close if it is owned; null if there is none. */
    T get(String name, CloseOnFailure opened, List<AutoCloseable> closing) throws IOException {
      if (source == null) {
        return null;
      }
      T stage = Objects.requireNonNull(source.open(), name + ": its source opened null");
      if (owned) {
        closing.add(opened.add(stage));
      }
      return stage;
    }
  }
}
