// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Expected tensors: a small safetensors file on the classpath, float32 entries only. What each
 * entry means is written in the README next to the files.
 *
 * <pre>{@code
 * Golden golden = Golden.open("/golden/high-level.safetensors");
 * TensorAssert.assertThat(tokens).matches(golden, "backbone.tokens", 1e-5);
 * }</pre>
 *
 * <p>Immutable; one instance may serve many tests.
 */
public final class Golden {
  private static final String METADATA = "__metadata__";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String resource;
  private final Map<String, String> metadata;
  private final SortedMap<String, Entry> entries;

  private record Entry(Shape shape, float[] values) {}

  private Golden(String resource, Map<String, String> metadata, SortedMap<String, Entry> entries) {
    this.resource = resource;
    this.metadata = metadata;
    this.entries = entries;
  }

  /**
   * Reads a file.
   *
   * @param resource absolute name on the classpath, for example {@code
   *     /golden/high-level.safetensors}
   * @return the file's content
   * @throws IllegalArgumentException if there is no such resource, or an entry is not float32
   */
  public static Golden open(String resource) {
    try (InputStream stream = Golden.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalArgumentException(resource + ": no such file on the classpath");
      }
      return parse(resource, ByteBuffer.wrap(stream.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  private static Golden parse(String resource, ByteBuffer file) throws IOException {
    byte[] header = new byte[Math.toIntExact(file.getLong())];
    file.get(header);
    JsonNode root = JSON.readTree(new String(header, StandardCharsets.UTF_8));
    ByteBuffer data = file.slice().order(ByteOrder.LITTLE_ENDIAN);
    Map<String, String> metadata = new TreeMap<>();
    SortedMap<String, Entry> entries = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals(METADATA)) {
        field.getValue().properties().forEach(m -> metadata.put(m.getKey(), m.getValue().asText()));
      } else {
        entries.put(field.getKey(), entry(resource, field.getKey(), field.getValue(), data));
      }
    }
    return new Golden(resource, metadata, entries);
  }

  private static Entry entry(String resource, String name, JsonNode node, ByteBuffer data) {
    String type = node.get("dtype").asText();
    if (!type.equals("F32")) {
      throw new IllegalArgumentException(
          resource + ": entry " + name + ": expected type F32 but was " + type);
    }
    JsonNode axes = node.get("shape");
    long[] shape = new long[axes.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = axes.get(i).asLong();
    }
    int begin = node.get("data_offsets").get(0).asInt();
    int end = node.get("data_offsets").get(1).asInt();
    float[] values = new float[(end - begin) / Float.BYTES];
    data.slice(begin, end - begin).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return new Entry(new Shape(shape), values);
  }

  /**
   * All entries.
   *
   * @return names in ASCII order
   */
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(entries.keySet()));
  }

  /**
   * Whether an entry exists.
   *
   * @param name the entry
   * @return true if so
   */
  public boolean contains(String name) {
    return entries.containsKey(name);
  }

  /**
   * The axes of an entry.
   *
   * @param name the entry
   * @return its shape
   */
  public Shape shape(String name) {
    return find(name).shape;
  }

  /**
   * The values of an entry.
   *
   * @param name the entry
   * @return a copy of all values in row-major order
   */
  public float[] floats(String name) {
    return find(name).values.clone();
  }

  /**
   * The value of an entry with one element.
   *
   * @param name the entry
   * @return its value
   */
  public float scalar(String name) {
    Entry entry = find(name);
    if (entry.values.length != 1) {
      throw new IllegalArgumentException(
          resource + ": entry " + name + " has shape " + entry.shape + ", not one element");
    }
    return entry.values[0];
  }

  /**
   * An entry as a tensor.
   *
   * @param owner the manager that owns the result
   * @param name the entry
   * @return a float32 tensor of the entry's shape
   */
  public NDArray array(NDManager owner, String name) {
    Entry entry = find(name);
    return TestEngine.copy(owner, entry.values, entry.shape);
  }

  /**
   * A string of the file's metadata.
   *
   * @param key which
   * @return the string as stored
   */
  public String metadata(String key) {
    String value = metadata.get(key);
    if (value == null) {
      throw new IllegalArgumentException(
          resource + ": no metadata '" + key + "'; there are " + metadata.keySet());
    }
    return value;
  }

  /**
   * A number of a configuration in the file's metadata.
   *
   * @param key which configuration
   * @param field which of its numbers
   * @return the number
   */
  public int number(String key, String field) {
    JsonNode value = json(key).path(field);
    if (!value.isIntegralNumber()) {
      throw new IllegalArgumentException(
          resource + ": metadata '" + key + "' has no number '" + field + "'");
    }
    return value.intValue();
  }

  /**
   * A list of the file's metadata.
   *
   * @param key which
   * @return its numbers; Python's {@code True} and {@code False} are 1 and 0
   */
  public double[] list(String key) {
    JsonNode values = json(key);
    double[] list = new double[values.size()];
    for (int i = 0; i < list.length; i++) {
      JsonNode value = values.get(i);
      list[i] = value.isBoolean() ? (value.booleanValue() ? 1 : 0) : value.doubleValue();
    }
    return list;
  }

  /**
   * A list of a configuration in the file's metadata.
   *
   * @param key which configuration
   * @param field which of its lists
   * @return its whole numbers
   */
  public List<Integer> list(String key, String field) {
    List<Integer> list = new ArrayList<>();
    json(key).path(field).forEach(value -> list.add(value.intValue()));
    return list;
  }

  private JsonNode json(String key) {
    try {
      String text = metadata(key);
      return JSON.readTree(text.startsWith("[") ? text.toLowerCase(Locale.ROOT) : text);
    } catch (IOException e) {
      throw new UncheckedIOException(resource + ": metadata " + key, e);
    }
  }

  /**
   * The seed all inputs of this file count from.
   *
   * @return the metadata {@code seed_base}
   */
  public long seedBase() {
    return Long.parseLong(metadata("seed_base"));
  }

  private Entry find(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      String group = name.contains(".") ? name.substring(0, name.indexOf('.') + 1) : "";
      String[] similar =
          entries.keySet().stream().filter(n -> n.startsWith(group)).toArray(String[]::new);
      throw new IllegalArgumentException(
          resource + ": no entry '" + name + "'; similar: " + Arrays.toString(similar));
    }
    return entry;
  }
}
