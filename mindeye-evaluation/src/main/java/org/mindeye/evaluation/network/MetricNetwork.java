// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.mindeye.Plural;
import org.mindeye.core.weights.ArtefactManifest;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightMismatchException;

/**
 * The networks of the paper's table 1, in the order of its columns, each with the file that the
 * published scores were made with.
 */
public enum MetricNetwork {
  /** AlexNet of torchvision; 2,469,696 of its 61,100,840 parameters are used. */
  ALEXNET("AlexNet", "alexnet-owt-7be5be79.pth", 256, 31) {
    @Override
    Optional<Supplier<StagedNetwork>> convolutional() {
      return Optional.of(AlexNet::new);
    }

    @Override
    public List<NetworkFeature> features() {
      return List.of(
          new NetworkFeature("AlexNet(2)", "features.4", new Shape(192, 31, 31)),
          new NetworkFeature("AlexNet(5)", "features.11", new Shape(256, 15, 15)));
    }

    @Override
    String[] unused() {
      return heads("classifier.1", "classifier.4", "classifier.6");
    }

    @Override
    String anchor() {
      return "features.10.weight";
    }
  },
  /** Inception-v3 of torchvision, with Google's weights. */
  INCEPTION_V3("Inception-v3", "inception_v3_google-0cc3c7bd.pth", 342, 75) {
    @Override
    Optional<Supplier<StagedNetwork>> convolutional() {
      return Optional.of(InceptionV3::new);
    }

    @Override
    public List<NetworkFeature> features() {
      return List.of(new NetworkFeature("Inception", MEAN, new Shape(2048)));
    }

    @Override
    String[] unused() {
      return heads("fc", "AuxLogits.");
    }

    @Override
    String anchor() {
      return "Mixed_7c.branch_pool.conv.weight";
    }
  },
  /** OpenAI's CLIP ViT-L/14; a tower of another shape is taken as it is. */
  CLIP("CLIP", "clip-vit-large-patch14/model.safetensors", 224, 224) {
    @Override
    Optional<Supplier<StagedNetwork>> convolutional() {
      return Optional.empty();
    }

    @Override
    public List<NetworkFeature> features() {
      return List.of(new NetworkFeature("CLIP", "image_embeds", new Shape(768)));
    }

    @Override
    List<String> places() {
      return List.of("clip-vit-large-patch14", "clip-vit-large-patch14.safetensors");
    }

    @Override
    String[] unused() {
      return new String[0];
    }

    @Override
    String anchor() {
      return "";
    }
  },
  /** EfficientNet-B1 of torchvision, the second version of its weights. */
  EFFICIENTNET_B1("EfficientNet-B1", "efficientnet_b1-c27df63c.pth", 255, 1) {
    @Override
    Optional<Supplier<StagedNetwork>> convolutional() {
      return Optional.of(EfficientNetB1::new);
    }

    @Override
    public List<NetworkFeature> features() {
      return List.of(new NetworkFeature("EffNet-B", MEAN, new Shape(1280)));
    }

    @Override
    String[] unused() {
      return heads("classifier.1");
    }

    @Override
    String anchor() {
      return "features.8.0.weight";
    }
  },
  /** ResNet-50, trained with SwAV for 800 epochs where scores are to be the published ones. */
  RESNET50("ResNet-50", "swav_800ep_pretrain.pth.tar", 224, 1) {
    @Override
    Optional<Supplier<StagedNetwork>> convolutional() {
      return Optional.of(ResNet50::new);
    }

    @Override
    public List<NetworkFeature> features() {
      return List.of(new NetworkFeature("SwAV", MEAN, new Shape(2048)));
    }

    @Override
    String[] unused() {
      return heads("fc", "projection_head.", "prototypes.");
    }

    @Override
    String anchor() {
      return "layer4.2.conv3.weight";
    }
  };

  private static final String MEAN = "avgpool";

  private final String title;
  private final String file;
  private final int side;
  private final int smallestSide;

  MetricNetwork(String title, String file, int side, int smallestSide) {
    this.title = title;
    this.file = file;
    this.side = side;
    this.smallestSide = smallestSide;
  }

  /**
   * What is compared.
   *
   * @return from the first layers to the last; shapes are those at {@link #side()}
   */
  public abstract List<NetworkFeature> features();

  /**
   * What is computed from its features, for people.
   *
   * @return {@code the score Inception}, {@code the scores AlexNet(2) and AlexNet(5)}
   */
  public String scores() {
    List<String> scores = features().stream().map(NetworkFeature::score).toList();
    return "the " + Plural.noun(scores.size(), "score") + " " + String.join(" and ", scores);
  }

  /**
   * The published file.
   *
   * @return where it is expected in a folder of weights, as {@link ArtefactManifest} has it
   */
  public String file() {
    return file;
  }

  /**
   * How large the network sees an image in the published evaluation.
   *
   * @return pixels per side
   */
  public int side() {
    return side;
  }

  /** Fewer pixels leave its last layers nothing. */
  int smallestSide() {
    return smallestSide;
  }

  /** Creates the network without weights; empty for CLIP, which core has. */
  abstract Optional<Supplier<StagedNetwork>> convolutional();

  /** What files may hold besides. */
  abstract String[] unused();

  /** A tensor by which such files are found. */
  abstract String anchor();

  /** Names under which the weights may lie in a folder, the first that is there is taken. */
  List<String> places() {
    return List.of(file, file.replaceFirst("\\.pth(\\.tar)?$", "") + ".safetensors");
  }

  /** Of a classifier, by its last dot all that is below. */
  private static String[] heads(String... parts) {
    return Arrays.stream(parts)
        .flatMap(
            part ->
                part.endsWith(".")
                    ? List.of(part + '*').stream()
                    : List.of(part + ".weight", part + ".bias").stream())
        .toArray(String[]::new);
  }

  /**
   * Looks for the weights: the published file, or one of the same stem that ends in {@code
   * .safetensors}; of CLIP the folder, or {@code clip-vit-large-patch14.safetensors}.
   *
   * @param folder of published files
   * @return the file (of CLIP perhaps the folder), if it is there
   */
  public Optional<Path> find(Path folder) {
    return places().stream().map(folder::resolve).filter(Files::exists).findFirst();
  }

  /**
   * What to do where {@link #find} finds nothing.
   *
   * @param folder of published files
   * @return which file is missing, what it is, and where to get it
   */
  public String missing(Path folder) {
    return ArtefactManifest.missing(folder.resolve(file));
  }

  /** Ignores what networks for classification and training have besides. */
  WeightBinder binder() {
    return WeightBinder.strict().mayBeExtra("*.num_batches_tracked").mayBeExtra(unused());
  }

  /**
   * Recognises a convolutional network by the names and shapes of all its tensors.
   *
   * @param file stays open; nothing of a tensor is read
   * @return the network; empty for CLIP too, which {@link
   *     org.mindeye.core.clip.VisionTransformerConfig#of} recognises
   * @throws org.mindeye.formats.tensor.MalformedFileException if the file holds weights twice
   */
  public static Optional<MetricNetwork> recognize(StateDict file) {
    StateDict plain = file.unwrapped();
    return Arrays.stream(values())
        .filter(kind -> plain.names().contains(kind.anchor()) && kind.fits(plain))
        .findFirst();
  }

  private boolean fits(StateDict plain) {
    try (StagedNetwork network = convolutional().orElseThrow().get()) {
      binder().requireFits(plain, network);
      return true;
    } catch (WeightMismatchException e) {
      return false; // another network whose layers have the same names
    }
  }

  /**
   * For people.
   *
   * @return the network's usual name
   */
  @Override
  public String toString() {
    return title;
  }
}
