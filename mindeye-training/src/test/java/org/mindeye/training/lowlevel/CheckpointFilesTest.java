// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.TrialImage;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.VaeLatentBranch;
import org.mindeye.testkit.FreshManager;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.NetworkWeights;

/** Each file of a checkpoint's weights is read alone, as its network's own. */
class CheckpointFilesTest {
  private static final String AVERAGE = "average.safetensors";
  private static final String LAST = "model.safetensors";

  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  /** The tensors as they are in the file. */
  private Map<String, float[]> tensors(Path file) throws IOException {
    Map<String, float[]> tensors = new TreeMap<>();
    try (StateDict weights = WeightFiles.open(file)) {
      for (String name : weights.names()) {
        tensors.put(name, weights.load(name, manager).toFloatArray());
      }
    }
    return tensors;
  }

  private float[] latents(VaeLatentBranch branch) {
    NoiseSource noise = NoiseSource.seeded(4);
    VoxelBatch voxels = VoxelBatch.of(noise.normal(manager, new Shape(2, TinyLowLevel.VOXELS)));
    return branch.predict(voxels, manager).array().toFloatArray();
  }

  @Test
  void should_give_the_low_level_network_with_its_rates_of_dropout() throws IOException {
    LowLevelTrainingConfig config = TinyLowLevel.config().withEpochs(2);
    config =
        config
            .withObjective(config.objective().withoutTeacher())
            .withOptimizer(config.optimizer().withAverage(0.5));
    float[] expected;
    try (AutoencoderKl autoencoder = TinyLowLevel.autoencoder(2);
        VaeLatentBranch branch = VaeLatentBranch.of(trained(config, autoencoder))) {
      expected = latents(branch);
    }
    Path step = folder.resolve("step-000000004");
    for (String name : new String[] {AVERAGE, LAST}) {
      Path file = step.resolve(name);
      try (StateDict weights = WeightFiles.open(file);
          LowLevelNetwork network = LowLevelNetwork.load(weights, Device.cpu())) {
        assertThat(network.config()).as(name).isEqualTo(TinyLowLevel.SHAPE);
        NetworkWeights.assertSame(NetworkWeights.of(network), tensors(file));
      }
      try (VaeLatentBranch branch = VaeLatentBranch.load(file, Device.cpu())) {
        boolean same = Arrays.equals(latents(branch), expected);
        assertThat(same).as(name).isEqualTo(name.equals(AVERAGE)); // which a run ends with
      }
    }
  }

  private LowLevelNetwork trained(LowLevelTrainingConfig config, AutoencoderKl autoencoder) {
    LowLevelNetwork network = TinyLowLevel.network(1);
    new LowLevelTrainer(config)
        .withCheckpoints(CheckpointPolicy.in(folder))
        .train(network, TinyLowLevel.training(autoencoder), TinyLowLevel.validation(autoencoder));
    return network;
  }

  /** Its norms have 4 groups and its scale is its own: shapes tell neither. */
  @Test
  void should_give_the_autoencoder_with_its_groups_and_scale() throws IOException {
    AutoencoderTrainingConfig config = AutoencoderTrainingConfig.standard(1).withBatchSize(4);
    config = config.withOptimizer(config.optimizer().withAverage(0.5));
    Map<String, float[]> trained;
    AutoencoderConfig shape;
    try (AutoencoderKl network = TinyLowLevel.autoencoder(1)) {
      new AutoencoderTrainer(config)
          .withCheckpoints(CheckpointPolicy.in(folder))
          .train(network, pictures(Split.TRAIN), pictures(Split.VALIDATION));
      trained = NetworkWeights.of(network);
      shape = network.config();
    }
    Path step = folder.resolve("step-000000002");
    for (String name : new String[] {AVERAGE, LAST}) {
      try (AutoencoderKl network = AutoencoderKl.load(step.resolve(name), Device.cpu())) {
        assertThat(network.config()).as(name).isEqualTo(shape);
        NetworkWeights.assertSame(NetworkWeights.of(network), tensors(step.resolve(name)));
      }
    }
    NetworkWeights.assertSame(tensors(step.resolve(AVERAGE)), trained);
    String one = trained.keySet().iterator().next();
    assertThat(tensors(step.resolve(LAST)).get(one)).isNotEqualTo(trained.get(one));
    try (StateDict moments = WeightFiles.open(step.resolve("optimizer.safetensors"))) {
      assertThat(moments.metadata()).isEmpty();
    }
  }

  private static ImageSplit pictures(Split split) {
    return new ImageSplit(
        split,
        IntStream.range(0, 8)
            .mapToObj(
                i -> {
                  byte[] pixels = new byte[3 * 8 * 8];
                  for (int at = 0; at < pixels.length; at++) {
                    pixels[at] = (byte) (17 * i + 31 * split.ordinal() + at);
                  }
                  return RawImage.of(SampleOrigin.memory(split + "-" + i), 8, 8, pixels);
                })
            .map(TrialImage.class::cast)
            .toList());
  }
}
