// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.recognition;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.mindeye.Plural;
import org.mindeye.core.nn.Network;
import org.mindeye.core.weights.StateDict;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextConfig;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.reconstruction.LatentProcess;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;

/**
 * Recognises the networks of the low-level branch and of reconstruction, each by a tensor that only
 * it has.
 */
final class LowLevelModels {
  static final String UPSAMPLER = "upsampler.conv_out.weight";
  static final String AUTOENCODER = "post_quant_conv.weight";
  static final String TEACHER = "backbone.downsample_layers.0.0.weight";
  static final String UNET = "time_embedding.linear_1.weight";

  private LowLevelModels() {}

  static void network(StateDict file, Set<KnownModel> found) {
    if (has(file, UPSAMPLER)) {
      LowLevelConfig config = LowLevelConfig.of(file);
      LowLevelConfig.Latents latents = config.latents();
      found.add(
          new KnownModel(
              KnownModel.Kind.LOW_LEVEL,
              config,
              String.format(
                  Locale.ROOT,
                  "MindEye low-level network %dx: %s, hidden %d, %s, latents %dx%dx%d, %s, %s",
                  config.upsampling().factor(),
                  Plural.of(config.voxels(), "voxel"),
                  config.mlp().hidden(),
                  Plural.of(config.mlp().blocks(), "block"),
                  latents.channels(),
                  latents.side(),
                  latents.side(),
                  config.mapsProjector() ? "maps projector" : "no maps projector",
                  parameters(new LowLevelNetwork(config)))));
    }
  }

  static void autoencoder(StateDict file, Set<KnownModel> found) {
    if (has(file, AUTOENCODER)) {
      AutoencoderConfig config = AutoencoderConfig.of(file);
      boolean noted = file.metadata().containsKey(AutoencoderConfig.METADATA);
      found.add(
          new KnownModel(
              KnownModel.Kind.AUTOENCODER,
              config,
              String.format(
                  Locale.ROOT,
                  "autoencoder %dx: channels %s, %s, latents of %s, norms of %s and scale %s%s, %s",
                  config.stages().reduction(),
                  joined(config.stages().channels()),
                  Plural.of(config.stages().blocks(), "block"),
                  Plural.of(config.latentChannels(), "channel"),
                  Plural.of(config.stages().groups(), "group"),
                  config.scale(),
                  noted ? "" : " (assumed, as published)",
                  parameters(new AutoencoderKl(config)))));
    }
  }

  static void teacher(StateDict file, Set<KnownModel> found) {
    if (has(file, TEACHER)) {
      ConvNextConfig config = ConvNextConfig.of(file);
      found.add(
          new KnownModel(
              KnownModel.Kind.TEACHER,
              config,
              String.format(
                  Locale.ROOT,
                  "VICRegL ConvNeXt: depths %s, widths %s, %s, %s",
                  joined(config.depths()),
                  joined(config.widths()),
                  config.projectorWidth() > 0
                      ? "projector " + config.projectorWidth()
                      : "no projector",
                  parameters(new ConvNextTeacher(config)))));
    }
  }

  static void unet(StateDict file, Set<KnownModel> found) {
    if (has(file, UNET)) {
      ConditionalUnetConfig config = ConditionalUnetConfig.of(file);
      UnetStages stages = config.stages();
      boolean noted = file.metadata().containsKey(ConditionalUnetConfig.METADATA);
      found.add(
          new KnownModel(
              KnownModel.Kind.UNET,
              config,
              String.format(
                  Locale.ROOT,
                  "conditional UNet: channels %s, %s, latents of %s, tokens of width %d, %s and"
                      + " norms of %s%s%s, %s",
                  joined(stages.channels()),
                  Plural.of(stages.blocks(), "block"),
                  Plural.of(config.channels(), "channel"),
                  config.condition().width(),
                  Plural.of(config.heads(), "head"),
                  Plural.of(stages.groups(), "group"),
                  noted ? "" : " (assumed, as published)",
                  predicted(file),
                  parameters(new ConditionalUnet(config)))));
    }
  }

  /** Shapes do not show what the numbers mean. */
  private static String predicted(StateDict file) {
    return switch (LatentProcess.of(file).prediction()) {
      case EPSILON -> "";
      case SAMPLE -> ", predicts clean latents";
      case V_PREDICTION -> ", predicts the velocity";
    };
  }

  private static boolean has(StateDict file, String tensor) {
    return file.unwrapped().names().contains(tensor);
  }

  private static String joined(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  private static String parameters(Network network) {
    long count = network.parameterCount();
    return String.format(Locale.ROOT, "%,d %s", count, Plural.noun(count, "parameter"));
  }
}
