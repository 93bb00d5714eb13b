package org.mindeye.examples.forward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.mindeye.core.weights.MalformedFileException;

/** Configuration records as JSON objects: every field, by its name in Java, and no other. */
final class ConfigFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private ConfigFile() {}

  static String example(Record config) {
    return JSON.valueToTree(config).toPrettyString();
  }

  static <R extends Record> R read(Path file, Class<R> type) throws IOException {
    try {
      JsonNode root = JSON.readTree(Files.readString(file));
      requireFields(file.toString(), root, type);
      return JSON.treeToValue(root, type);
    } catch (ValueInstantiationException e) {
      throw malformed(file, e, "valid values", String.valueOf(e.getCause().getMessage()));
    } catch (JsonMappingException e) {
      String field =
          e.getPath().stream()
              .map(JsonMappingException.Reference::getFieldName)
              .collect(Collectors.joining("."));
      throw malformed(file, e, "another value of field '" + field + "'", e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      throw malformed(file, e, "a JSON object", e.getOriginalMessage());
    }
  }

  private static void requireFields(String source, JsonNode node, Class<?> type) {
    List<String> fields =
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
    if (!node.isObject()) {
      throw new MalformedFileException(
          source, "a JSON object with the fields " + fields, "" + node);
    }
    Set<String> unknown = new LinkedHashSet<>();
    node.fieldNames().forEachRemaining(unknown::add);
    List<String> missing = fields.stream().filter(field -> !unknown.remove(field)).toList();
    if (!missing.isEmpty() || !unknown.isEmpty()) {
      throw new MalformedFileException(
          source, "the fields " + fields, "missing " + missing + ", unknown " + unknown);
    }
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getType().isRecord()) {
        String name = component.getName();
        requireFields(source + ": " + name, node.get(name), component.getType());
      }
    }
  }

  private static MalformedFileException malformed(
      Path file, Throwable cause, String expected, String found) {
    MalformedFileException error = new MalformedFileException(file.toString(), expected, found);
    error.initCause(cause);
    return error;
  }
}
