// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.magic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mindeye.Printable;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * What {@code *.index.json} says: which file of its folder holds which tensor.
 *
 * @param source names the index in messages
 * @param folder where the files are
 * @param shards the name of a file by tensor
 */
public record ShardIndex(String source, Path folder, Map<String, String> shards) {
  private static final String WEIGHT_MAP = "weight_map";

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(16).build())
          .build();

  /**
   * Whether a JSON text is such an index.
   *
   * @param file the text
   * @return whether it is an object with a {@code weight_map}
   * @throws IOException if it cannot be read
   */
  public static boolean isOne(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        JsonParser json = JSON.createParser(in)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        if (json.currentName().equals(WEIGHT_MAP)) {
          return true;
        }
        json.nextToken();
        json.skipChildren();
      }
      return false;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /**
   * Reads an index.
   *
   * @param file the text
   * @return what it says
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it says anything else, or names files elsewhere
   */
  public static ShardIndex read(Path file) throws IOException {
    String source = file.toString();
    if (Files.size(file) > Magic.MAX_JSON) {
      throw new MalformedFileException(
          source, "an index of at most " + Magic.MAX_JSON + " bytes", Files.size(file) + "");
    }
    Map<String, String> shards = new LinkedHashMap<>();
    try (InputStream in = Files.newInputStream(file);
        JsonParser json = JSON.createParser(in)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean map = json.currentName().equals(WEIGHT_MAP);
        json.nextToken();
        if (map) {
          weightMap(source, json, shards);
        } else {
          json.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      throw new MalformedFileException(source, "an index in JSON", e.getOriginalMessage());
    }
    Path parent = file.toAbsolutePath().getParent();
    return new ShardIndex(source, parent, shards);
  }

  private static void weightMap(String source, JsonParser json, Map<String, String> shards)
      throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedFileException(source, "an object as weight_map", json.getText());
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String tensor = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw new MalformedFileException(
            source, "the name of a file for '" + Printable.name(tensor) + "'", json.getText());
      }
      shards.put(tensor, checked(source, json.getText()));
    }
  }

  /** Shards lie beside their index, whatever a name says. */
  private static String checked(String source, String shard) {
    boolean plain;
    try {
      Path path = Path.of(shard);
      plain =
          !path.isAbsolute()
              && path.getNameCount() == 1
              && path.equals(path.normalize())
              && !shard.isEmpty()
              && !shard.equals("..")
              && shard.indexOf('\\') < 0;
    } catch (InvalidPathException e) {
      plain = false;
    }
    if (!plain) {
      throw new MalformedFileException(
          source, "names of files in the same folder", "'" + Printable.name(shard) + "'");
    }
    return shard;
  }
}
