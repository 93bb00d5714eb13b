// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.TensorView;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.formats.RowWriter;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.prior.DiffusionPrior;

/** Writes what a model says about the mean response to each picture, batch by batch. */
final class Embedding {
  private static final int BATCH = 32;

  private final BackboneEncoder encoder;
  private final DiffusionPrior prior;
  private final long seed;
  private final RowWriter file;
  private final List<String> keys = new ArrayList<>();
  private int batches;

  /**
   * Prepares.
   *
   * @param encoder encodes
   * @param prior samples; null for no samples
   * @param seed of the samples
   * @param file where it goes
   */
  Embedding(BackboneEncoder encoder, DiffusionPrior prior, long seed, RowWriter file) {
    this.encoder = encoder;
    this.prior = prior;
    this.seed = seed;
    this.file = file;
  }

  /** Embeds all samples and publishes the file; returns how many there were. */
  int write(Iterable<Trial> trials) throws IOException {
    List<Trial> waiting = new ArrayList<>();
    for (Trial trial : trials) {
      waiting.add(trial);
      if (waiting.size() == BATCH) {
        add(waiting);
        waiting.clear();
      }
    }
    if (!waiting.isEmpty()) {
      add(waiting);
    }
    addKeys();
    file.publish();
    return keys.size();
  }

  private void add(List<Trial> trials) throws IOException {
    TrialBatch batch =
        new TrialLoader(trials, LoaderConfig.evaluation(trials.size())).epoch(0).iterator().next();
    try (CallScope scope = CallScope.open(encoder.device())) {
      NDManager manager = scope.manager();
      BrainEmbedding brain = encoder.encode(batch.voxels(manager), manager);
      add("tokens", brain.tokens());
      add("projected", brain.projected());
      if (prior != null) {
        NoiseSource noise = NoiseSource.seeded(seed, batches);
        add("sampled", prior.sample(brain.tokens(), noise, manager));
      }
    }
    file.add("coco_ids", HeapArray.ofLongs(batch.cocoIds(), batch.size()));
    keys.addAll(batch.keys());
    batches++;
  }

  private void add(String name, TensorView tokens) throws IOException {
    long[] shape = tokens.array().getShape().getShape();
    file.add(name, HeapArray.ofFloats(tokens.array().toFloatArray(), shape));
  }

  /** Neither format has texts: one row of bytes for each, filled up with zeros. */
  private void addKeys() throws IOException {
    List<byte[]> texts = keys.stream().map(k -> k.getBytes(StandardCharsets.UTF_8)).toList();
    int width = texts.stream().mapToInt(text -> text.length).max().orElse(0);
    byte[] all = new byte[Math.multiplyExact(texts.size(), width)];
    for (int i = 0; i < texts.size(); i++) {
      System.arraycopy(texts.get(i), 0, all, i * width, texts.get(i).length);
    }
    file.add("keys", HeapArray.ofBytes(all, texts.size(), width));
  }
}
