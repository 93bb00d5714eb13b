// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mindeye.core.document.Document;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.Similarity;
import org.mindeye.retrieval.clip.ClipRetrievalConfig.Cleaning;
import org.mindeye.retrieval.clip.ClipRetrievalConfig.Limits;

/** Against a server of this process that answers as clip-retrieval's does, and worse. */
class ClipRetrievalIndexTest {
  private static final Limits PATIENT = new Limits(Duration.ofMinutes(1), 3, Duration.ZERO, 4000);
  private static final String TWO =
      """
      [{"url":"https://a.example/9.jpg","caption":"a d\\u00f4g","NSFW":null,"width":256,"id":9007199254740993,
      "similarity":0.75},{"id":4,"similarity":0.25}]\
      """;

  /** What the server does with a request. */
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final List<String> asked = new ArrayList<>();
  private final Queue<Answer> answers = new ArrayDeque<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/knn-service", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer next;
      synchronized (asked) {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(exchange.getRequestMethod() + " " + body);
        next = answers.poll();
      }
      next.to(exchange);
    }
  }

  private void willAnswer(int status, String body) {
    answers.add(
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
        });
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private ClipRetrievalConfig config(Limits limits) {
    return ClipRetrievalConfig.of(URI.create(address()), "pictures", 2).withLimits(limits);
  }

  private List<Neighbor> search(Limits limits, SearchRequest request) {
    try (ClipRetrievalIndex index = ClipRetrievalIndex.of(config(limits))) {
      return index.search(new float[] {3, 4}, request);
    }
  }

  @Test
  void should_ask_as_the_published_client_does_and_read_the_answer() {
    willAnswer(200, TWO);
    assertThat(search(PATIENT, SearchRequest.of(5)))
        .containsExactly(
            new Neighbor(
                9007199254740993L,
                0.75f,
                Map.of("url", "https://a.example/9.jpg", "caption", "a d\u00f4g", "width", "256")),
            new Neighbor(4, 0.25f));
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0)).startsWith("POST {");
    JsonNode question = Document.parse("question", asked.get(0).substring(5)).root();
    JsonNode expected =
        Document.parse(
                "expected",
                """
                {"text":null,"image":null,"image_url":null,"embedding_input":[0.6,0.8],
                "modality":"image","num_images":5,"num_result_ids":5,"indice_name":"pictures",
                "deduplicate":true,"use_safety_model":false,"use_violence_detector":false,
                "use_mclip":false}\
                """)
            .root();
    assertThat(question.toString()).isEqualTo(expected.toString());
  }

  @Test
  void should_ask_for_candidates_and_take_the_best() {
    willAnswer(
        200,
        "[{\"id\":1,\"similarity\":0.5},{\"id\":3,\"similarity\":0.75},{\"id\":2,\"similarity\":0.75}]");
    assertThat(search(PATIENT, SearchRequest.of(2).withCandidates(40)))
        .containsExactly(new Neighbor(2, 0.75f), new Neighbor(3, 0.75f));
    assertThat(asked.get(0)).contains("\"num_images\":40,\"num_result_ids\":40");
  }

  @Test
  void should_send_other_settings_where_they_are_asked_for() {
    willAnswer(200, "[]");
    ClipRetrievalConfig config =
        new ClipRetrievalConfig(
            URI.create(address() + "/"),
            "laion",
            2,
            Modality.TEXT,
            new Cleaning(false, true, true),
            ClipRetrievalConfig.Aesthetics.AS_PUBLISHED,
            PATIENT);
    try (NeighborIndex index = ClipRetrievalIndex.of(config)) {
      assertThat(index.search(new float[] {1, 0}, SearchRequest.of(1))).isEmpty();
      assertThat(index.width()).isEqualTo(2);
      assertThat(index.size()).isEqualTo(NeighborIndex.UNKNOWN_SIZE);
      assertThat(index.similarity()).isEqualTo(Similarity.INNER_PRODUCT);
    }
    assertThat(asked.get(0))
        .contains("\"modality\":\"text\"")
        .contains("\"deduplicate\":false,\"use_safety_model\":true,\"use_violence_detector\":true")
        .endsWith("\"aesthetic_score\":9,\"aesthetic_weight\":0.5}");
  }

  @Test
  void should_ask_again_when_the_server_fails() {
    willAnswer(500, "out of memory");
    willAnswer(429, "");
    willAnswer(200, "[{\"id\":1,\"similarity\":0.5}]");
    assertThat(search(PATIENT, SearchRequest.of(1))).containsExactly(new Neighbor(1, 0.5f));
    assertThat(asked).hasSize(3);
  }

  @Test
  void should_name_address_and_status_when_the_server_keeps_failing() {
    for (int i = 0; i < 3; i++) {
      willAnswer(500, "KeyError:\n 'pictures'");
    }
    assertThatThrownBy(() -> search(PATIENT, SearchRequest.of(1)))
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .hasMessageStartingWith(
            address() + "/knn-service: expected status 200 but found 500: KeyError:")
        .hasMessageEndingWith("(after 3 attempts)");
    assertThat(asked).hasSize(3);
  }

  @Test
  void should_not_ask_again_what_was_asked_wrongly() {
    willAnswer(404, "");
    assertThatThrownBy(() -> search(PATIENT, SearchRequest.of(1)))
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .hasMessage(address() + "/knn-service: expected status 200 but found 404");
    assertThat(asked).hasSize(1);
  }

  @Test
  void should_give_up_a_server_that_is_slow_with_its_head_or_its_body() {
    Limits hasty = new Limits(Duration.ofMillis(300), 2, Duration.ZERO, 4000);
    answers.add(exchange -> await());
    answers.add(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('[');
          exchange.getResponseBody().flush();
          await();
        });
    assertThatThrownBy(() -> search(hasty, SearchRequest.of(1)))
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .hasMessage(
            address()
                + "/knn-service: expected an answer within 300 ms but found none (after 2"
                + " attempts)");
  }

  private void await() {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void should_say_that_a_server_cannot_be_reached() {
    String address = address();
    server.stop(0);
    assertThatThrownBy(() -> search(PATIENT, SearchRequest.of(1)))
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .hasMessageStartingWith(address + "/knn-service: cannot be reached: ")
        .hasMessageEndingWith("(after 3 attempts)");
  }

  @Test
  void should_take_no_more_than_the_limit() {
    willAnswer(200, "[" + " ".repeat(4000) + "]");
    assertThatThrownBy(() -> search(PATIENT, SearchRequest.of(1)))
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .hasMessage(
            address() + "/knn-service: expected an answer of at most 4000 bytes but found more");
    assertThat(asked).hasSize(1);
    willAnswer(200, "[" + " ".repeat(3998) + "]");
    assertThat(search(PATIENT, SearchRequest.of(1))).isEmpty();
  }

  @Test
  void should_refuse_answers_without_sense() {
    for (String bad :
        List.of(
            TWO.substring(0, TWO.length() - 9),
            "<html>down for maintenance</html>",
            "{\"error\":\"no such index\"}",
            "[{\"id\":\"4\",\"similarity\":0.5}]",
            "[{\"id\":4.5,\"similarity\":0.5}]",
            "[{\"id\":4}]",
            "[4]",
            "")) {
      willAnswer(200, bad);
      assertThatThrownBy(() -> search(PATIENT, SearchRequest.of(1)))
          .as(bad)
          .isInstanceOf(MalformedFileException.class)
          .hasMessageStartingWith(address() + "/knn-service: expected ");
    }
  }

  @Test
  void should_refuse_wrong_queries_without_asking() {
    try (ClipRetrievalIndex index = ClipRetrievalIndex.of(config(PATIENT))) {
      SearchRequest one = SearchRequest.of(1);
      assertThatThrownBy(() -> index.search(new float[3], one))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage("queries: expected 2 numbers a row but row 0 has 3");
      assertThatThrownBy(() -> index.search(new float[2], one))
          .hasMessage("queries: expected a direction but row 0 has length 0");
      SearchRequest some = one.withFilter(id -> true);
      assertThatThrownBy(() -> index.search(new float[] {1, 0}, some))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              address()
                  + "/knn-service: a clip-retrieval server has no filter; ask for more neighbours,"
                  + " and filter what it finds");
      index.close();
      index.close();
      assertThatThrownBy(() -> index.search(new float[] {1, 0}, one))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("ClipRetrievalIndex is closed");
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void should_stop_waiting_when_it_is_interrupted() {
    Thread waiting = Thread.currentThread();
    answers.add(
        exchange -> {
          waiting.interrupt();
          await();
        });
    assertThatThrownBy(() -> search(PATIENT, SearchRequest.of(1)))
        .isInstanceOf(CancellationException.class)
        .hasMessage(address() + "/knn-service: waiting for the answer was interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void should_refuse_settings_without_sense() {
    for (String wrong : List.of("ftp://a.example", "localhost:1234", "/knn", "http:///x")) {
      assertThatThrownBy(() -> ClipRetrievalConfig.of(URI.create(wrong), "i", 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("server: expected an address such as http://localhost:1234 but was " + wrong);
    }
    URI server = URI.create("https://a.example/clip");
    assertThatThrownBy(() -> ClipRetrievalConfig.of(server, "i", 0))
        .hasMessage("width: expected at least 1 but was 0");
    assertThat(ClipRetrievalConfig.paper(server).width()).isEqualTo(768);
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new Limits(Duration.ZERO, 1, second, 1))
        .hasMessage("timeout: expected some time but was PT0S");
    assertThatThrownBy(() -> new Limits(second, 0, second, 1))
        .hasMessage("attempts: expected at least 1 but was 0");
    assertThatThrownBy(() -> new Limits(second, 1, second.negated(), 1))
        .hasMessage("pause: expected 0 or more but was PT-1S");
    assertThatThrownBy(() -> new Limits(second, 1, second, 0))
        .hasMessage("answerBytes: expected at least 1 but was 0");
  }
}
