// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.attributes;

import java.util.List;
import java.util.Map;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The shape of an {@link AttributeClassifier}, and what its answers mean.
 *
 * @param side pixels per side of the pictures it reads, divisible by 2 for each stage
 * @param channels of each stage; every stage halves the sides
 * @param groups of the norms; divides all channels
 * @param features numbers of the layer before the answers
 * @param attributes what it says about a picture
 */
public record AttributeClassifierConfig(
    int side, List<Integer> channels, int groups, int features, List<Attribute> attributes) {
  /** Under which key the metadata of a file of weights note their configuration, in JSON. */
  public static final String METADATA = "mindeye.attributes";

  private static final String NAME = "[a-z][a-zA-Z0-9]*";

  /**
   * Something to say about a picture.
   *
   * @param name lower camel case: {@code category}
   * @param classes what may be said, at least two
   */
  public record Attribute(String name, List<String> classes) {
    /** Copies the list. */
    public Attribute {
      classes = List.copyOf(classes);
      if (!name.matches(NAME)) {
        throw new IllegalArgumentException(
            "an attribute is called by letters and digits, like category, but was '" + name + "'");
      }
      if (classes.size() < 2) {
        throw new IllegalArgumentException(
            name + ": expected at least 2 classes but was " + classes.size());
      }
    }
  }

  /** Copies the lists; checks the numbers. */
  public AttributeClassifierConfig {
    channels = List.copyOf(channels);
    attributes = List.copyOf(attributes);
    requireSome("channels", channels);
    requireSome("attributes", attributes);
    requirePositive("groups", groups);
    requirePositive("features", features);
    for (int width : channels) {
      if (width < 1 || width % groups != 0) {
        throw new IllegalArgumentException(
            "channels: expected multiples of groups=" + groups + " but was " + width);
      }
    }
    int divisor = 1 << channels.size();
    if (side < divisor || side % divisor != 0) {
      throw new IllegalArgumentException(
          "side: expected a multiple of " + divisor + ", halved by each stage, but was " + side);
    }
  }

  private static void requireSome(String name, List<?> list) {
    if (list.isEmpty()) {
      throw new IllegalArgumentException(name + ": expected at least one but there is none");
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1 but was " + value);
    }
  }

  /** Sides of the last stage. */
  int lastSide() {
    return side >> channels.size();
  }

  /**
   * Reads the configuration that a file notes under {@link #METADATA}.
   *
   * @param file holds a classifier's tensors; stays open
   * @return the configuration
   * @throws MalformedFileException if none is noted, or it lacks a key, has an unknown one, or is
   *     of a later schema: names it
   */
  public static AttributeClassifierConfig of(StateDict file) {
    return Document.noted(file, METADATA)
        .orElseThrow(
            () ->
                new MalformedFileException(
                    file.source(),
                    "a classifier of attributes, which notes its shape as '" + METADATA + "'",
                    "no such note in the metadata"))
        .as(AttributeClassifierConfig.class);
  }

  /**
   * What a file of weights should note, so that {@link #of} finds it.
   *
   * @return metadata for {@link org.mindeye.core.weights.WeightFiles#write(java.nio.file.Path,
   *     org.mindeye.core.nn.Network, Map)}
   */
  public Map<String, String> metadata() {
    return Map.of(METADATA, DocumentWriter.line(this));
  }
}
