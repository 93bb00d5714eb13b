// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server of this process. */
class FetcherTest {
  private static final FetchConfig LOCAL =
      FetchConfig.standard().withLimits(Duration.ofMinutes(1), 1000).withPrivateNetworks();

  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private String base;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    base = "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(String path, int status, String type, byte[] body) {
    server.createContext(
        path,
        exchange -> {
          if (type != null) {
            exchange.getResponseHeaders().add("Content-Type", type);
          }
          exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  private void redirect(String path, String to) {
    server.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().add("Location", to);
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
  }

  @Test
  void should_fetch_pictures_and_follow_redirects() throws IOException {
    byte[] body = {1, 2, 3};
    serve("/a.jpg", 200, "image/jpeg", body);
    serve("/plain", 200, null, body);
    serve("/bytes", 200, "application/octet-stream", new byte[1000]);
    redirect("/moved", "/again");
    redirect("/again", base + "/a.jpg");
    Fetcher fetcher = Fetcher.of(LOCAL);

    assertThat(fetcher.fetch(base + "/a.jpg")).isEqualTo(body);
    assertThat(fetcher.fetch(base + "/plain")).isEqualTo(body);
    assertThat(fetcher.fetch(base + "/bytes")).hasSize(1000);
    assertThat(fetcher.fetch(base + "/moved")).isEqualTo(body);
  }

  @Test
  void should_refuse_what_is_too_much_another_kind_or_an_error() {
    serve("/large", 200, "image/png", new byte[1001]);
    serve("/page", 200, "text/html; charset=utf-8", new byte[3]);
    serve("/gone", 404, "image/png", new byte[3]);
    redirect("/round", "/round");
    redirect("/file", "file:///etc/hostname");
    Fetcher fetcher = Fetcher.of(LOCAL);

    assertThatThrownBy(() -> fetcher.fetch(base + "/large"))
        .isInstanceOf(IOException.class)
        .hasMessage(base + "/large: expected at most 1000 bytes but found more");
    assertThatThrownBy(() -> fetcher.fetch(base + "/page"))
        .hasMessageEndingWith(
            "expected a picture but the server calls it text/html; charset=utf-8");
    assertThatThrownBy(() -> fetcher.fetch(base + "/gone"))
        .hasMessageEndingWith("expected status 200 but found 404");
    assertThatThrownBy(() -> fetcher.fetch(base + "/round"))
        .hasMessageEndingWith("expected at most 3 redirects but found more");
    assertThatThrownBy(() -> fetcher.fetch(base + "/file"))
        .hasMessage("file:///etc/hostname: expected an address of http or https");
  }

  @Test
  void should_not_wait_long_for_the_last_byte() {
    server.createContext(
        "/slow",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(1);
          exchange.getResponseBody().flush();
          awaitTheEnd();
        });
    Fetcher hasty =
        Fetcher.of(LOCAL.withLimits(Duration.ofMillis(200), 1000).withPrivateNetworks());

    assertThatThrownBy(() -> hasty.fetch(base + "/slow"))
        .isInstanceOf(IOException.class)
        .hasMessage(base + "/slow: expected all of it within 200 ms");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Fetcher.of(LOCAL).fetch(base + "/slow"))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  private void awaitTheEnd() {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:9/",
        "http://[::1]/a",
        "http://10.0.0.1/",
        "http://192.168.3.4/",
        "http://169.254.169.254/latest",
        "http://[fd00::1]/",
        "http://0.0.0.0/"
      })
  void should_not_reach_into_private_networks(String address) {
    assertThatThrownBy(() -> Fetcher.of(FetchConfig.standard()).fetch(address))
        .isInstanceOf(IOException.class)
        .hasMessage(
            address
                + ": expected a public address but found one of this machine or a private"
                + " network");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no address", "ftp://a.example/x", "http:///x", "a.jpg"})
  void should_refuse_what_is_no_address(String address) {
    assertThatThrownBy(() -> Fetcher.of(LOCAL).fetch(address))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected an address");
  }

  @Test
  void should_refuse_settings_without_sense() {
    assertThatThrownBy(() -> LOCAL.withLimits(Duration.ZERO, 1)).hasMessageContaining("timeout");
    assertThatThrownBy(() -> LOCAL.withLimits(Duration.ofDays(1), 0)).hasMessageContaining("bytes");
    assertThatThrownBy(() -> new FetchConfig(Duration.ofDays(1), 1, -1, "", true))
        .hasMessage("redirects: expected 0 or more but was -1");
  }
}
