// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import org.mindeye.cli.console.OptionNames;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;
import org.mindeye.formats.torch.CheckpointNode;
import org.mindeye.formats.torch.TorchCheckpoint;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.FinalLayerPriorConfig;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.training.ModelConfig;

/** Says which published model some names and shapes belong to. */
final class Recognition {
  private static final String BACKBONE = "voxel2clip.lin0.0.weight";
  private static final String TRANSFORMER = "causal_transformer.norm.g";
  private static final String BETAS = "noise_scheduler.betas";
  private static final List<String> ANCHORS =
      List.of(
          "lin0.0.weight",
          TRANSFORMER,
          "vision_model.embeddings.class_embedding",
          "visual.class_embedding");
  private static final String HUGGING_FACE = "vision_model.";
  private static final String OPEN_AI = "visual.";

  private Recognition() {}

  /** What the weights are, as far as this library knows them; empty if it does not. */
  static List<String> of(StateDict file) {
    try {
      file.unwrapped();
    } catch (MalformedFileException e) {
      return List.of(
          "not to be used as it is: expected "
              + e.expected()
              + " but found "
              + OptionNames.in(e.found()));
    }
    Set<String> sentences = new LinkedHashSet<>();
    List<BiConsumer<StateDict, Set<String>>> known =
        List.of(Recognition::backbone, Recognition::prior, Recognition::clip);
    for (BiConsumer<StateDict, Set<String>> model : known) {
      try {
        model.accept(file, sentences);
      } catch (MalformedFileException e) {
        sentences.add("names of a known model, but " + e.getMessage());
      }
    }
    if (sentences.isEmpty()) {
      disguised(file, sentences);
    }
    return sentences.stream().map(OptionNames::in).toList();
  }

  /** What would be known if its names were its own. */
  private static void disguised(StateDict file, Set<String> sentences) {
    if (file.names().stream().anyMatch(name -> name.startsWith("ridge.linears."))) {
      sentences.add("a model of MindEye2, whose networks are others");
    }
    for (String anchor : ANCHORS) {
      String remedy = file.prefixRemedy(anchor);
      if (remedy.contains("names begin")) {
        sentences.add("a known model behind a prefix" + remedy);
        return;
      }
    }
  }

  private static void backbone(StateDict file, Set<String> sentences) {
    StateDict plain = file.unwrapped();
    boolean part = plain.names().contains(BACKBONE);
    if (part || plain.names().contains("lin0.0.weight")) {
      sentences.add(sentence(BackboneConfig.of(file)));
    }
  }

  private static String sentence(BackboneConfig config) {
    return String.format(
        Locale.ROOT,
        "MindEye backbone %s: %d voxels, hidden %d, %d blocks, %s%s",
        config.space(),
        config.voxels(),
        config.hidden(),
        config.blocks(),
        config.norm(),
        config.projector() ? ", projector " + config.projectorWidth() : ", no projector");
  }

  /** What a run says it trained. */
  static List<String> of(ModelConfig model) {
    return List.of(sentence(model.backbone()), priorOf(model));
  }

  private static String priorOf(ModelConfig model) {
    if (model.process() == null) {
      return "no diffusion prior";
    }
    boolean finalLayer = model.finalLayerPrior() != null;
    return String.format(
        Locale.ROOT,
        "%sdiffusion prior %s: %s, %d timesteps",
        finalLayer ? "final-layer " : "",
        model.backbone().space(),
        layers(finalLayer ? model.finalLayerPrior().transformer() : model.prior().transformer()),
        model.process().timesteps());
  }

  private static void prior(StateDict file, Set<String> sentences) {
    Set<String> names = file.unwrapped().names();
    String layers = "causal_transformer.layers.";
    String part = names.stream().anyMatch(n -> n.startsWith("net." + layers)) ? "net." : "";
    if (names.stream().anyMatch(name -> name.startsWith(part + layers))) {
      boolean finalLayer = names.contains(part + "to_time_embeds.0.weight");
      sentences.add(finalLayer ? finalLayerPrior(file) : tokenPrior(file));
    } else if (names.contains(BACKBONE)) {
      sentences.add("no diffusion prior");
    }
  }

  private static String tokenPrior(StateDict file) {
    PriorConfig config = PriorConfig.of(file);
    StateDict plain = file.unwrapped();
    String process =
        plain.names().contains(BETAS)
            ? shape(plain, BETAS, 1).get(0) + " timesteps"
            : "no noise schedule saved, so "
                + DiffusionConfig.paper(config.space().width()).noiseSchedule()
                + " is assumed, as published";
    return String.format(
        Locale.ROOT,
        "diffusion prior %s: %s, %s",
        config.space(),
        layers(config.transformer()),
        process);
  }

  private static String finalLayerPrior(StateDict file) {
    FinalLayerPriorConfig config = FinalLayerPriorConfig.of(file);
    String schedule =
        file.unwrapped().names().contains(BETAS)
            ? ""
            : ", no noise schedule saved, so COSINE is assumed, as published";
    return String.format(
        Locale.ROOT,
        "final-layer diffusion prior %s: %s, %d text slots, %d timesteps%s",
        config.space(),
        layers(config.transformer()),
        config.textSlots(),
        config.timesteps(),
        schedule);
  }

  private static String layers(TransformerConfig config) {
    return String.format(
        Locale.ROOT,
        "%d layers, %d heads of %d",
        config.depth(),
        config.heads(),
        config.headWidth());
  }

  private static void clip(StateDict file, Set<String> sentences) {
    StateDict plain = file.unwrapped();
    Set<String> names = plain.names();
    if (names.contains(HUGGING_FACE + "embeddings.class_embedding")) {
      sentences.add(
          tower(
              plain,
              "Hugging Face",
              HUGGING_FACE + "embeddings.patch_embedding.weight",
              HUGGING_FACE + "embeddings.position_embedding.weight",
              HUGGING_FACE + "encoder.layers."));
      sentences.add(configuration(file));
    } else if (names.contains(OPEN_AI + "class_embedding")
        || names.contains("class_embedding") && names.contains("conv1.weight")) {
      String part = names.contains("class_embedding") ? "" : OPEN_AI;
      sentences.add(
          tower(
              plain,
              "OpenAI/OpenCLIP",
              part + "conv1.weight",
              part + "positional_embedding",
              part + "transformer.resblocks."));
      sentences.add(configuration(file));
    }
  }

  /** What a tower computes with beside its weights. */
  private static String configuration(StateDict file) {
    try {
      VisionTransformerConfig config = VisionTransformerConfig.of(file);
      return VisionTransformerConfig.assumptions(file)
          .map(sentence -> "CLIP configuration: " + sentence)
          .orElse(
              String.format(
                  Locale.ROOT,
                  "CLIP configuration: %d heads and %s, from its metadata",
                  config.heads(),
                  config.activation()));
    } catch (MalformedFileException e) {
      return "CLIP configuration: expected " + e.expected() + " but found " + e.found();
    }
  }

  private static String tower(
      StateDict file, String layout, String patches, String positions, String layer) {
    TensorShape kernel = shape(file, patches, 4);
    long patch = kernel.get(3);
    long tokens = shape(file, positions, 2).get(0);
    long layers =
        file.names().stream()
            .filter(name -> name.startsWith(layer))
            .map(name -> name.substring(layer.length()).replaceFirst("\\..*", ""))
            .distinct()
            .count();
    return String.format(
        Locale.ROOT,
        "CLIP vision transformer in %s layout: hidden %d, %d layers, patches of %d, image %d, %d"
            + " tokens%s",
        layout,
        kernel.get(0),
        layers,
        patch,
        Math.round(Math.sqrt(tokens - 1)) * patch,
        tokens,
        known(kernel.get(0), layers, patch));
  }

  private static String known(long hidden, long layers, long patch) {
    if (hidden == 1024 && layers == 24 && patch == 14) {
      return " (ViT-L/14)";
    } else if (hidden == 1280 && layers == 32 && patch == 14) {
      return " (ViT-H/14)";
    }
    return hidden == 768 && layers == 12 ? " (ViT-B/" + patch + ")" : "";
  }

  private static TensorShape shape(StateDict file, String name, int axes) {
    String tensor = file.source() + ": tensor '" + name + "'";
    if (!file.names().contains(name)) {
      throw new MalformedFileException(tensor, axes + " axes", "no such tensor");
    }
    TensorShape shape = file.info(name).shape();
    if (shape.dimension() != axes) {
      throw new MalformedFileException(tensor, axes + " axes", shape.toString());
    }
    return shape;
  }

  /** What a training checkpoint needs beside the weights to go on. */
  static List<String> ofTraining(TorchCheckpoint checkpoint) {
    List<String> sentences = new ArrayList<>();
    for (String name : List.of("optimizer_state_dict", "optimizer")) {
      checkpoint
          .find(name, "state")
          .ifPresent(state -> sentences.add("optimiser state at " + name + ": " + state));
    }
    for (String name : List.of("lr_scheduler", "lr_scheduler_state_dict", "scheduler")) {
      if (checkpoint.find(name).orElse(null) instanceof CheckpointNode.Mapping schedule) {
        boolean oneCycle = schedule.get("total_steps").isPresent();
        sentences.add((oneCycle ? "OneCycle" : "learning-rate") + " schedule at " + name);
      }
    }
    return sentences;
  }
}
