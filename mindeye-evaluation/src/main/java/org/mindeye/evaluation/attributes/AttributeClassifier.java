// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.attributes;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.GroupNorm;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.ResidualConvBlock;
import org.mindeye.core.nn.Window;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightFolder;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * A small convolutional network that says what a picture shows: for each attribute one of its
 * classes. It judges pictures of a model that was not trained with it: trained apart, with weights
 * of its own, it must not be a target of any training. Its layer before the answers compares
 * pictures as those of large networks do.
 *
 * <p>Safe for concurrent callers while it is not being trained. As a DJL block it reads images
 * {@code [batch, 3, side, side]} and returns the features, then the logits of each attribute.
 */
public final class AttributeClassifier extends Network {
  private static final int COLORS = 3;
  private static final int NARROW = 32;
  private static final double EPSILON = 1e-5;
  private static final Window HALVING = Window.square(3).withStride(2).withPadding(1);

  private final AttributeClassifierConfig config;
  private final List<Conv2d> halvings = new ArrayList<>();
  private final List<ResidualConvBlock> blocks = new ArrayList<>();
  private final GroupNorm norm;
  private final Conv2d narrow;
  private final Linear features;
  private final List<Linear> answers = new ArrayList<>();

  /**
   * What the network makes of pictures.
   *
   * @param features {@code [batch, features]}, the layer before the answers
   * @param logits {@code [batch, classes]} of each attribute
   */
  public record Output(NDArray features, List<NDArray> logits) {}

  /**
   * Declares the parameters; {@link #initialize} creates them.
   *
   * @param config the shape of the network
   */
  public AttributeClassifier(AttributeClassifierConfig config) {
    this.config = config;
    int width = COLORS;
    for (int stage = 0; stage < config.channels().size(); stage++) {
      int next = config.channels().get(stage);
      ParameterScope place = scope().child("stages").child(stage);
      halvings.add(Conv2d.of(place.child("halving"), width, next, HALVING));
      blocks.add(new ResidualConvBlock(place.child("block"), next, next, config.groups(), EPSILON));
      width = next;
    }
    norm = new GroupNorm(scope().child("norm"), config.groups(), width, EPSILON);
    narrow = Conv2d.of(scope().child("narrow"), width, NARROW, Window.square(1));
    int places = config.lastSide() * config.lastSide();
    features = Linear.of(scope().child("features"), NARROW * places, config.features());
    for (AttributeClassifierConfig.Attribute attribute : config.attributes()) {
      answers.add(
          Linear.of(
              scope().child("attributes").child(attribute.name()),
              config.features(),
              attribute.classes().size()));
    }
  }

  /**
   * Loads a classifier of the shape that the file notes.
   *
   * @param file the weights, in any format of {@link org.mindeye.core.weights.WeightFiles}
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it notes no such shape
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   */
  public static AttributeClassifier load(Path file, Device device) throws IOException {
    Torch.requirePresent(device);
    try (StateDict weights = WeightFolder.openAt(Objects.requireNonNull(file, "file"))) {
      return load(weights, device);
    }
  }

  /**
   * As {@link #load(Path, Device)} from an open file.
   *
   * @param weights the weights; stay open
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws MalformedFileException if they note no such shape
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   */
  public static AttributeClassifier load(StateDict weights, Device device) {
    Torch.requirePresent(device);
    Objects.requireNonNull(weights, "weights");
    return WeightBinder.strict()
        .load(weights, new AttributeClassifier(AttributeClassifierConfig.of(weights)), device);
  }

  /**
   * The shape, and what the answers mean.
   *
   * @return the configuration
   */
  public AttributeClassifierConfig config() {
    return config;
  }

  /**
   * Looks at pictures in the graph of the caller. Gradients flow.
   *
   * @param images {@code [batch, 3, side, side]} in [0, 1]
   * @return features and logits, owned by the images' manager
   * @throws ShapeMismatchException if the pictures have other sides
   */
  public Output forward(ImageBatch images) {
    try (Lifetime.Call call = enter()) {
      check(images);
      device();
      NDArray x = VaePixels.of(images).array();
      for (int stage = 0; stage < blocks.size(); stage++) {
        x = blocks.get(stage).apply(halvings.get(stage).apply(x));
      }
      NDArray narrowed = Nonlinearity.SILU.apply(narrow.apply(norm.applyThenSilu(x)));
      NDArray flat = narrowed.reshape(images.batch(), -1);
      NDArray inner = DataTypes.toFloat32(features.applyThen(Nonlinearity.GELU, flat));
      List<NDArray> logits = new ArrayList<>();
      answers.forEach(answer -> logits.add(DataTypes.toFloat32(answer.apply(inner))));
      return new Output(inner, logits);
    }
  }

  /**
   * The layer before the answers, for distances between pictures.
   *
   * @param images {@code [batch, 3, side, side]} in [0, 1], float32, on any device
   * @param owner the manager that owns the result
   * @return {@code [batch, features]}
   * @throws ShapeMismatchException if the pictures have other sides
   * @throws org.mindeye.core.tensor.NotFiniteException if a pixel is NaN or infinite
   */
  public NDArray features(ImageBatch images, NDManager owner) {
    try (Lifetime.Call call = enter();
        CallScope scope = CallScope.open(device())) {
      Alive.require("owner", owner);
      return scope.keep(forward(here(images)).features(), owner);
    }
  }

  /**
   * What pictures show.
   *
   * @param images {@code [batch, 3, side, side]} in [0, 1], float32, on any device
   * @return {@code [picture][attribute]}: numbers of the likeliest classes
   * @throws ShapeMismatchException if the pictures have other sides
   * @throws org.mindeye.core.tensor.NotFiniteException if a pixel is NaN or infinite
   */
  public int[][] classify(ImageBatch images) {
    try (Lifetime.Call call = enter();
        CallScope scope = CallScope.open(device())) {
      List<NDArray> logits = forward(here(images)).logits();
      int[][] classes = new int[images.batch()][logits.size()];
      for (int attribute = 0; attribute < logits.size(); attribute++) {
        long[] likeliest = logits.get(attribute).argMax(1).toLongArray();
        for (int i = 0; i < classes.length; i++) {
          classes[i][attribute] = (int) likeliest[i];
        }
      }
      return classes;
    }
  }

  private ImageBatch here(ImageBatch images) {
    Finite.require("images", images.array(), "decode or repair these pictures again");
    return ImageBatch.of(images.array().toDevice(device(), false));
  }

  private void check(ImageBatch images) {
    if (images.height() != config.side() || images.width() != config.side()) {
      throw new ShapeMismatchException(
          "images: this network reads "
              + config.side()
              + "x"
              + config.side()
              + " pixels but was given "
              + images.array().getShape()
              + "; resize them");
    }
  }

  @Override
  protected NDList evaluate(NDList inputs) {
    Output output = forward(ImageBatch.of(inputs.singletonOrThrow()));
    NDList all = new NDList(output.features());
    all.addAll(output.logits());
    return all;
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    long batch = inputShapes[0].get(0);
    List<Shape> shapes = new ArrayList<>(List.of(new Shape(batch, config.features())));
    config.attributes().forEach(a -> shapes.add(new Shape(batch, a.classes().size())));
    return shapes.toArray(Shape[]::new);
  }
}
