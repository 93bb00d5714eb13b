// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a page lies in windows of different widths.
 *
 * @param width of the window, in pixels
 * @param pageWidth what the page takes; more than the window's means that it is cut or scrolls
 * @param smallestText height of the smallest letters in pixels, those in drawings as they appear
 * @param stickingOut what reaches beyond the window and cannot be scrolled to within a box
 */
public record PageLayout(int width, int pageWidth, double smallestText, List<String> stickingOut) {
  private static final Pattern RESULT =
      Pattern.compile(
          "<i data-width=\"(\\d+)\" data-page=\"(\\d+)\" data-text=\"([\\d.]+)\">([^<]*)<");

  /** Copies the list. */
  public PageLayout {
    stickingOut = List.copyOf(stickingOut);
  }

  /**
   * Looks at a page.
   *
   * @param browser what looks
   * @param page the file; its own scripts need not be allowed
   * @param scratch an empty folder
   * @param widths of the windows
   * @return one layout per width
   * @throws IOException if a file cannot be read or written
   * @throws InterruptedException if this thread is interrupted
   */
  public static List<PageLayout> measure(
      HeadlessBrowser browser, Path page, Path scratch, int... widths)
      throws IOException, InterruptedException {
    StringBuilder frames = new StringBuilder();
    for (int width : widths) {
      frames.append("<iframe width=\"").append(width).append("\" height=\"800\" src=\"");
      frames.append(page.toUri()).append("\"></iframe>\n");
    }
    Path harness = scratch.resolve("harness.html");
    try (InputStream script = PageLayout.class.getResourceAsStream("layout.js")) {
      String code = new String(script.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(
          harness, "<!DOCTYPE html>\n" + frames + "<script>\n" + code + "</script>\n");
    }
    Matcher results = RESULT.matcher(browser.load(harness, scratch));
    List<PageLayout> layouts = results.results().map(PageLayout::read).toList();
    if (layouts.size() != widths.length) {
      throw new IllegalStateException(
          page + ": expected " + widths.length + " layouts but found " + layouts);
    }
    return layouts;
  }

  private static PageLayout read(MatchResult result) {
    String names = result.group(4);
    return new PageLayout(
        Integer.parseInt(result.group(1)),
        Integer.parseInt(result.group(2)),
        Double.parseDouble(result.group(3)),
        names.isEmpty() ? List.of() : List.of(names.split("; ")));
  }
}
