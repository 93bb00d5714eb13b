// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Chromium without a window, where there is one, to look at pages as a reader's browser does. */
public final class HeadlessBrowser {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private final Path program;

  private HeadlessBrowser(Path program) {
    this.program = program;
  }

  /**
   * Looks along the {@code PATH}.
   *
   * @return the browser; empty if none is installed
   */
  public static Optional<HeadlessBrowser> find() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(Pattern.quote(File.pathSeparator)))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .map(HeadlessBrowser::new);
  }

  /**
   * Loads a page, runs its scripts, and returns what became of it.
   *
   * @param page a file; it may look into other files
   * @param scratch an empty folder for the browser's own files
   * @return the page's elements as HTML
   * @throws IOException if the browser cannot be started
   * @throws InterruptedException if this thread is interrupted
   * @throws IllegalStateException if it fails or takes more than a minute
   */
  public String load(Path page, Path scratch) throws IOException, InterruptedException {
    Path out = scratch.resolve("dom.html");
    Process browser =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox", // Refused to root otherwise; the pages are our own.
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--allow-file-access-from-files",
                "--user-data-dir=" + scratch.resolve("profile"),
                "--virtual-time-budget=2000",
                "--dump-dom",
                page.toUri().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(out.toFile())
            .start();
    if (!browser.waitFor(1, TimeUnit.MINUTES)) {
      browser.destroyForcibly();
      throw new IllegalStateException(program + ": no answer within a minute");
    }
    if (browser.exitValue() != 0) {
      throw new IllegalStateException(program + ": exit code " + browser.exitValue());
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }
}
