// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;

/** What a file of weights notes about its backbone: the object {@code backbone} of the networks. */
final class BackboneMetadata {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private static final List<String> KEYS =
      List.of(
          "voxels",
          "hidden",
          "blocks",
          "residuals",
          "space.tokens",
          "space.width",
          "norm",
          "activationFirst",
          "projector",
          "projectorWidth",
          "inputDropout",
          "blockDropout");

  private final String source;
  private final Map<String, String> values;

  private BackboneMetadata(String source, Map<String, String> values) {
    this.source = source;
    this.values = values;
  }

  /** The noted configuration; empty if the file notes nothing. */
  static Optional<BackboneConfig> read(StateDict file) {
    String noted = file.metadata().get(BackboneConfig.METADATA);
    if (noted == null) {
      return Optional.empty();
    }
    String source = file.source() + ": metadata " + BackboneConfig.METADATA;
    return Optional.of(new BackboneMetadata(source, parse(source, noted)).config());
  }

  private static Map<String, String> parse(String source, String text) {
    Map<String, String> flat = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedFileException(source, "a JSON object", "something else");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        boolean ours = "backbone".equals(parser.currentName());
        boolean object = parser.nextToken() == JsonToken.START_OBJECT;
        if (ours && object) {
          flatten(parser, "", flat);
        } else {
          parser.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      throw new MalformedFileException(source, "a JSON object", e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(source, e); // memory does not fail
    }
    return flat;
  }

  private static void flatten(JsonParser parser, String path, Map<String, String> flat)
      throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = path + parser.currentName();
      switch (parser.nextToken()) {
        case START_OBJECT -> flatten(parser, name + ".", flat);
        case START_ARRAY -> {
          parser.skipChildren();
          flat.put(name, "a list");
        }
        default -> flat.put(name, parser.getText());
      }
    }
  }

  private BackboneConfig config() {
    for (String key : values.keySet()) {
      if (!KEYS.contains(key)) {
        throw new MalformedFileException(
            source, "a backbone of the keys " + KEYS, "the key '" + key + "'");
      }
    }
    try {
      return new BackboneConfig(
          number("voxels"),
          number("hidden"),
          number("blocks"),
          truth("residuals"),
          new ClipSpace(number("space.tokens"), number("space.width")),
          norm(),
          truth("activationFirst"),
          truth("projector"),
          number("projectorWidth"),
          rate("inputDropout"),
          rate("blockDropout"));
    } catch (NumberFormatException e) {
      throw malformed("numbers", e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw malformed("the shape of a backbone", e.getMessage(), e);
    }
  }

  private MalformedFileException malformed(String expected, String found, Exception cause) {
    MalformedFileException error = new MalformedFileException(source, expected, found);
    error.initCause(cause);
    return error;
  }

  private String text(String key) {
    String value = values.get(key);
    if (value == null || value.equals("null")) {
      throw new MalformedFileException(
          source, "a backbone with the key '" + key + "'", value == null ? "none" : "null");
    }
    return value;
  }

  private int number(String key) {
    return Integer.parseInt(text(key));
  }

  private double rate(String key) {
    return Double.parseDouble(text(key));
  }

  private boolean truth(String key) {
    String value = text(key);
    if (!value.equals("true") && !value.equals("false")) {
      throw new MalformedFileException(source, "true or false for '" + key + "'", value);
    }
    return value.equals("true");
  }

  private BackboneNorm norm() {
    String name = text("norm");
    return Arrays.stream(BackboneNorm.values())
        .filter(norm -> norm.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new MalformedFileException(
                    source, "a norm of " + List.of(BackboneNorm.values()), "'" + name + "'"));
  }
}
