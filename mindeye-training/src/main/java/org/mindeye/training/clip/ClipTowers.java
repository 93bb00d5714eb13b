// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.training.TrainableModel;

/**
 * An image tower and what it is trained with: a tower of descriptions, and a head that says what is
 * where. Saved tensors have the names of Hugging Face's CLIP, with {@code places.*} besides.
 */
public final class ClipTowers implements TrainableModel<ClipTowers> {
  private static final List<String> TEXT =
      List.of("text_model.", "text_projection.", "logit_scale");

  /** What published initial positions are multiplied by. */
  private static final double POSITIONS = 10;

  /** What published initial weights of patches are multiplied by. */
  private static final double PATCHES = 5;

  /** What is kept of their response to a patch of one colour, before that. */
  private static final double COLORS = 1 / 3.0;

  private final ClipVisionTransformer vision;
  private final DescriptionTower texts;
  private final PlaceHead places;
  private final int textWidth;

  private ClipTowers(VisionTransformerConfig config, ClipTask task, int textWidth) {
    this.textWidth = textWidth;
    vision = new ClipVisionTransformer(config);
    texts = new DescriptionTower(task, textWidth, config.projection());
    places = new PlaceHead(task, config.projection());
  }

  /**
   * Towers before training.
   *
   * @param config the shape of the image tower
   * @param task what is said about pictures
   * @param textWidth numbers per word and phrase, at least 1
   * @param device where they live
   * @param noise where initial weights are drawn from
   * @return the towers, which the caller closes
   */
  public static ClipTowers initialize(
      VisionTransformerConfig config,
      ClipTask task,
      int textWidth,
      Device device,
      NoiseSource noise) {
    if (textWidth < 1) {
      throw new IllegalArgumentException("textWidth: expected at least 1 but was " + textWidth);
    }
    try (CloseOnFailure made = new CloseOnFailure()) {
      ClipTowers towers = made.add(new ClipTowers(config, task, textWidth));
      for (Network network : towers.networks()) {
        network.initialize(device, noise);
      }
      balance(towers.vision);
      return made.done(towers);
    }
  }

  /**
   * The published initial values suit hundreds of millions of pictures. Of what enters the layers
   * the colour of a patch is then the largest part by far, what is drawn in it is a third of that,
   * and where it is next to nothing, so that small trainings learn little but colours. Here the
   * three are about equal.
   */
  private static void balance(ClipVisionTransformer vision) {
    Map<String, NDArray> weights = vision.arrays();
    try (CallScope scope = CallScope.open(vision.device())) {
      NDArray positions = weights.get("vision_model.embeddings.position_embedding.weight");
      positions.muli(Torch.scalar(positions, POSITIONS));
      NDArray patches = weights.get("vision_model.embeddings.patch_embedding.weight");
      Shape shape = patches.getShape();
      NDArray colors = patches.reshape(shape.get(0), shape.get(1), -1).mean(new int[] {2}, true);
      NDArray share = colors.mul(Torch.scalar(colors, 1 - COLORS)).expandDims(3);
      patches.subi(share).muli(Torch.scalar(patches, PATCHES));
    }
  }

  /**
   * The image tower: what the training is for.
   *
   * @return the towers' own, which {@link #close} closes
   */
  public ClipVisionTransformer vision() {
    return vision;
  }

  /** What is said about pictures. */
  ClipTask task() {
    return texts.task();
  }

  DescriptionTower texts() {
    return texts;
  }

  PlaceHead places() {
    return places;
  }

  /** Numbers per word and phrase. */
  int textWidth() {
    return textWidth;
  }

  @Override
  public List<Network> networks() {
    return List.of(vision, texts, places);
  }

  @Override
  public ClipTowers twin() {
    try (CloseOnFailure made = new CloseOnFailure()) {
      ClipTowers twin = made.add(new ClipTowers(vision.config(), task(), textWidth));
      twin.networks().forEach(network -> network.allocate(device()));
      return made.done(twin);
    }
  }

  @Override
  public Map<String, NDArray> tensors(NDManager owner) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    networks().forEach(network -> tensors.putAll(network.arrays()));
    return tensors;
  }

  @Override
  public void copyFrom(StateDict file) {
    WeightBinder.strict().copyInto(file.filtered(ClipTowers::isText), texts);
    WeightBinder.strict().copyInto(file.filtered(ClipTowers::isPlace), places);
    WeightBinder.strict().copyInto(image(file), vision);
  }

  /** The image tower's tensors among those of a run. */
  static StateDict image(StateDict file) {
    return file.filtered(name -> !isText(name) && !isPlace(name));
  }

  private static boolean isText(String name) {
    return TEXT.stream().anyMatch(name::startsWith);
  }

  private static boolean isPlace(String name) {
    return name.startsWith(PlaceHead.SCOPE + '.');
  }

  @Override
  public void close() {
    networks().forEach(Network::close);
  }
}
