// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.formats.tensor.MalformedFileException;

/** The shape of a CLIP tower as JSON: this library's fields, and what others publish. */
final class ClipConfigJson {
  private static final List<String> FIELDS =
      List.of(
          "hidden",
          "intermediate",
          "layers",
          "heads",
          "imageSize",
          "patchSize",
          "projection",
          "activation");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private ClipConfigJson() {}

  static String write(VisionTransformerConfig config) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("hidden", config.hidden());
      json.writeNumberField("intermediate", config.intermediate());
      json.writeNumberField("layers", config.layers());
      json.writeNumberField("heads", config.heads());
      json.writeNumberField("imageSize", config.imageSize());
      json.writeNumberField("patchSize", config.patchSize());
      json.writeNumberField("projection", config.projection());
      json.writeStringField("activation", config.activation().name());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return text.toString();
  }

  static VisionTransformerConfig read(String source, String json) {
    Map<String, String> flat = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedFileException(source, "a JSON object", "something else");
      }
      flatten(parser, "", flat);
      if (parser.nextToken() != null) {
        throw new MalformedFileException(source, "one JSON object", "more behind it");
      }
    } catch (JsonProcessingException e) {
      throw new MalformedFileException(source, "a JSON object", e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(source, e); // memory does not fail
    }
    return PublishedClipFiles.of(source, flat).orElseGet(() -> own(new Fields(source, flat)));
  }

  /** Numbers, texts and truth values by their path; lists say nothing about the tower. */
  private static void flatten(JsonParser parser, String path, Map<String, String> flat)
      throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = path + parser.currentName();
      switch (parser.nextToken()) {
        case START_OBJECT -> flatten(parser, name + ".", flat);
        case START_ARRAY -> parser.skipChildren();
        case VALUE_NULL -> {
          // As if the field were not there.
        }
        default -> flat.put(name, parser.getText());
      }
    }
  }

  private static VisionTransformerConfig own(Fields fields) {
    for (String name : fields.values().keySet()) {
      if (!FIELDS.contains(name)) {
        throw fields.malformed("the fields " + FIELDS, "'" + name + "'");
      }
    }
    return fields.config(
        () ->
            new VisionTransformerConfig(
                fields.number("hidden"),
                fields.number("intermediate"),
                fields.number("layers"),
                fields.number("heads"),
                fields.number("imageSize"),
                fields.number("patchSize"),
                fields.number("projection"),
                activation(fields)));
  }

  private static Nonlinearity activation(Fields fields) {
    String name = fields.text("activation");
    for (Nonlinearity activation : Nonlinearity.values()) {
      if (activation.name().equals(name)) {
        return activation;
      }
    }
    throw fields.malformed("an activation of " + List.of(Nonlinearity.values()), "'" + name + "'");
  }
}
