// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneMemory;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.tensor.ClipSpace;

/** What {@link MemoryChild} does, and what it should need. */
enum MemoryCase {
  BACKBONE(backbone(1536), null, 16, Kind.PLAIN),
  PRIOR(null, PriorConfig.paper(), 4, Kind.PLAIN),
  PRIOR_CHECKPOINTING(null, PriorConfig.paper(), 4, Kind.CHECKPOINTING),
  PRIOR_SAMPLING(null, PriorConfig.paper(), 8, Kind.SAMPLING),
  PRIOR_IN_BFLOAT16(null, PriorConfig.paper(), 4, Kind.PLAIN),
  PRIOR_SAMPLING_IN_BFLOAT16(null, PriorConfig.paper(), 8, Kind.SAMPLING),
  /** With gradient checkpointing, accumulation and a moving average. */
  JOINT(backbone(768), shallow(2), 12, Kind.EVERYTHING);

  enum Kind {
    SAMPLING,
    PLAIN,
    CHECKPOINTING,
    EVERYTHING
  }

  private final BackboneConfig backbone;
  private final PriorConfig prior;
  private final int batch;
  private final Kind kind;

  MemoryCase(BackboneConfig backbone, PriorConfig prior, int batch, Kind kind) {
    this.backbone = backbone;
    this.prior = prior;
    this.batch = batch;
    this.kind = kind;
  }

  private static BackboneConfig backbone(int hidden) {
    return BackboneConfig.paper(8000).withHidden(hidden).withSpace(half());
  }

  private static PriorConfig shallow(int depth) {
    return PriorConfig.paper()
        .withSpace(half())
        .withTransformer(TransformerConfig.paper().withSize(depth, 12, 64));
  }

  private static ClipSpace half() {
    return new ClipSpace(128, 768);
  }

  BackboneConfig backbone() {
    return backbone;
  }

  PriorConfig prior() {
    return prior;
  }

  ClipSpace space() {
    return prior != null ? prior.space() : backbone.space();
  }

  Precision precision() {
    return name().endsWith("_IN_BFLOAT16") ? Precision.BFLOAT16 : Precision.FLOAT32;
  }

  int batch() {
    return batch;
  }

  boolean training() {
    return kind != Kind.SAMPLING;
  }

  boolean checkpointing() {
    return kind == Kind.CHECKPOINTING || kind == Kind.EVERYTHING;
  }

  /** Accumulation and a moving average. */
  boolean everything() {
    return kind == Kind.EVERYTHING;
  }

  MemoryEstimate estimate() {
    return switch (this) {
      case BACKBONE -> BackboneMemory.training(backbone, batch);
      case PRIOR -> PriorMemory.training(prior, batch);
      case PRIOR_CHECKPOINTING -> PriorMemory.trainingWithCheckpointing(prior, batch);
      case PRIOR_SAMPLING, PRIOR_SAMPLING_IN_BFLOAT16 ->
          PriorMemory.inference(prior, precision(), batch);
      case PRIOR_IN_BFLOAT16 -> PriorMemory.training(prior, precision(), batch);
      case JOINT ->
          BackboneMemory.training(backbone, batch)
              .plus(PriorMemory.trainingWithCheckpointing(prior, batch))
              .withMovingAverage()
              .withAccumulation();
    };
  }
}
