// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes records as {@link Document} reads them. */
public final class DocumentWriter {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private DocumentWriter() {}

  /**
   * A document: the current schema, then the components in their order.
   *
   * @param content a record; or another value that becomes a JSON object
   * @return a new tree
   * @throws IllegalArgumentException if it has no such form, or a component is null that documents
   *     have to have
   */
  public static ObjectNode tree(Object content) {
    if (!(fields(content) instanceof ObjectNode fields)) {
      throw new IllegalArgumentException(content + ": expected what becomes a JSON object");
    }
    if (fields.has(Document.SCHEMA)) {
      throw new IllegalArgumentException(
          "'" + Document.SCHEMA + "': a document states its schema under this key; choose another");
    }
    ObjectNode document = JSON.createObjectNode().put(Document.SCHEMA, Document.CURRENT);
    document.setAll(fields);
    return document;
  }

  /**
   * A document in one line, for metadata.
   *
   * @param content as for {@link #tree}
   * @return JSON
   */
  public static String line(Object content) {
    return tree(content).toString();
  }

  /**
   * A document as it stands in a file.
   *
   * @param content as for {@link #tree}
   * @return JSON in lines
   */
  public static String text(Object content) {
    return tree(content).toPrettyString();
  }

  /**
   * A document as the bytes of a file.
   *
   * @param content as for {@link #tree}
   * @return {@link #text} in UTF-8
   */
  public static byte[] bytes(Object content) {
    return text(content).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * A value as it stands inside a document, without a schema.
   *
   * @param value a record, a list, a map by text, or whatever else becomes JSON
   * @return a new tree
   * @throws IllegalArgumentException if it has no such form, or a component is null that documents
   *     have to have
   */
  public static JsonNode fields(Object value) {
    if (value instanceof Optional<?> optional) {
      return fields(optional.orElse(null));
    }
    if (value instanceof List<?> list) {
      ArrayNode array = JSON.createArrayNode();
      list.forEach(element -> array.add(fields(element)));
      return array;
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = JSON.createObjectNode();
      map.forEach((key, element) -> object.set(key.toString(), fields(element)));
      return object;
    }
    boolean plain =
        value != null && Records.isPlain(value.getClass()) && !Records.hasOwnForm(value.getClass());
    return plain ? components(value) : JSON.valueToTree(value);
  }

  private static ObjectNode components(Object record) {
    ObjectNode object = JSON.createObjectNode();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      JsonNode value = fields(Records.value(component, record));
      if (!value.isNull()) {
        object.set(component.getName(), value);
      } else if (!Records.isOptional(component)) {
        throw new IllegalArgumentException(
            component.getName()
                + ": null cannot be written, since documents have to have it; give a value, or"
                + " annotate the component with MayBeAbsent");
      }
    }
    return object;
  }

  /** Interprets what is neither a record nor made of some. */
  static <T> T value(JsonNode node, Class<T> type) throws JsonProcessingException {
    return JSON.treeToValue(node, type);
  }
}
