// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hc.core5.http.HttpHost;
import org.opensearch.client.json.jackson.JacksonJsonpMapper;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;

/** Answers as one server of OpenSearch does, of one index; what it has is in the heap. */
final class StubCluster implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What was asked: method, path, and body. */
  final List<String> asked = new ArrayList<>();

  /** Statuses that the next requests whose path ends in {@code _bulk} are answered with. */
  final ConcurrentLinkedQueue<Integer> bulkStatuses = new ConcurrentLinkedQueue<>();

  /** Statuses of single vectors of the next batches, by id; each is used once. */
  final Map<String, Integer> itemStatuses = new LinkedHashMap<>();

  /** Failed parts of the next searches. */
  int failedShards;

  final Map<String, JsonNode> documents = new LinkedHashMap<>();
  JsonNode created;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final OpenSearchClient client;

  StubCluster() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
    client = client(port());
  }

  static OpenSearchClient client(int... ports) {
    HttpHost[] hosts = new HttpHost[ports.length];
    for (int i = 0; i < ports.length; i++) {
      hosts[i] = new HttpHost("http", "127.0.0.1", ports[i]);
    }
    return new OpenSearchClient(
        ApacheHttpClient5TransportBuilder.builder(hosts)
            .setMapper(new JacksonJsonpMapper())
            .build());
  }

  int port() {
    return server.getAddress().getPort();
  }

  OpenSearchClient client() {
    return client;
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(exchange.getRequestMethod() + " " + path + " " + body);
    if (path.endsWith("/_bulk")) {
      Integer status = bulkStatuses.poll();
      if (status != null) {
        answer(exchange, status, error("too_busy", "try later", status));
      } else {
        answer(exchange, 200, bulk(body));
      }
    } else if (path.endsWith("/_search")) {
      answer(exchange, 200, search(JSON.readTree(body)));
    } else if (path.endsWith("/_count")) {
      ObjectNode count = JSON.createObjectNode().put("count", documents.size());
      count.set("_shards", shards());
      answer(exchange, 200, count);
    } else if (path.endsWith("/_refresh")) {
      ObjectNode refreshed = JSON.createObjectNode();
      refreshed.set("_shards", shards());
      answer(exchange, 200, refreshed);
    } else if (path.contains("/_doc/")) {
      boolean there = documents.containsKey(path.substring(path.lastIndexOf('/') + 1));
      exchange.sendResponseHeaders(there ? 200 : 404, -1);
      exchange.close();
    } else if (path.endsWith("/_mapping")) {
      mapping(exchange, path.split("/")[1]);
    } else {
      create(exchange, path.substring(1), body);
    }
  }

  private void create(HttpExchange exchange, String name, String body) throws IOException {
    if (created != null) {
      answer(exchange, 400, error("resource_already_exists_exception", "exists already", 400));
      return;
    }
    created = JSON.readTree(body);
    answer(
        exchange,
        200,
        JSON.createObjectNode()
            .put("acknowledged", true)
            .put("shards_acknowledged", true)
            .put("index", name));
  }

  private void mapping(HttpExchange exchange, String name) throws IOException {
    if (created == null) {
      answer(exchange, 404, error("index_not_found_exception", "no such index", 404));
      return;
    }
    ObjectNode root = JSON.createObjectNode();
    root.putObject(name).set("mappings", created.get("mappings"));
    answer(exchange, 200, root);
  }

  private JsonNode bulk(String body) throws IOException {
    ObjectNode root = JSON.createObjectNode().put("took", 1);
    ArrayNode items = root.putArray("items");
    String[] lines = body.split("\n");
    boolean errors = false;
    for (int i = 0; i < lines.length; i += 2) {
      String id = JSON.readTree(lines[i]).at("/index/_id").asText();
      Integer status = itemStatuses.remove(id);
      ObjectNode item =
          items
              .addObject()
              .putObject("index")
              .put("_index", "pictures")
              .put("_id", id)
              .put("status", status == null ? 201 : status);
      if (status == null) {
        documents.put(id, JSON.readTree(lines[i + 1]));
        item.put("result", "created");
      } else {
        errors = true;
        item.putObject("error").put("type", "t").put("reason", "no room");
      }
    }
    return root.put("errors", errors);
  }

  private JsonNode search(JsonNode body) {
    JsonNode query = body.at("/query/knn/vector/vector");
    List<Map.Entry<String, Double>> scored = new ArrayList<>();
    documents.forEach((id, document) -> scored.add(Map.entry(id, score(query, document))));
    scored.sort(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()));
    ObjectNode root = JSON.createObjectNode().put("took", 1).put("timed_out", false);
    root.set("_shards", shards());
    ObjectNode hits = root.putObject("hits");
    hits.putObject("total").put("value", scored.size()).put("relation", "eq");
    ArrayNode list = hits.putArray("hits");
    for (Map.Entry<String, Double> each : scored) {
      if (list.size() == body.get("size").asInt()) {
        break;
      }
      ObjectNode hit =
          list.addObject()
              .put("_index", "pictures")
              .put("_id", each.getKey())
              .put("_score", each.getValue().floatValue());
      ObjectNode source = hit.putObject("_source");
      JsonNode metadata = documents.get(each.getKey()).get("metadata");
      if (metadata != null) {
        source.set("metadata", metadata);
      }
    }
    return root;
  }

  private static double score(JsonNode query, JsonNode document) {
    double product = 0;
    for (int i = 0; i < query.size(); i++) {
      product += query.get(i).asDouble() * document.get("vector").get(i).asDouble();
    }
    return product >= 0 ? 1 + product : 1 / (1 - product);
  }

  private ObjectNode shards() {
    return JSON.createObjectNode()
        .put("total", 2)
        .put("successful", 2 - failedShards)
        .put("skipped", 0)
        .put("failed", failedShards);
  }

  private static JsonNode error(String type, String reason, int status) {
    ObjectNode root = JSON.createObjectNode().put("status", status);
    ObjectNode error = root.putObject("error").put("type", type).put("reason", reason);
    error.putArray("root_cause").addObject().put("type", type).put("reason", reason);
    return root;
  }

  private static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() throws IOException {
    client._transport().close();
    server.stop(0);
    threads.shutdownNow();
  }
}
