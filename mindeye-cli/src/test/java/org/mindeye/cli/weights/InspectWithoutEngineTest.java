// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.MindEyeCommand;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextConfig;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.lowlevel.LatentUpsampling;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;

/** What a file holds is said without the engine, whose start takes longer than all the rest. */
class InspectWithoutEngineTest {
  private static final Path CHECKPOINT =
      Path.of("../mindeye-formats/src/test/resources/torch/training.pth");

  @TempDir private Path folder;

  /** One network of each kind that is recognised, and what is said of it. */
  private static Map<String, Network> networks() {
    ClipSpace space = new ClipSpace(3, 12);
    Map<String, Network> networks = new LinkedHashMap<>();
    networks.put(
        "MindEye backbone",
        new ResidualMlpBackbone(
            BackboneConfig.paper(7).withHidden(8).withSpace(space).withProjector(16)));
    networks.put(
        "CLIP vision transformer",
        new ClipVisionTransformer(
            new VisionTransformerConfig(8, 16, 2, 2, new PatchGrid(8, 4), 6, Nonlinearity.GELU)));
    networks.put(
        "diffusion prior",
        new PriorNetwork(new PriorConfig(space, new TransformerConfig(2, 3, 8, 2, false, 0, 0))));
    networks.put(
        "MindEye low-level network",
        new LowLevelNetwork(
            new LowLevelConfig(
                5,
                new LowLevelConfig.Mlp(6, 1, 0.5, 0.25),
                LatentUpsampling.X4,
                new LowLevelConfig.Latents(4, 8),
                true)));
    networks.put(
        "autoencoder",
        new AutoencoderKl(
            new AutoencoderConfig(new ConvolutionStages(List.of(32, 64), 1, 32), 4, 0.18215)));
    networks.put(
        "ConvNeXt", new ConvNextTeacher(new ConvNextConfig(List.of(1, 2), List.of(8, 6), 4)));
    networks.put(
        "UNet",
        new ConditionalUnet(
            new ConditionalUnetConfig(
                new UnetStages(List.of(32, 64), List.of(true, false), 1, 32),
                8,
                new ClipSpace(257, 6),
                4,
                64)));
    return networks;
  }

  private List<String> files() throws IOException {
    List<String> files = new ArrayList<>(List.of(CHECKPOINT.toString()));
    for (Map.Entry<String, Network> entry : networks().entrySet()) {
      Path file = folder.resolve(entry.getKey() + ".safetensors");
      try (Network network = entry.getValue()) {
        network.initialize(Device.cpu(), NoiseSource.seeded(1));
        WeightFiles.write(file, network, Map.of());
      }
      assertThat(CommandRun.of("inspect", file).out()).containsPattern("is: .*" + entry.getKey());
      files.add(file.toString());
    }
    return files;
  }

  @Test
  void should_start_no_engine() throws Exception {
    Path log = folder.resolve("classes.log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + log,
                "-cp",
                System.getProperty("java.class.path"),
                "org.mindeye.cli.Rehearsal"));
    command.addAll(files());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();

    assertThat(process.inputReader().lines()).as("what a rehearsal prints").isEmpty();
    assertThat(process.waitFor()).isZero();
    assertThat(Files.readString(log))
        .contains(
            MindEyeCommand.class.getName(),
            "org.mindeye.formats.torch.TorchCheckpoint",
            ConditionalUnet.class.getName())
        .doesNotContain("ai.djl.pytorch", "com.sun.jna");
  }
}
