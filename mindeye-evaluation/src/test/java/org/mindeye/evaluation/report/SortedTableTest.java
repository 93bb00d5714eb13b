// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.testkit.HeadlessBrowser;

/** The one script of a page. */
class SortedTableTest {
  private static final Pattern SCRIPT = Pattern.compile("(?s)<script>(.*)</script>");

  // The browser may still write into its profile when it has answered.
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private static HtmlReport page() {
    return HtmlReport.titled("t")
        .table(
            Table.of("c", "Picture", "Score")
                .sortable()
                .row(Cell.of(0, "picture 0"), Cell.of(0.5, "0.500"))
                .row(Cell.of(1, "picture 1"), Cell.of("–"))
                .row(Cell.of(2, "picture 2"), Cell.of(10, "10.000"))
                .row(Cell.of(3, "picture 3"), Cell.of(9, "9.000")));
  }

  @Test
  void should_have_a_script_only_where_there_is_something_to_sort() {
    HtmlReport plain = HtmlReport.titled("t").table(Table.of("c", "a").row("1"));
    assertThat(plain.toHtml()).doesNotContain("<script", "script-src");
    assertThat(page().toHtml()).containsOnlyOnce("<script>");
    assertThat(page().table(Table.of("c", "a").row("1")).toHtml()).containsOnlyOnce("<script>");
  }

  /** Another script, whatever text brought it in, has another sum. */
  @Test
  void should_allow_no_other_script() throws Exception {
    String html = page().toHtml();
    Matcher script = SCRIPT.matcher(html);
    assertThat(script.find()).isTrue();
    byte[] sum = MessageDigest.getInstance("SHA-256").digest(script.group(1).getBytes(UTF_8));
    assertThat(html)
        .contains(
            "content=\"default-src &#39;none&#39;; img-src data:; style-src &#39;unsafe-inline&#39;;"
                + " script-src &#39;sha256-"
                + Base64.getEncoder().encodeToString(sum)
                + "&#39;\"");
    assertThat(script.group(1)).doesNotContain("<", "&");
  }

  @Test
  void should_scroll_only_what_is_long() {
    Table shortTable = Table.of("c", "a").sortable();
    for (int i = 0; i < 20; i++) {
      shortTable.row("x");
    }
    assertThat(HtmlReport.titled("t").table(shortTable).toHtml())
        .contains("<div class=\"scroll\">");
    assertThat(HtmlReport.titled("t").table(shortTable.row("x")).toHtml())
        .contains("<div class=\"scroll long\">");
  }

  @Test
  void should_sort_by_number_when_a_heading_is_pressed() throws Exception {
    Optional<HeadlessBrowser> browser = HeadlessBrowser.find();
    assumeTrue(browser.isPresent(), "no Chromium on the PATH");
    Path page = folder.resolve("report.html");
    page().write(page);
    Path harness = folder.resolve("harness.html");
    Files.writeString(
        harness,
        """
        <!DOCTYPE html>
        <iframe src="report.html"></iframe>
        <script>
        window.addEventListener("load", () => {
          const table = document.querySelector("iframe").contentDocument.querySelector("table");
          const note = () => {
            const line = document.createElement("i");
            line.textContent = Array.from(table.tBodies[0].rows, row => row.cells[0].textContent);
            document.body.append(line);
          };
          const press = column => table.tHead.rows[0].cells[column].firstChild.click();
          note();
          [1, 1, 0, 0].forEach(column => { press(column); note(); });
        });
        </script>
        """);
    assertThat(orders(browser.get().load(harness, folder)))
        .containsExactly(
            "picture 0,picture 1,picture 2,picture 3",
            "picture 0,picture 3,picture 2,picture 1",
            "picture 2,picture 3,picture 0,picture 1",
            "picture 0,picture 1,picture 2,picture 3",
            "picture 3,picture 2,picture 1,picture 0");
  }

  private static List<String> orders(String dom) {
    return Pattern.compile("<i>([^<]*)</i>")
        .matcher(dom)
        .results()
        .map((MatchResult result) -> result.group(1))
        .toList();
  }
}
