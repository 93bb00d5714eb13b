// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mindeye.Plural;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Configuration records out of JSON, or of another notation that becomes the same tree. See the
 * package for the rules; {@link DocumentWriter} writes what this reads.
 *
 * <pre>{@code
 * BackboneConfig config = Document.read(Path.of("backbone.json")).as(BackboneConfig.class);
 * }</pre>
 */
public final class Document {
  /** The key under which a document states its schema. */
  public static final String SCHEMA = "schema";

  /**
   * The schema that this version of the library writes, of all documents alike. See {@link
   * Migration} for what belongs to raising it.
   */
  public static final int CURRENT = 3;

  private static final long MOST_BYTES = 1 << 24;

  private static final String JSON_OBJECT = "a JSON object";

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .build())
          .build();

  private final RecordReader reader;
  private final String path;
  private final JsonNode tree;

  /** Of a part, which does not state a schema of its own; 0 at the root. */
  private final int schemaOfWhole;

  private Document(RecordReader reader, String path, JsonNode tree, int schemaOfWhole) {
    this.reader = reader;
    this.path = path;
    this.tree = tree;
    this.schemaOfWhole = schemaOfWhole;
  }

  /**
   * A document in JSON.
   *
   * @param source names the document in messages
   * @param json one JSON object
   * @return the document
   * @throws MalformedFileException if it is not JSON, or has a key twice
   */
  public static Document parse(String source, String json) {
    return parse(source, JSON_OBJECT, JSON, json);
  }

  /**
   * A document in another notation.
   *
   * @param source names the document in messages
   * @param objects what an object is called in the notation, for example {@code a YAML mapping}
   * @param mapper reads the notation; should refuse keys that are there twice
   * @param text one object
   * @return the document
   * @throws MalformedFileException if the mapper refuses it, or something follows the object
   */
  public static Document parse(String source, String objects, ObjectMapper mapper, String text) {
    RecordReader reader = new RecordReader(source, objects);
    try (JsonParser parser = mapper.createParser(text)) {
      JsonNode tree = mapper.readTree(parser);
      if (parser.nextToken() != null) {
        throw reader.malformed("", "one document", "more behind the first", null);
      }
      return new Document(reader, "", tree == null ? MissingNode.getInstance() : tree, 0);
    } catch (JsonProcessingException e) {
      throw reader.malformed("", objects, e.getOriginalMessage() + place(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(source, e); // memory does not fail
    }
  }

  private static String place(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
  }

  /**
   * A file in JSON.
   *
   * @param file of at most 16 megabytes, in UTF-8
   * @return the document
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is not JSON, or has a key twice
   */
  public static Document read(Path file) throws IOException {
    return parse(file.toString(), text(file, JSON_OBJECT));
  }

  /**
   * A document that a file of weights notes in its metadata.
   *
   * @param file of weights; stays open
   * @param key of the metadata
   * @return the document; empty if the file notes none
   * @throws MalformedFileException if it is not JSON, or has a key twice
   */
  public static Optional<Document> noted(StateDict file, String key) {
    return Optional.ofNullable(file.metadata().get(key))
        .map(json -> parse(file.source() + ": metadata " + key, json));
  }

  /**
   * The text of a file, for documents of any notation.
   *
   * @param file of at most 16 megabytes, in UTF-8
   * @param expected what it should hold, in messages
   * @return all of it; bytes that are not text become characters that no notation accepts
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is too large, or a folder
   */
  public static String text(Path file, String expected) throws IOException {
    if (Files.isDirectory(file)) {
      throw new MalformedFileException(
          file.toString(), "a file with " + expected, FileKind.describe(file));
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new MalformedFileException(
          file.toString(),
          expected + " of at most 16 megabytes",
          Plural.of(Files.size(file), "byte"));
    }
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /**
   * A document that was parsed elsewhere.
   *
   * @param source names the document in messages
   * @param objects what an object is called in its notation, for example {@code a YAML mapping}
   * @param tree its content; stays the caller's
   * @return the document
   */
  public static Document of(String source, String objects, JsonNode tree) {
    return new Document(new RecordReader(source, objects), "", tree, 0);
  }

  /**
   * What messages call it.
   *
   * @return the name it was given
   */
  public String source() {
    return reader.source();
  }

  /**
   * The content as it was read, in the schema it was written in.
   *
   * @return the document's own tree
   */
  public JsonNode root() {
    return tree;
  }

  /**
   * The schema that the content is in.
   *
   * @return from 1, which is also that of documents that state none
   * @throws MalformedFileException if it is a later one than this library knows
   */
  public int schema() {
    if (schemaOfWhole > 0) {
      return schemaOfWhole;
    }
    JsonNode stated = tree.get(SCHEMA);
    if (stated == null) {
      return 1;
    }
    if (!stated.isInt() || stated.intValue() < 1 || stated.intValue() > CURRENT) {
      throw reader.malformed(
          "",
          CURRENT == 1 ? "schema 1" : "schema 1 to " + CURRENT,
          "schema "
              + RecordReader.inShort(stated)
              + "; read it with the version of the library that wrote it",
          null);
    }
    return stated.intValue();
  }

  /**
   * Whether there is a part.
   *
   * @param key of the outermost object
   * @return true if it is there, even if it is null, which is refused when it is read
   */
  public boolean has(String key) {
    return tree.has(key);
  }

  /**
   * Refuses parts without a reader, for documents that are read part by part.
   *
   * @param keys what the outermost object may have beside its schema
   * @return this
   * @throws MalformedFileException if it is no object, or has another key: names it
   */
  public Document requireKeys(String... keys) {
    reader.requireKnown(List.of(keys), tree, path);
    return this;
  }

  /**
   * The part under a key.
   *
   * @param key of the outermost object
   * @return that part, of the same schema
   * @throws MalformedFileException if there is no such key
   */
  public Document part(String key) {
    int schema = schema();
    if (!tree.isObject()) {
      throw reader.malformed(
          path,
          reader.objects() + " with the field '" + key + "'",
          RecordReader.inShort(tree),
          null);
    }
    if (!tree.has(key)) {
      throw reader.malformed(path, "the field '" + key + "'", "none of this name", null);
    }
    return new Document(reader, RecordReader.within(path, key), tree.get(key), schema);
  }

  /**
   * The same with other values laid over it.
   *
   * @param over its fields replace those of the same name; objects are merged
   * @return a changed copy
   */
  public Document with(ObjectNode over) {
    return new Document(reader, path, merged(tree, over), schemaOfWhole);
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
   * The same content in the current schema, for those who look into it before they interpret it.
   *
   * @param type what it holds
   * @return a document whose {@link #root} states no schema; this one's is not changed
   * @throws MalformedFileException if it is of a later schema than this library knows
   */
  public Document upgraded(Class<?> type) {
    return upgraded(type, CURRENT);
  }

  Document upgraded(Class<?> type, int wanted) {
    int schema = schema();
    JsonNode content = tree;
    if (schemaOfWhole == 0 && tree instanceof ObjectNode object && object.has(SCHEMA)) {
      content = object.deepCopy().without(SCHEMA);
    }
    return new Document(reader, path, new Migrations(schema, wanted).apply(type, content), wanted);
  }

  /**
   * Interprets content that has to have every field.
   *
   * @param type a record; another type is left to Jackson, which is less strict
   * @param <T> the same
   * @return the values
   * @throws MalformedFileException if it holds anything else, or is of a later schema: names the
   *     field by its path
   */
  public <T> T as(Class<T> type) {
    return type.cast(reader.read(type, upgraded(type).tree, path, null));
  }

  /**
   * Interprets content that may leave fields out.
   *
   * @param type what it holds
   * @param defaults the values of what is left out
   * @param <R> the same
   * @return the values
   * @throws MalformedFileException if a field is unknown, or its value does not suit: names it by
   *     its path
   */
  public <R extends Record> R as(Class<R> type, R defaults) {
    return type.cast(reader.read(type, upgraded(type).tree, path, DocumentWriter.fields(defaults)));
  }
}
