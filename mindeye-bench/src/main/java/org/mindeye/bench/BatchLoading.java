// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.augmentation.AugmentationConfig;
import org.mindeye.data.augmentation.AugmentationPlan;
import org.mindeye.data.augmentation.ImageAugmentation;
import org.mindeye.data.loader.AheadConfig;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.PreparedBatches;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.data.mindeye2.MindEye2Data;
import org.mindeye.data.nsd.StimulusImages;
import org.mindeye.data.webdataset.NsdWebDataset;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.training.CachedTargets;
import org.mindeye.training.TargetCache;
import org.mindeye.training.TargetLayer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One pass over samples, from files to what a step takes: opened and read once, in a random order,
 * pictures decoded (at the paper's size augmented, too) in threads of their own, responses and
 * pictures or targets as tensors. A pass is of as many samples as {@link LoadingSize} says. The
 * operating system has the files in memory.
 */
public class BatchLoading extends MindEyeBenchmark {
  @Param({"SMALL", "QUICKSTART", "PAPER"})
  LoadingSize size;

  @Param({"TAR", "MINDEYE2", "NSD", "CACHE"})
  LoadedForm form;

  /** Whether batches are prepared ahead, in threads of their own. */
  @Param({"true", "false"})
  boolean ahead;

  @Param("cpu")
  String device;

  private ScratchFolder folder;
  private LoadingFiles files;
  private CachedTargets targets;

  /** Makes something of open data. */
  @FunctionalInterface
  private interface Use {
    long of(List<Trial> trials);
  }

  /** Creates the benchmark; JMH fills in the parameters. */
  public BatchLoading() {}

  /**
   * Writes the files; compares what is read from them.
   *
   * @throws IOException if the disk refuses
   */
  @Setup
  public void setUp() throws IOException {
    folder = ScratchFolder.create();
    files = new LoadingFiles(size, form, folder.path());
    files.write();
    if (form == LoadedForm.CACHE) {
      Path cache = folder.path().resolve("cache");
      ClipVisionTransformer tower = new ClipVisionTransformer(size.tower());
      tower.initialize(Torch.device(device), NoiseSource.seeded(SEED));
      try (ClipImageEncoder clip = ClipImageEncoder.of(tower)) {
        targets =
            TargetCache.fill(cache, clip, TargetLayer.HIDDEN, files.trials(), (done, count) -> {})
                .targets(files.trials());
        Check.near("numbers of a target", targets.space().size(), clip.space().size(), 0);
      }
    }
    open(this::check);
    Check.near("samples of a pass", open(this::deliver), size.samples(), 0);
  }

  private long check(List<Trial> found) {
    Check.near("samples", found.size(), size.samples(), 0);
    for (Trial trial : found) {
      Trial written = files.trials().get((int) trial.cocoId());
      for (int i = 0; i < size.voxels(); i++) {
        Check.near("voxel", trial.voxels(1)[i], written.voxels(1)[i], 0);
      }
      float[] pixels = written.image().toFloats();
      float[] read = trial.image().toFloats();
      for (int i = 0; i < pixels.length; i++) {
        Check.near("pixel", read[i], pixels[i], 1e-3);
      }
    }
    return found.size();
  }

  private long open(Use use) throws IOException {
    switch (form) {
      case TAR:
        try (NsdWebDataset data =
            NsdWebDataset.open(
                folder.path(), LoadingFiles.SUBJECT, Split.TEST, ReaderConfig.of(size.voxels()))) {
          return use.of(data.readAll());
        }
      case MINDEYE2:
        try (SubjectSource data =
                MindEye2Data.open(folder.path(), LoadingFiles.SUBJECT, NoiseSource.seeded(SEED));
            TrialSource trials = data.trials(Split.TEST)) {
          return use.of(trials.readAll());
        }
      case NSD:
        try (StimulusImages images = StimulusImages.open(files.stimuli())) {
          return use.of(files.withPicturesOf(images));
        }
      default:
        return use.of(files.trials());
    }
  }

  private long deliver(List<Trial> trials) {
    TrialLoader loader = new TrialLoader(trials, LoaderConfig.training(size.batch(), SEED));
    AheadConfig config = ahead ? AheadConfig.standard() : AheadConfig.none();
    long samples = 0;
    try (PreparedBatches<TrialBatch, Delivery> batches =
        PreparedBatches.of(loader.epoch(0).iterator(), this::prepare, config)) {
      while (batches.hasNext()) {
        try (NDManager manager = Torch.newManager(Torch.device(device))) {
          samples += batches.next().tensors(manager);
        }
      }
    }
    return samples;
  }

  /** A batch of which only tensors are to be made. */
  @FunctionalInterface
  private interface Delivery {
    /** Makes them; returns how many samples they are of. */
    long tensors(NDManager manager);
  }

  private Delivery prepare(TrialBatch batch) {
    if (form == LoadedForm.CACHE) {
      var image = targets.prepare(batch);
      return manager -> {
        image.apply(manager);
        return batch.voxels(manager).batch();
      };
    }
    int side = size.side(form);
    float[][] pixels =
        size.augmented()
            ? ImageAugmentation.apply(plan(batch, side), ImageBatches.decoding(batch.trials()))
            : batch.pixels();
    int shown = size.augmented() ? AugmentationConfig.paper().size() : side;
    return manager -> {
      ImageBatches.ofPixels(pixels, shown, shown, manager);
      return batch.voxels(manager).batch();
    };
  }

  private static AugmentationPlan plan(TrialBatch batch, int side) {
    NoiseSource noise = NoiseSource.seeded(SEED, batch.epoch(), batch.step());
    return AugmentationPlan.draw(batch.size(), side, side, AugmentationConfig.paper(), noise);
  }

  /**
   * One pass.
   *
   * @return how many samples it delivered
   * @throws IOException if a file cannot be read
   */
  @Benchmark
  public long pass() throws IOException {
    return open(this::deliver);
  }

  /**
   * Deletes the files.
   *
   * @throws IOException if the disk refuses
   */
  @TearDown
  public void close() throws IOException {
    folder.close();
  }
}
