// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.clip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.retrieval.clip.ClipRetrievalConfig.Limits;
import org.mindeye.retrieval.internal.BoundedBody;

/**
 * Posts JSON to {@code knn-service}, as often as it may, and takes what comes within the limits.
 */
final class KnnService {
  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final int QUOTED = 200;

  private final HttpClient client;
  private final URI address;
  private final Limits limits;

  KnnService(URI server, Limits limits) {
    this.limits = limits;
    String base = server.toString();
    address = URI.create(base + (base.endsWith("/") ? "" : "/") + "knn-service");
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(limits.timeout())
            .build();
  }

  /** Names the service in messages. */
  String source() {
    return address.toString();
  }

  /**
   * Asks.
   *
   * @return the body of an answer with status 200
   * @throws UncheckedIOException if there is none after all attempts: names address and cause
   */
  String ask(String json) {
    for (int attempt = 1; ; attempt++) {
      Outcome outcome = attempt(json);
      if (outcome.failure == null) {
        return outcome.body;
      }
      if (attempt == limits.attempts() || !outcome.mayChange) {
        String after = attempt == 1 ? "" : " (after " + Plural.of(attempt, "attempt") + ")";
        throw new UncheckedIOException(
            new IOException(address + ": " + outcome.failure + after, outcome.cause));
      }
      pause(limits.pause());
    }
  }

  /** What came of an attempt: a body, or why there is none, and whether another may do better. */
  private record Outcome(String body, String failure, boolean mayChange, Throwable cause) {
    static Outcome failed(String failure, boolean mayChange, Throwable cause) {
      return new Outcome(null, failure, mayChange, cause);
    }
  }

  private Outcome attempt(String json) {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .timeout(limits.timeout())
            .POST(HttpRequest.BodyPublishers.ofString(json, StandardCharsets.UTF_8))
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, info -> new BoundedBody(limits.answerBytes()));
    try {
      // The request's own timeout ends with the headers.
      HttpResponse<byte[]> response = answer.get(limits.timeout().toNanos(), TimeUnit.NANOSECONDS);
      return response.body() == null
          ? Outcome.failed(
              "expected an answer of at most "
                  + Plural.of(limits.answerBytes(), "byte")
                  + " but found more",
              false,
              null)
          : outcome(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8));
    } catch (TimeoutException e) {
      answer.cancel(true);
      return Outcome.failed(
          "expected an answer within " + limits.timeout().toMillis() + " ms but found none",
          true,
          e);
    } catch (ExecutionException e) {
      return Outcome.failed("cannot be reached: " + e.getCause(), true, e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw interrupted();
    }
  }

  private static Outcome outcome(int status, String body) {
    return status == OK
        ? new Outcome(body, null, false, null)
        : Outcome.failed(
            "expected status 200 but found " + status + quoted(body),
            status == TOO_MANY_REQUESTS || status >= SERVER_ERROR,
            null);
  }

  private static String quoted(String body) {
    String line = Printable.line(body.strip());
    return line.isEmpty()
        ? ""
        : ": " + (line.length() > QUOTED ? line.substring(0, QUOTED) + "..." : line);
  }

  private void pause(Duration pause) {
    long end = System.nanoTime() + pause.toNanos();
    for (long left = pause.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted();
      }
    }
  }

  private CancellationException interrupted() {
    return new CancellationException(address + ": waiting for the answer was interrupted");
  }
}
