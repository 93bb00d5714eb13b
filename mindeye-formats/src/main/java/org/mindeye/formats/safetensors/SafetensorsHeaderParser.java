// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mindeye.Plural;
import org.mindeye.formats.safetensors.SafetensorsHeader.Placed;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;

/**
 * Reads the JSON object at the start of a safetensors file: texts under {@code __metadata__}, and
 * for every tensor exactly {@code dtype}, {@code shape} and {@code data_offsets}.
 */
final class SafetensorsHeaderParser {
  private static final int MAX_AXES = 32;

  /** Names are neither interned nor shared: a file cannot fill a table of this process. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxStringLength(SafetensorsHeader.MAX_BYTES)
                  .build())
          .build();

  private final String source;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Placed> tensors = new LinkedHashMap<>();
  private JsonParser parser;

  /** What is being read, for messages. */
  private String place;

  SafetensorsHeaderParser(String source) {
    this.source = source;
    place = source;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  Map<String, Placed> tensors() {
    return tensors;
  }

  void parse(String json) {
    try (JsonParser open = JSON.createParser(json)) {
      parser = open;
      root();
    } catch (JsonProcessingException e) {
      throw new MalformedFileException(place, "a header in JSON", e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(source, e); // memory does not fail
    }
  }

  private void root() throws IOException {
    require(JsonToken.START_OBJECT, "an object as header");
    boolean noted = false;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (name.equals(SafetensorsHeader.METADATA)) {
        place = source + ": " + SafetensorsHeader.METADATA;
        once(!noted);
        noted = true;
        notes();
      } else {
        checkText(name);
        place = source + ": tensor '" + name + "'";
        once(tensors.put(name, tensor(name)) == null);
      }
      place = source;
    }
    if (parser.nextToken() != null) {
      throw malformed("nothing behind the header's object", parser.currentToken().toString());
    }
  }

  private void notes() throws IOException {
    require(JsonToken.START_OBJECT, "an object");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      require(JsonToken.VALUE_STRING, "a string for '" + key + "'");
      checkText(key);
      checkText(parser.getText());
      if (metadata.put(key, parser.getText()) != null) {
        throw malformed("the key '" + key + "' once", "it again");
      }
    }
  }

  private Placed tensor(String name) throws IOException {
    require(JsonToken.START_OBJECT, "an object");
    SafetensorsType type = null;
    long[] shape = null;
    long[] offsets = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      switch (parser.currentName()) {
        case "dtype" -> {
          once(type == null);
          type = type();
        }
        case "shape" -> {
          once(shape == null);
          shape = numbers("shape", MAX_AXES);
        }
        case "data_offsets" -> {
          once(offsets == null);
          offsets = numbers("data_offsets", 2);
        }
        default ->
            throw malformed(
                "no key but dtype, shape and data_offsets", "'" + parser.currentName() + "'");
      }
    }
    if (type == null || shape == null || offsets == null) {
      throw malformed("the keys dtype, shape and data_offsets", "not all of them");
    }
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw malformed("data_offsets of begin and end", Arrays.toString(offsets));
    }
    TensorInfo info = new TensorInfo(name, type.elements(), new TensorShape(shape));
    return new Placed(info, offsets[0], offsets[1]);
  }

  private SafetensorsType type() throws IOException {
    require(JsonToken.VALUE_STRING, "a string as dtype");
    SafetensorsType type = SafetensorsType.named(parser.getText());
    if (type == null) {
      throw malformed(
          "a dtype of " + Arrays.toString(SafetensorsType.values()) + " (convert the file first)",
          "'" + parser.getText() + "'");
    }
    return type;
  }

  private long[] numbers(String key, int most) throws IOException {
    require(JsonToken.START_ARRAY, "a list as " + key);
    long[] numbers = new long[most];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (count == most) {
        throw malformed("at most " + Plural.of(most, "number") + " as " + key, "more");
      }
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || parser.getLongValue() < 0) {
        throw malformed("whole numbers from 0 to 2^63 - 1 as " + key, found());
      }
      numbers[count++] = parser.getLongValue();
    }
    return Arrays.copyOf(numbers, count);
  }

  private void require(JsonToken wanted, String what) throws IOException {
    if (parser.nextToken() != wanted) {
      throw malformed(what, found());
    }
  }

  private void once(boolean first) throws IOException {
    if (!first) {
      throw malformed("the key '" + parser.currentName() + "' once", "it again");
    }
  }

  /** JSON can spell half a character, which is not valid text. */
  private void checkText(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw malformed("a string of whole characters", "half a surrogate pair");
    }
  }

  private String found() throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return "the end of the header";
    }
    String text = parser.getText();
    return "'" + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + "'";
  }

  private MalformedFileException malformed(String expected, String found) {
    return new MalformedFileException(place, expected, found);
  }
}
