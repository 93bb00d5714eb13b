// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Configuration records as JSON objects or YAML mappings, by the file's name: fields by their names
 * in Java, and no other. Nothing is guessed: a text is not a number, a fraction not an integer.
 */
public final class ConfigFile {
  private static final ObjectMapper JSON = strict(JsonMapper.builder());
  private static final ObjectMapper YAML =
      strict(
          YAMLMapper.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES));

  private final String source;
  private final boolean yaml;
  private final JsonNode root;

  private ConfigFile(String source, boolean yaml, JsonNode root) {
    this.source = source;
    this.yaml = yaml;
    this.root = root;
  }

  private static ObjectMapper strict(MapperBuilder<?, ?> builder) {
    return builder
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .build();
  }

  /**
   * A configuration as it may stand in a file.
   *
   * @param config the values
   * @return a JSON object
   */
  public static String example(Record config) {
    return JSON.valueToTree(config).toPrettyString();
  }

  /**
   * A configuration as it may stand in a file.
   *
   * @param config the values
   * @return a YAML mapping, which ends with a line break
   */
  public static String yaml(Record config) {
    try {
      return YAML.writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of numbers and names can be written", e);
    }
  }

  /**
   * Reads a file that has to have every field.
   *
   * @param file YAML if its name ends with {@code .yaml} or {@code .yml}, else JSON
   * @param type what it holds
   * @param <R> the same
   * @return the values
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it holds anything else: names the field
   */
  public static <R extends Record> R read(Path file, Class<R> type) throws IOException {
    return open(file).as(type);
  }

  /**
   * Reads a file, to be interpreted afterwards.
   *
   * @param file YAML if its name ends with {@code .yaml} or {@code .yml}, else JSON
   * @return its content
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is no JSON or YAML
   */
  public static ConfigFile open(Path file) throws IOException {
    boolean yaml = file.toString().matches("(?is).*\\.ya?ml");
    if (Files.isDirectory(file)) {
      throw new MalformedFileException(
          file.toString(), "a file of YAML or JSON", FileKind.describe(file));
    }
    try {
      JsonNode root = (yaml ? YAML : JSON).readTree(Files.readString(file));
      return new ConfigFile(file.toString(), yaml, root);
    } catch (JsonProcessingException e) {
      String expected = yaml ? "a YAML mapping" : "a JSON object";
      throw malformed(file.toString(), e, expected, e.getOriginalMessage());
    }
  }

  /**
   * Content that comes from elsewhere.
   *
   * @param source names it in messages
   * @param root a JSON object
   * @return the same, to be interpreted
   */
  public static ConfigFile of(String source, JsonNode root) {
    return new ConfigFile(source, false, root);
  }

  /**
   * The content as it was read.
   *
   * @return whatever the file holds
   */
  public JsonNode root() {
    return root;
  }

  /**
   * The part under a key.
   *
   * @param key of the outermost object
   * @return that part, for messages under the same name
   * @throws MalformedFileException if there is no such key
   */
  public ConfigFile part(String key) {
    if (!root.has(key)) {
      throw new MalformedFileException(source, "the field '" + key + "'", "none of this name");
    }
    return new ConfigFile(source + ": " + key, yaml, root.get(key));
  }

  /**
   * The same with other values laid over it.
   *
   * @param over its fields replace those of the same name; objects are merged
   * @return a changed copy
   */
  public ConfigFile with(ObjectNode over) {
    return new ConfigFile(source, yaml, merged(root, over));
  }

  /** What should be an object and is not stays, to be refused by its name. */
  private static JsonNode merged(JsonNode under, JsonNode over) {
    if (!over.isObject() || under.isMissingNode()) {
      return over.deepCopy();
    }
    if (!under.isObject()) {
      return under;
    }
    ObjectNode merged = under.deepCopy();
    over.properties()
        .forEach(
            field ->
                merged.set(field.getKey(), merged(under.path(field.getKey()), field.getValue())));
    return merged;
  }

  /**
   * Interprets content that has to have every field.
   *
   * @param type what it holds
   * @param <R> the same
   * @return the values
   * @throws MalformedFileException if it holds anything else: names the field
   */
  public <R extends Record> R as(Class<R> type) {
    return value(completed("", root, type, null), type);
  }

  /**
   * Interprets content that may leave fields out.
   *
   * @param type what it holds
   * @param defaults the values of what is left out
   * @param <R> the same
   * @return the values
   * @throws MalformedFileException if a field is unknown, or its value does not suit: names it
   */
  public <R extends Record> R as(Class<R> type, R defaults) {
    return value(completed("", root, type, JSON.valueToTree(defaults)), type);
  }

  private <R extends Record> R value(JsonNode tree, Class<R> type) {
    try {
      return JSON.treeToValue(tree, type);
    } catch (ValueInstantiationException e) {
      throw malformed(source, e, "valid values", String.valueOf(e.getCause().getMessage()));
    } catch (JsonMappingException e) {
      String field =
          e.getPath().stream()
              .map(JsonMappingException.Reference::getFieldName)
              .collect(Collectors.joining("."));
      throw malformed(source, e, "another value of field '" + field + "'", e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      throw malformed(source, e, "a JSON object", e.getOriginalMessage());
    }
  }

  /** Every field of the type, from the node or else the defaults; refuses all others. */
  private ObjectNode completed(String path, JsonNode node, Class<?> type, JsonNode defaults) {
    String place = path.isEmpty() ? source : source + ": " + path;
    List<String> fields =
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
    if (!node.isObject()) {
      throw new MalformedFileException(
          place,
          (yaml ? "a YAML mapping" : "a JSON object") + " with the fields " + fields,
          "" + node);
    }
    requireFields(place, path, node, fields, defaults != null);
    ObjectNode completed = JSON.createObjectNode();
    for (RecordComponent component : type.getRecordComponents()) {
      String name = component.getName();
      JsonNode byDefault = defaults == null ? null : defaults.get(name);
      JsonNode given = node.has(name) ? node.get(name) : byDefault;
      completed.set(
          name,
          component.getType().isRecord()
              ? completed(within(path, name), given, component.getType(), byDefault)
              : given);
    }
    return completed;
  }

  private static void requireFields(
      String place, String path, JsonNode node, List<String> fields, boolean mayMiss) {
    Set<String> unknown = new LinkedHashSet<>();
    node.fieldNames().forEachRemaining(unknown::add);
    List<String> missing = fields.stream().filter(field -> !unknown.remove(field)).toList();
    List<String> wrong = new ArrayList<>();
    if (!mayMiss && !missing.isEmpty()) {
      wrong.add("missing " + missing);
    }
    if (!unknown.isEmpty()) {
      wrong.add("unknown " + unknown.stream().map(name -> within(path, name)).toList());
    }
    if (!wrong.isEmpty()) {
      throw new MalformedFileException(place, "the fields " + fields, String.join(", ", wrong));
    }
  }

  private static String within(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static MalformedFileException malformed(
      String source, Throwable cause, String expected, String found) {
    MalformedFileException error = new MalformedFileException(source, expected, found);
    error.initCause(cause);
    return error;
  }
}
