// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Every document that differs from a good one in one key: without it, with null for it, or with one
 * more key. A strict reader refuses all of them and names the key.
 */
public final class BrokenDocuments {
  /** The key that is added. */
  public static final String SURPRISE = "surprise";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode root;
  private final Set<String> free;
  private final List<Broken> broken = new ArrayList<>();

  /**
   * A document with one fault.
   *
   * @param what was done to it
   * @param key the path of the key, for example {@code history[0].best}
   * @param json the document
   */
  public record Broken(String what, String key, String json) {
    /** For the name of a test. */
    @Override
    public String toString() {
      return what + " " + key;
    }
  }

  private BrokenDocuments(JsonNode root, Set<String> free) {
    this.root = root;
    this.free = free;
  }

  /**
   * Breaks a document in every way.
   *
   * @param json an object
   * @param free paths, without the numbers of list elements, that are left alone with all that is
   *     in them: what may be absent, and objects of any keys
   * @return at least one
   */
  public static List<Broken> of(String json, String... free) {
    try {
      BrokenDocuments all = new BrokenDocuments(JSON.readTree(json), Set.of(free));
      all.walk("", "");
      if (all.broken.size() < 3) {
        throw new IllegalArgumentException("nothing to break in " + json);
      }
      return all.broken;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private void walk(String pointer, String path) {
    JsonNode node = root.at(pointer);
    if (node.isObject()) {
      String dot = path.isEmpty() ? "" : path + ".";
      put("unknown", pointer, dot + SURPRISE, object -> object.put(SURPRISE, 1));
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        String name = field.getKey();
        if (!free.contains((dot + name).replaceAll("\\[\\d+]", ""))) {
          put("missing", pointer, dot + name, object -> object.remove(name));
          put("null", pointer, dot + name, object -> object.putNull(name));
          walk(pointer + "/" + name, dot + name);
        }
      }
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      walk(pointer + "/" + i, path + "[" + i + "]");
    }
  }

  private void put(String what, String pointer, String key, Consumer<ObjectNode> change) {
    JsonNode copy = root.deepCopy();
    change.accept((ObjectNode) copy.at(pointer));
    broken.add(new Broken(what, key, copy.toString()));
  }
}
