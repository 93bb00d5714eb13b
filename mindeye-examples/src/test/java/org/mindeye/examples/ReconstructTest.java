// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
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
import org.mindeye.testkit.DiffusersFiles;
import org.mindeye.testkit.PublishedWeights;

/** The published files, all of them small. */
class ReconstructTest {
  private static final int VOXELS = 7;
  private static final ClipSpace SPACE = new ClipSpace(5, 8);

  @TempDir private Path folder;

  private static <N extends Network> N drawn(N network) {
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    return network;
  }

  private static PublishedWeights published(Network declared) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    declared.getParameters().forEach(p -> shapes.put(p.getKey(), p.getValue().getShape()));
    declared.close();
    return PublishedWeights.of(shapes);
  }

  private void writeBrain() throws IOException {
    TransformerConfig layers = TransformerConfig.paper().withSize(1, 2, 4);
    try (ResidualMlpBackbone backbone =
            drawn(
                new ResidualMlpBackbone(
                    BackboneConfig.paper(VOXELS)
                        .withHidden(8)
                        .withSpace(SPACE)
                        .withProjector(16)));
        PriorNetwork prior = drawn(new PriorNetwork(new PriorConfig(SPACE, layers)));
        LowLevelNetwork lowLevel =
            drawn(
                new LowLevelNetwork(
                    new LowLevelConfig(
                        VOXELS,
                        new LowLevelConfig.Mlp(8, 1, 0.5, 0.25),
                        LatentUpsampling.X4,
                        new LowLevelConfig.Latents(4, 4),
                        true)))) {
      Map<String, NDArray> model = new LinkedHashMap<>();
      backbone.arrays().forEach((name, array) -> model.put("voxel2clip." + name, array));
      prior.arrays().forEach((name, array) -> model.put("net." + name, array));
      // What is in a file says what it is, whatever its name ends in.
      write("last.pth", model);
      write("epoch120.pth", lowLevel.arrays());
    }
  }

  private void write(String name, Map<String, NDArray> tensors) throws IOException {
    Path file = folder.resolve(name + ".safetensors");
    WeightFiles.write(file, tensors, Map.of());
    Files.move(file, folder.resolve(name));
  }

  private void writePainter() throws IOException {
    ConditionalUnetConfig unet =
        new ConditionalUnetConfig(
            new UnetStages(List.of(8, 16), List.of(true, false), 2, 4), 2, SPACE, 4, 4);
    AutoencoderConfig vae =
        new AutoencoderConfig(new ConvolutionStages(List.of(8, 16), 1, 4), 4, 0.18215);
    Path painter = folder.resolve("versatile-diffusion");
    new DiffusersFiles(
            "VersatileDiffusionPipeline",
            "image_unet",
            DiffusersFiles.unetJson(List.of(8, 16), 4, 2, SPACE.width(), 4),
            published(new ConditionalUnet(unet)),
            DiffusersFiles.vaeJson(List.of(8, 16), 1, 4),
            published(new AutoencoderKl(vae)),
            DiffusersFiles.towerJson(16, 1, 2, 4, 2, SPACE.width()))
        .write(painter, PublishedWeights.Form.BIN);
    VisionTransformerConfig tower =
        new VisionTransformerConfig(
            16, 64, 1, 2, new PatchGrid(4, 2), SPACE.width(), Nonlinearity.QUICK_GELU);
    try (ClipVisionTransformer network = drawn(new ClipVisionTransformer(tower))) {
      WeightFiles.write(painter.resolve("image_encoder/model.safetensors"), network, Map.of());
    }
  }

  private static Trial trial(String key, long seed) {
    float[] voxels = new float[VOXELS];
    NoiseSource.seeded(seed).normal(voxels);
    SampleOrigin origin = new SampleOrigin(SampleOrigin.MEMORY, key);
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    return new Trial(
        origin, EncodedImage.png(origin, image), new float[][] {voxels}, 1, new long[] {1}, 1);
  }

  @Test
  void should_paint_responses_with_the_files_as_downloaded() throws IOException {
    writeBrain();
    writePainter();
    Path out = Files.createDirectory(folder.resolve("painted"));
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    DecodeConfig config = DecodeConfig.paper().withSteps(4).withCandidates(2);

    Reconstruct.run(
        folder,
        List.of(trial("a", 1), trial("b", 2), trial("c", 3)).iterator(),
        2,
        config,
        out,
        new PrintStream(log, true, StandardCharsets.UTF_8));

    assertThat(log.toString(StandardCharsets.UTF_8).lines())
        .hasSize(2)
        .allMatch(line -> line.matches("[ab]: Candidate of seed 4[23], -?[\\d.E-]+ of 2"));
    assertThat(out.toFile().list()).containsExactlyInAnyOrder("a.png", "b.png");
    BufferedImage painted = ImageIO.read(out.resolve("a.png").toFile());
    assertThat(painted.getWidth()).isEqualTo(8);
    assertThat(painted.getHeight()).isEqualTo(8);
  }
}
