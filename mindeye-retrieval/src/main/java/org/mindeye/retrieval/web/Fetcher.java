// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.retrieval.internal.BoundedBody;

/**
 * Fetches pictures from addresses that others wrote down, as galleries from the web have them. What
 * comes is bounded in size and time, has to be called a picture by its server, and is not decoded
 * here. Safe for concurrent callers.
 *
 * <p>Nothing is sent but the request for the address: no cookies and no referrer.
 */
public final class Fetcher {
  private static final int OK = 200;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final FetchConfig config;
  private final HttpClient client;

  private Fetcher(FetchConfig config) {
    this.config = config;
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.timeout())
            .build();
  }

  /**
   * Prepares to fetch.
   *
   * @param config the limits
   * @return a fetcher
   */
  public static Fetcher of(FetchConfig config) {
    return new Fetcher(Objects.requireNonNull(config, "config"));
  }

  /**
   * Fetches a file.
   *
   * @param address http or https
   * @return its bytes
   * @throws IOException if there is no such address, it is not allowed, the server fails, sends
   *     what is no picture by its own words, too much or too slowly; says the address
   * @throws CancellationException if this thread is interrupted
   */
  public byte[] fetch(String address) throws IOException {
    long end = System.nanoTime() + config.timeout().toNanos();
    URI at = uri(address, address);
    for (int redirects = 0; ; redirects++) {
      requireAllowed(at);
      HttpResponse<byte[]> response = ask(at, Duration.ofNanos(end - System.nanoTime()));
      if (!REDIRECTS.contains(response.statusCode())) {
        return body(at, response);
      }
      if (redirects == config.redirects()) {
        throw failed(
            address, "expected at most " + Plural.of(redirects, "redirect") + " but found more");
      }
      String location = response.headers().firstValue("Location").orElse("");
      at = at.resolve(uri(location, address));
    }
  }

  private static URI uri(String text, String address) throws IOException {
    try {
      return URI.create(text.strip());
    } catch (IllegalArgumentException e) {
      throw failed(address, "expected an address but found '" + text + "'");
    }
  }

  private void requireAllowed(URI at) throws IOException {
    String scheme = String.valueOf(at.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https") || at.getHost() == null) {
      throw failed(at.toString(), "expected an address of http or https");
    }
    if (config.privateNetworks()) {
      return;
    }
    for (InetAddress address : InetAddress.getAllByName(at.getHost())) {
      if (!isPublic(address)) {
        throw failed(
            at.toString(),
            "expected a public address but found one of this machine or a private network");
      }
    }
  }

  private static boolean isPublic(InetAddress address) {
    boolean uniqueLocal =
        address.getAddress().length == 16 && (address.getAddress()[0] & 0xfe) == 0xfc;
    return !(address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()
        || uniqueLocal);
  }

  private HttpResponse<byte[]> ask(URI at, Duration left) throws IOException {
    if (left.isNegative() || left.isZero()) {
      throw tooSlow(at);
    }
    HttpRequest request =
        HttpRequest.newBuilder(at)
            .header("User-Agent", config.agent())
            .header("Accept", "image/jpeg, image/png, image/*;q=0.5")
            .timeout(left)
            .GET()
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, info -> new BoundedBody(config.bytes()));
    try {
      return answer.get(
          left.toNanos(), TimeUnit.NANOSECONDS); // the request's ends with the headers
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw tooSlow(at);
    } catch (ExecutionException e) {
      throw new IOException(Printable.line(at + ": cannot be fetched: " + e.getCause()), e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException(at + ": fetching was interrupted");
    }
  }

  private byte[] body(URI at, HttpResponse<byte[]> response) throws IOException {
    if (response.statusCode() != OK) {
      throw failed(at.toString(), "expected status 200 but found " + response.statusCode());
    }
    String type = response.headers().firstValue("Content-Type").orElse("image/unknown");
    String lower = type.toLowerCase(Locale.ROOT);
    if (!lower.startsWith("image/") && !lower.startsWith("application/octet-stream")) {
      throw failed(at.toString(), "expected a picture but the server calls it " + type);
    }
    if (response.body() == null) {
      throw failed(
          at.toString(),
          "expected at most " + Plural.of(config.bytes(), "byte") + " but found more");
    }
    return response.body();
  }

  private IOException tooSlow(URI at) {
    return failed(
        at.toString(), "expected all of it within " + config.timeout().toMillis() + " ms");
  }

  private static IOException failed(String address, String problem) {
    return new IOException(Printable.line(address + ": " + problem));
  }
}
