// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.recognition;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.mindeye.Plural;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.weights.StateDict;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;
import org.mindeye.formats.torch.CheckpointNode;
import org.mindeye.formats.torch.TorchCheckpoint;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.FinalLayerPriorConfig;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.TransformerConfig;

/**
 * Says which published models a file of weights holds, by the names and shapes of its tensors and
 * by what it notes. Nothing of a tensor is read.
 */
public final class KnownModels {
  private static final String BACKBONE = "voxel2clip.lin0.0.weight";
  private static final String TRANSFORMER = "causal_transformer.norm.g";
  private static final String BETAS = "noise_scheduler.betas";
  private static final String HUGGING_FACE = "vision_model.";
  private static final String OPEN_AI = "visual.";
  private static final String CLASSIFIER = "stages.0.halving.weight";

  /**
   * A family of networks.
   *
   * @param anchors tensors that such a file has, to find one behind a prefix
   * @param recognizer adds what it finds
   */
  private record Family(List<String> anchors, BiConsumer<StateDict, Set<KnownModel>> recognizer) {
    static Family of(BiConsumer<StateDict, Set<KnownModel>> recognizer, String... anchors) {
      return new Family(List.of(anchors), recognizer);
    }
  }

  /** All there are, in the order of the answer. A new one is a new line. */
  private static final List<Family> FAMILIES =
      List.of(
          Family.of(KnownModels::backbone, "lin0.0.weight"),
          Family.of(KnownModels::prior, TRANSFORMER),
          Family.of(
              KnownModels::clip,
              "vision_model.embeddings.class_embedding",
              "visual.class_embedding"),
          Family.of(LowLevelModels::network, LowLevelModels.UPSAMPLER),
          Family.of(LowLevelModels::autoencoder, LowLevelModels.AUTOENCODER),
          Family.of(LowLevelModels::teacher, LowLevelModels.TEACHER),
          Family.of(LowLevelModels::unet, LowLevelModels.UNET),
          Family.of(MetricModels::network),
          Family.of(KnownModels::classifier, CLASSIFIER));

  private static final KnownModel NO_PRIOR = KnownModel.note("no diffusion prior");

  private KnownModels() {}

  /**
   * Recognises what is in a file.
   *
   * @param file stays open
   * @return the models in it and what is to be known about them, in this order: backbone, prior,
   *     CLIP image tower, low-level network, autoencoder, teacher, UNet, network of a metric,
   *     classifier; empty if this library knows nothing of the kind
   */
  public static List<KnownModel> in(StateDict file) {
    try {
      file.unwrapped();
    } catch (MalformedFileException e) {
      return List.of(
          KnownModel.note(
              "not to be used as it is: expected " + e.expected() + " but found " + e.found()));
    }
    Set<KnownModel> found = new LinkedHashSet<>();
    for (Family family : FAMILIES) {
      try {
        family.recognizer().accept(file, found);
      } catch (MalformedFileException e) {
        found.add(KnownModel.note("names of a known model, but " + e.getMessage()));
      }
    }
    if (found.isEmpty()) {
      disguised(file, found);
    }
    return List.copyOf(found);
  }

  /** What would be known if its names were its own. */
  private static void disguised(StateDict file, Set<KnownModel> found) {
    if (file.names().stream().anyMatch(name -> name.startsWith("ridge.linears."))) {
      found.add(KnownModel.note("a model of MindEye2, whose networks are others"));
    }
    FAMILIES.stream()
        .flatMap(family -> family.anchors().stream())
        .map(file::prefixRemedy)
        .filter(remedy -> remedy.contains("names begin"))
        .findFirst()
        .ifPresent(remedy -> found.add(KnownModel.note("a known model behind a prefix" + remedy)));
  }

  private static void backbone(StateDict file, Set<KnownModel> found) {
    StateDict plain = file.unwrapped();
    boolean part = plain.names().contains(BACKBONE);
    boolean lowLevel = plain.names().contains(LowLevelModels.UPSAMPLER);
    if (part || plain.names().contains("lin0.0.weight") && !lowLevel) {
      found.add(backbone(BackboneConfig.of(file)));
    }
  }

  private static KnownModel backbone(BackboneConfig config) {
    return new KnownModel(
        KnownModel.Kind.BACKBONE,
        config,
        String.format(
            Locale.ROOT,
            "MindEye backbone %s: %s, hidden %d, %s, %s%s",
            config.space(),
            Plural.of(config.voxels(), "voxel"),
            config.trunk().hidden(),
            Plural.of(config.trunk().blocks(), "block"),
            config.trunk().norm(),
            config.projector().exists()
                ? ", projector " + config.projector().width()
                : ", no projector"));
  }

  private static void prior(StateDict file, Set<KnownModel> found) {
    Set<String> names = file.unwrapped().names();
    String layers = "causal_transformer.layers.";
    String part = names.stream().anyMatch(n -> n.startsWith("net." + layers)) ? "net." : "";
    if (names.stream().anyMatch(name -> name.startsWith(part + layers))) {
      boolean finalLayer = names.contains(part + "to_time_embeds.0.weight");
      found.add(finalLayer ? finalLayerPrior(file) : tokenPrior(file));
    } else if (names.contains(BACKBONE)) {
      found.add(NO_PRIOR);
    }
  }

  private static KnownModel tokenPrior(StateDict file) {
    PriorConfig config = PriorConfig.of(file);
    StateDict plain = file.unwrapped();
    String process =
        plain.names().contains(BETAS)
            ? Plural.of(shape(plain, BETAS, 1).get(0), "timestep")
            : "no noise schedule saved, so "
                + DiffusionConfig.paper(config.space().width()).noiseSchedule()
                + " is assumed, as published";
    return tokenPrior(config, ", " + process);
  }

  private static KnownModel tokenPrior(PriorConfig config, String process) {
    return new KnownModel(
        KnownModel.Kind.TOKEN_PRIOR,
        config,
        "diffusion prior " + config.space() + ": " + layers(config.transformer()) + process);
  }

  private static KnownModel finalLayerPrior(StateDict file) {
    FinalLayerPriorConfig config = FinalLayerPriorConfig.of(file);
    String saved =
        file.unwrapped().names().contains(BETAS)
            ? ""
            : ", no noise schedule saved, so COSINE is assumed, as published";
    return finalLayerPrior(config, ", " + Plural.of(config.timesteps(), "timestep") + saved);
  }

  private static KnownModel finalLayerPrior(FinalLayerPriorConfig config, String process) {
    return new KnownModel(
        KnownModel.Kind.FINAL_LAYER_PRIOR,
        config,
        String.format(
            Locale.ROOT,
            "final-layer diffusion prior %s: %s, %s%s",
            config.space(),
            layers(config.transformer()),
            Plural.of(config.textSlots(), "text slot"),
            process));
  }

  private static String layers(TransformerConfig config) {
    return String.format(
        Locale.ROOT,
        "%s, %s of %d",
        Plural.of(config.depth(), "layer"),
        Plural.of(config.heads(), "head"),
        config.headWidth());
  }

  private static void clip(StateDict file, Set<KnownModel> found) {
    StateDict plain = file.unwrapped();
    Set<String> names = plain.names();
    if (names.contains(HUGGING_FACE + "embeddings.class_embedding")) {
      found.add(
          tower(
              file,
              "Hugging Face",
              HUGGING_FACE + "embeddings.patch_embedding.weight",
              HUGGING_FACE + "embeddings.position_embedding.weight",
              HUGGING_FACE + "encoder.layers."));
      found.add(configuration(file));
    } else if (names.contains(OPEN_AI + "class_embedding")
        || names.contains("class_embedding") && names.contains("conv1.weight")) {
      String part = names.contains("class_embedding") ? "" : OPEN_AI;
      found.add(
          tower(
              file,
              "OpenAI/OpenCLIP",
              part + "conv1.weight",
              part + "positional_embedding",
              part + "transformer.resblocks."));
      found.add(configuration(file));
    }
  }

  /** What a tower computes with besides its weights. */
  private static KnownModel configuration(StateDict file) {
    try {
      VisionTransformerConfig config = VisionTransformerConfig.of(file);
      return KnownModel.note(
          "CLIP configuration: "
              + VisionTransformerConfig.assumptions(file)
                  .orElse(
                      String.format(
                          Locale.ROOT,
                          "%s and %s, from its metadata",
                          Plural.of(config.heads(), "head"),
                          config.activation())));
    } catch (MalformedFileException e) {
      return KnownModel.note(
          "CLIP configuration: expected " + e.expected() + " but found " + e.found());
    }
  }

  private static VisionTransformerConfig configOrNull(StateDict file) {
    try {
      return VisionTransformerConfig.of(file);
    } catch (MalformedFileException e) {
      return null; // the note says why
    }
  }

  private static KnownModel tower(
      StateDict whole, String layout, String patches, String positions, String layer) {
    StateDict file = whole.unwrapped();
    TensorShape kernel = shape(file, patches, 4);
    long patch = kernel.get(3);
    long tokens = shape(file, positions, 2).get(0);
    long layers =
        file.names().stream()
            .filter(name -> name.startsWith(layer))
            .map(name -> name.substring(layer.length()).replaceFirst("\\..*", ""))
            .distinct()
            .count();
    return new KnownModel(
        KnownModel.Kind.IMAGE_TOWER,
        configOrNull(whole),
        String.format(
            Locale.ROOT,
            "CLIP vision transformer in %s layout: hidden %d, %s, patches of %d, image %d,"
                + " %s%s",
            layout,
            kernel.get(0),
            Plural.of(layers, "layer"),
            patch,
            Math.round(Math.sqrt(tokens - 1)) * patch,
            Plural.of(tokens, "token"),
            known(kernel.get(0), layers, patch)));
  }

  private static String known(long hidden, long layers, long patch) {
    if (hidden == 1024 && layers == 24 && patch == 14) {
      return " (ViT-L/14)";
    } else if (hidden == 1280 && layers == 32 && patch == 14) {
      return " (ViT-H/14)";
    }
    return hidden == 768 && layers == 12 ? " (ViT-B/" + patch + ")" : "";
  }

  private static void classifier(StateDict file, Set<KnownModel> found) {
    if (file.unwrapped().names().contains(CLASSIFIER)) {
      AttributeClassifierConfig config = AttributeClassifierConfig.of(file);
      found.add(
          new KnownModel(
              KnownModel.Kind.CLASSIFIER,
              config,
              String.format(
                  Locale.ROOT,
                  "classifier of pictures of %dx%d: %s, %s",
                  config.side(),
                  config.side(),
                  config.attributes().stream()
                      .map(a -> a.name() + " (" + Plural.of(a.classes().size(), "class") + ")")
                      .collect(Collectors.joining(", ")),
                  Plural.of(config.features(), "feature"))));
    }
  }

  private static TensorShape shape(StateDict file, String name, int axes) {
    String tensor = file.source() + ": tensor '" + name + "'";
    if (!file.names().contains(name)) {
      throw new MalformedFileException(tensor, Plural.of(axes, "axis"), "no such tensor");
    }
    TensorShape shape = file.info(name).shape();
    if (shape.dimension() != axes) {
      throw new MalformedFileException(tensor, Plural.of(axes, "axis"), shape.toString());
    }
    return shape;
  }

  /**
   * Recognises what a training checkpoint of torch needs besides the weights to continue.
   *
   * @param checkpoint stays open
   * @return notes: the optimiser's state, and the schedule of its learning rate
   */
  public static List<KnownModel> ofTraining(TorchCheckpoint checkpoint) {
    List<KnownModel> notes = new ArrayList<>();
    for (String name : List.of("optimizer_state_dict", "optimizer")) {
      checkpoint
          .find(name, "state")
          .ifPresent(
              state -> notes.add(KnownModel.note("optimiser state at " + name + ": " + state)));
    }
    for (String name : List.of("lr_scheduler", "lr_scheduler_state_dict", "scheduler")) {
      if (checkpoint.find(name).orElse(null) instanceof CheckpointNode.Mapping schedule) {
        boolean oneCycle = schedule.get("total_steps").isPresent();
        notes.add(
            KnownModel.note((oneCycle ? "OneCycle" : "learning-rate") + " schedule at " + name));
      }
    }
    return notes;
  }
}
