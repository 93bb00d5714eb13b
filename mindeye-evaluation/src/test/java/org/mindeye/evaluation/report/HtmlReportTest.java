// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
  @TempDir Path folder;

  private static Document parse(String html) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(html)));
  }

  private static Stream<Element> elements(Document document, String tag) {
    NodeList list = document.getElementsByTagName(tag);
    return Stream.iterate(0, i -> i < list.getLength(), i -> i + 1)
        .map(i -> (Element) list.item(i));
  }

  @Test
  void should_write_one_well_formed_file_that_needs_nothing_else() throws Exception {
    Path file = folder.resolve("report.html");
    SampleReport.full().write(file);
    String html = Files.readString(file);
    Document document = parse(html);
    assertThat(html).startsWith("<!DOCTYPE html>\n<html lang=\"en\">");
    assertThat(elements(document, "script")).isEmpty();
    assertThat(elements(document, "link")).isEmpty();
    assertThat(html).doesNotContain("http://", "https://", "@import", "url(");
    assertThat(elements(document, "img")).hasSize(7);
    assertThat(elements(document, "img"))
        .allMatch(image -> image.getAttribute("src").startsWith("data:image/"))
        .allMatch(image -> !image.getAttribute("alt").isBlank());
    assertThat(elements(document, "svg").filter(svg -> svg.getAttribute("role").equals("img")))
        .hasSize(4)
        .allMatch(svg -> svg.getElementsByTagName("title").getLength() == 1);
  }

  @Test
  void should_show_text_as_text() throws Exception {
    String evil = "<script>alert('1')</script> & \"x\" \u0000";
    String html =
        HtmlReport.titled(evil)
            .subtitle(evil)
            .section(evil)
            .paragraph(evil)
            .note(evil)
            .keyNumbers(new KeyNumber(evil, evil, evil))
            .table(Table.of(evil, evil).row(evil))
            .charts(
                LineChart.builder(evil, evil, evil).series(evil, 1).reference(evil, 2).build(),
                BarChart.builder(evil, evil).bar(evil, evil, 1).reference(evil, 2).build())
            .images(
                ImageGrid.of(evil, evil)
                    .row(
                        evil, ReportImage.of(SampleReport.image("png", 1), evil).withCaption(evil)))
            .toHtml();
    assertThat(html).doesNotContain("<script");
    Document document = parse(html);
    assertThat(elements(document, "h1").findFirst().orElseThrow().getTextContent())
        .isEqualTo(evil.replace('\u0000', '\uFFFD'));
    assertThat(elements(document, "img").findFirst().orElseThrow().getAttribute("alt"))
        .startsWith("<script>");
  }

  @Test
  void should_list_sections_only_if_there_are_several() throws Exception {
    assertThat(HtmlReport.titled("t").section("a").section("b").toHtml()).doesNotContain("<nav");
    Document document =
        parse(HtmlReport.titled("t").section("a").section("b").section("c").toHtml());
    assertThat(elements(document, "a"))
        .extracting(link -> link.getAttribute("href"))
        .containsExactly("#section-1", "#section-2", "#section-3");
    assertThat(elements(document, "h2"))
        .extracting(heading -> heading.getAttribute("id"))
        .containsExactly("section-1", "section-2", "section-3");
  }

  @Test
  void should_give_the_same_text_every_time() throws Exception {
    HtmlReport report = SampleReport.full();
    assertThat(report.toHtml()).isEqualTo(report.toHtml());
    assertThat(SampleReport.full().toHtml()).isEqualTo(report.toHtml());
  }

  @Test
  void should_replace_an_old_report_and_leave_nothing_beside_it() throws Exception {
    Path file = folder.resolve("report.html");
    Files.writeString(file, "old");
    HtmlReport.titled("new").write(file);
    assertThat(file).content().contains("<h1>new</h1>");
    assertThat(folder.toFile().list()).containsExactly("report.html");
  }

  @Test
  void should_leave_the_old_file_alone_when_writing_fails() throws Exception {
    Path occupied = Files.createDirectories(folder.resolve("report.html/inside")).getParent();
    assertThatThrownBy(() -> HtmlReport.titled("new").write(occupied))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("report.html");
    assertThat(occupied.resolve("inside")).isDirectory();
    assertThat(folder.toFile().list()).containsExactly("report.html");
  }

  @Test
  void should_say_which_folder_is_missing() {
    Path file = folder.resolve("absent").resolve("report.html");
    assertThatThrownBy(() -> HtmlReport.titled("t").write(file))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("absent");
  }

  @Test
  void should_refuse_bytes_that_are_not_an_image() {
    assertThatThrownBy(() -> ReportImage.of(new byte[] {'G', 'I', 'F', '8', '9'}, "a cat"))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "image 'a cat': expected the bytes of a PNG or JPEG file but they start with 47 49 46"
                + " 38");
    assertThatThrownBy(() -> ReportImage.of(new byte[0], "nothing"))
        .isInstanceOf(MindEyeException.class);
  }

  @Test
  void should_refuse_rows_that_do_not_fit() {
    assertThatThrownBy(() -> Table.of("scores", "a", "b").row("1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("table 'scores': expected 2 cells but row 0 has 1");
    assertThatThrownBy(() -> Table.of("scores"))
        .hasMessage("table 'scores': expected at least one column");
    assertThatThrownBy(() -> ImageGrid.of("seen"))
        .hasMessage("images 'seen': expected at least one column");
    ReportImage[] two = new ReportImage[2];
    assertThatThrownBy(() -> ImageGrid.of("seen", "image").row("first", two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("images 'seen': expected at most 1 image but row 'first' has 2");
  }

  /** A wide table moves sideways in its box on a phone. */
  @Test
  void should_keep_captions_outside_of_what_scrolls() throws Exception {
    Document page = parse(SampleReport.full().toHtml());
    List<Element> tables = elements(page, "table").toList();
    assertThat(tables).hasSize(4);
    assertThat(tables)
        .allSatisfy(
            table -> {
              Element box = (Element) table.getParentNode();
              assertThat(box.getAttribute("class")).startsWith("scroll");
              Element figure = (Element) box.getParentNode();
              assertThat(figure.getFirstChild().getNodeName()).isEqualTo("figcaption");
              assertThat(figure.getFirstChild().getTextContent()).isNotBlank();
            });
  }

  @Test
  void should_align_only_columns_of_numbers() {
    String html =
        HtmlReport.titled("t")
            .table(Table.of("c", "name", "score", "word").row("1", "-0.5", "x").row("2", "", "3"))
            .toHtml();
    assertThat(html).contains("<td class=\"number\">-0.5</td>", "<td>x</td>", "<td>3</td>");
  }
}
