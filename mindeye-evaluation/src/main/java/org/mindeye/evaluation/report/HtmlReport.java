// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.mindeye.formats.io.StagedFile;

/**
 * A report in one HTML file: style, charts and images are inside it, links to other places are not.
 * The only script is the one that sorts tables, where there is one to sort. All text is escaped.
 * Not safe for concurrent use.
 *
 * <pre>{@code
 * HtmlReport.titled("Subject 1")
 *     .section("Retrieval")
 *     .paragraph("Top-1 among 300 candidates.")
 *     .charts(chart)
 *     .write(Path.of("report.html"));
 * }</pre>
 */
public final class HtmlReport {
  /** Even a manipulated text cannot load anything. */
  private static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

  private static final String SCRIPT = "sort.js";

  /** From so many sections on, the report starts with a list of them. */
  private static final int WORTH_A_LIST = 3;

  private final String title;
  private String subtitle = "";
  private final List<String> sections = new ArrayList<>();
  private final Markup body = new Markup();
  private boolean scripted;

  private HtmlReport(String title) {
    this.title = Objects.requireNonNull(title, "title");
  }

  /**
   * Starts a report.
   *
   * @param title the heading of the page
   * @return an empty report
   */
  public static HtmlReport titled(String title) {
    return new HtmlReport(title);
  }

  /**
   * Sets the line below the title, for example data set, date and version.
   *
   * @param text one line
   * @return this report
   */
  public HtmlReport subtitle(String text) {
    subtitle = Objects.requireNonNull(text, "subtitle");
    return this;
  }

  /**
   * Starts a section.
   *
   * @param heading its title
   * @return this report
   */
  public HtmlReport section(String heading) {
    sections.add(heading);
    body.element("h2", heading, "id", "section-" + sections.size());
    return this;
  }

  /**
   * Adds a paragraph.
   *
   * @param text plain text
   * @return this report
   */
  public HtmlReport paragraph(String text) {
    body.element("p", text);
    return this;
  }

  /**
   * Adds a paragraph that stands out, for what a reader must know before believing a number.
   *
   * @param text plain text
   * @return this report
   */
  public HtmlReport note(String text) {
    body.element("p", text, "class", "remark");
    return this;
  }

  /**
   * Adds results in large type, side by side.
   *
   * @param numbers at least one
   * @return this report
   */
  public HtmlReport keyNumbers(KeyNumber... numbers) {
    body.open("dl", "class", "keys");
    for (KeyNumber number : numbers) {
      body.open("div").element("dt", number.label());
      body.element("dd", number.value(), "class", "big").element("dd", number.note()).close();
    }
    body.close();
    return this;
  }

  /**
   * Adds a table.
   *
   * @param table its present rows are copied into the report
   * @return this report
   */
  public HtmlReport table(Table table) {
    scripted |= table.isSortable();
    body.append(table.toHtml());
    return this;
  }

  /**
   * Adds charts, side by side where there is room.
   *
   * @param charts at least one
   * @return this report
   */
  public HtmlReport charts(Chart... charts) {
    body.open("div", "class", charts.length > 1 ? "charts several" : "charts");
    for (Chart chart : charts) {
      body.append(chart.toHtml());
    }
    body.close();
    return this;
  }

  /**
   * Adds images.
   *
   * @param grid its present rows are copied into the report
   * @return this report
   */
  public HtmlReport images(ImageGrid grid) {
    body.append(grid.toHtml());
    return this;
  }

  /**
   * Writes the report, replacing a file of that name. An interrupted run leaves the old file or
   * none, never half of one.
   *
   * @param file where; its folder must exist
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    StagedFile.write(file, toHtml().getBytes(UTF_8));
  }

  /**
   * The report as text.
   *
   * @return a complete HTML document, also well-formed XML
   */
  public String toHtml() {
    Markup page = new Markup().open("html", "lang", "en").open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "http-equiv", "Content-Security-Policy", "content", policy());
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.element("title", title).open("style").raw(style()).close().close();
    page.open("body").open("main").open("header").element("h1", title);
    if (!subtitle.isEmpty()) {
      page.element("p", subtitle);
    }
    page.close();
    if (sections.size() >= WORTH_A_LIST) {
      page.open("nav", "aria-label", "Sections");
      for (int i = 0; i < sections.size(); i++) {
        page.element("a", sections.get(i), "href", "#section-" + (i + 1));
      }
      page.close();
    }
    page.append(body).close();
    if (scripted) {
      page.open("script").raw(Resource.read(SCRIPT)).close();
    }
    return "<!DOCTYPE html>\n" + page.close().close();
  }

  /** Only our own script runs: the browser compares its sum. */
  private String policy() {
    if (!scripted) {
      return POLICY;
    }
    byte[] sum = Hashing.sha256().hashString(Resource.read(SCRIPT), UTF_8).asBytes();
    return POLICY + "; script-src 'sha256-" + Base64.getEncoder().encodeToString(sum) + "'";
  }

  private static String style() {
    return Resource.read("chart.css") + Resource.read("report.css");
  }
}
