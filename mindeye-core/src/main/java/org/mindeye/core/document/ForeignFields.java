// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The fields of another program's JSON object, by path: {@code vision_config.hidden_size}. Null is
 * as if the field were not there, but what is read has to be of its kind. Fields that are not read
 * are left alone, unless {@link #requireKnown} is called.
 *
 * @param source names the file in messages
 * @param root the object
 */
public record ForeignFields(String source, JsonNode root) {
  /** Checks that nothing is missing. */
  public ForeignFields {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(root, "root");
  }

  /**
   * The fields of a document.
   *
   * @param document in the other program's terms
   * @return its fields
   */
  public static ForeignFields of(Document document) {
    return new ForeignFields(document.source(), document.root());
  }

  /**
   * Reads a file.
   *
   * @param file a JSON object of at most 16 megabytes, in UTF-8
   * @return its fields
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is not JSON, or has a key twice
   */
  public static ForeignFields read(Path file) throws IOException {
    ForeignFields fields = of(Document.read(file));
    if (!fields.root.isObject()) {
      throw fields.malformed("a JSON object", RecordReader.inShort(fields.root));
    }
    return fields;
  }

  private JsonNode at(String path) {
    JsonNode node = root;
    for (String name : path.split("\\.")) {
      node = node.path(name);
    }
    return node.isNull() ? MissingNode.getInstance() : node;
  }

  /**
   * Whether there is a field.
   *
   * @param path of the field
   * @return true if it is there and not null
   */
  public boolean has(String path) {
    return !at(path).isMissingNode();
  }

  /**
   * A text.
   *
   * @param path of the field
   * @return its value
   * @throws MalformedFileException if it is missing, or no text
   */
  public String text(String path) {
    JsonNode value = present(path);
    if (!value.isTextual()) {
      throw malformed("a string as '" + path + "'", RecordReader.inShort(value));
    }
    return value.textValue();
  }

  /**
   * A text that may be missing.
   *
   * @param path of the field
   * @param byDefault its value if it is missing
   * @return its value
   * @throws MalformedFileException if it is no text
   */
  public String text(String path, String byDefault) {
    return has(path) ? text(path) : byDefault;
  }

  /**
   * A whole number.
   *
   * @param path of the field
   * @return its value
   * @throws MalformedFileException if it is missing, or no whole number of 32 bits
   */
  public int number(String path) {
    return whole(path, present(path));
  }

  private int whole(String path, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw malformed("a whole number as '" + path + "'", RecordReader.inShort(value));
    }
    return value.intValue();
  }

  /**
   * A whole number that may be missing.
   *
   * @param path of the field
   * @param byDefault its value if it is missing
   * @return its value
   * @throws MalformedFileException if it is no whole number of 32 bits
   */
  public int number(String path, int byDefault) {
    return has(path) ? number(path) : byDefault;
  }

  /**
   * Whole numbers.
   *
   * @param path of the field
   * @return its elements
   * @throws MalformedFileException if it is missing, or no list of whole numbers
   */
  public List<Integer> numbers(String path) {
    return list(path, element -> whole(path, element));
  }

  /**
   * Numbers with fractions.
   *
   * @param path of the field
   * @return its elements
   * @throws MalformedFileException if it is missing, or no list of numbers
   */
  public List<Double> fractions(String path) {
    return list(path, element -> fraction(path, element));
  }

  /**
   * Texts.
   *
   * @param path of the field
   * @return its elements
   * @throws MalformedFileException if it is missing, or no list
   */
  public List<String> texts(String path) {
    return list(path, JsonNode::asText);
  }

  private <T> List<T> list(String path, Function<JsonNode, T> each) {
    JsonNode value = present(path);
    if (!value.isArray()) {
      throw malformed("a list as '" + path + "'", RecordReader.inShort(value));
    }
    List<T> elements = new ArrayList<>();
    value.forEach(element -> elements.add(each.apply(element)));
    return List.copyOf(elements);
  }

  private JsonNode present(String path) {
    if (!has(path)) {
      throw malformed("the field '" + path + "'", "none of this name");
    }
    return at(path);
  }

  /**
   * A number with a fraction, that may be missing.
   *
   * @param path of the field
   * @param byDefault its value if it is missing
   * @return its value
   * @throws MalformedFileException if it is no number
   */
  public double fraction(String path, double byDefault) {
    return has(path) ? fraction(path, at(path)) : byDefault;
  }

  private double fraction(String path, JsonNode value) {
    if (!value.isNumber()) {
      throw malformed("a number as '" + path + "'", RecordReader.inShort(value));
    }
    return value.doubleValue();
  }

  /**
   * A truth value that may be missing.
   *
   * @param path of the field
   * @param byDefault its value if it is missing
   * @return its value
   * @throws MalformedFileException if it is neither true nor false
   */
  public boolean truth(String path, boolean byDefault) {
    JsonNode value = at(path);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw malformed("true or false as '" + path + "'", RecordReader.inShort(value));
    }
    return value.isMissingNode() ? byDefault : value.booleanValue();
  }

  /**
   * Refuses a field of another value than the one that this library computes with. A missing one is
   * accepted: it means that value.
   *
   * @param path of the field
   * @param supported its only value: a text, a number or a truth value
   * @throws MalformedFileException if it is there with another: says both
   */
  public void requireOnly(String path, Object supported) {
    JsonNode value = at(path);
    boolean same =
        value.isNumber() && supported instanceof Number number
            ? value.doubleValue() == number.doubleValue()
            : value.asText().equals(String.valueOf(supported))
                && value.isTextual() == supported instanceof String;
    if (!value.isMissingNode() && !same) {
      throw malformed(
          path + " " + supported + ", the only one that is supported,",
          RecordReader.inShort(value));
    }
  }

  /**
   * Refuses fields that might change numbers in a way that is not known here. What is null or false
   * is as if it were not there; names that begin with an underscore are notes.
   *
   * @param known the outermost names that are read, are checked, or change no number
   * @throws MalformedFileException naming the first other field
   */
  public void requireKnown(Collection<String> known) {
    Predicate<JsonNode> off = value -> value.isNull() || value.isBoolean() && !value.booleanValue();
    root.properties()
        .forEach(
            field -> {
              String name = field.getKey();
              boolean note = name.startsWith("_");
              if (!note && !known.contains(name) && !off.test(field.getValue())) {
                throw malformed(
                    "fields that this library knows",
                    "'"
                        + name
                        + "': "
                        + RecordReader.inShort(field.getValue())
                        + "; take it out if it changes no number, or use the settings of another"
                        + " model");
              }
            });
  }

  /**
   * Makes a configuration of what a file says.
   *
   * @param source names the file in messages
   * @param what it should hold, for messages: {@code the shape of a CLIP image tower}
   * @param configuration made of what the file says
   * @param <T> its type
   * @return the configuration
   * @throws MalformedFileException in the place of the {@link IllegalArgumentException} with which
   *     the configuration refuses its values
   */
  public static <T> T accepted(String source, String what, Supplier<T> configuration) {
    try {
      return configuration.get();
    } catch (IllegalArgumentException e) {
      MalformedFileException error = new MalformedFileException(source, what, e.getMessage());
      error.initCause(e);
      throw error;
    }
  }

  /**
   * A complaint about this file.
   *
   * @param expected what it should say
   * @param found what it says
   * @return to be thrown
   */
  public MalformedFileException malformed(String expected, String found) {
    return new MalformedFileException(source, expected, found);
  }
}
