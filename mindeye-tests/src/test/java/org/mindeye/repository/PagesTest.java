// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages hold together: links lead somewhere, and code fits a narrow window. */
class PagesTest {
  private static final int WIDEST_CODE = 100;
  private static final long LARGEST_PICTURE = 100_000;

  /** Top-1 in both directions, as the pages write it. */
  private static final Pattern SCORES = Pattern.compile("\\d+\\.\\d\\*{0,2} / \\*{0,2}\\d+\\.\\d");

  static List<Page> pages() {
    return Page.all();
  }

  @Test
  void should_see_every_page() {
    assertThat(pages())
        .extracting(Page::name)
        .contains("README.md", "CONTRIBUTING.md", "CHANGES.md", "mindeye-bench/RESULTS.md")
        .contains("docs/train.md", "mindeye-formats/src/test/resources/torch/README.md")
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void should_link_to_what_exists(Page page) {
    for (String link : page.links()) {
      if (!link.contains("://")) {
        Path file = page.target(link);
        assertThat(file).as("%s in %s", link, page).exists();
        if (link.contains("#")) {
          Page other = Page.named(Repository.root().relativize(file).toString());
          assertThat(other.anchors())
              .as("%s in %s", link, page)
              .contains(link.substring(link.indexOf('#') + 1));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void should_have_code_that_fits_a_narrow_window(Page page) {
    for (Page.Block block : page.blocks()) {
      assertThat(block.language()).as("language of a block of %s", page).isNotEmpty();
      assertThat(block.lines())
          .as("%s", page)
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(WIDEST_CODE));
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void should_show_small_pictures(Page page) throws IOException {
    for (String link : page.links()) {
      if (link.endsWith(".svg") || link.endsWith(".png")) {
        assertThat(Files.size(page.target(link))).as(link).isLessThan(LARGEST_PICTURE);
      }
    }
  }

  @Test
  void should_lead_to_every_page_from_the_first() throws IOException {
    Set<Path> reached = new HashSet<>();
    Deque<Page> open = new ArrayDeque<>(List.of(Page.named("README.md")));
    while (!open.isEmpty()) {
      Page page = open.pop();
      for (String link : page.links()) {
        Path file = page.target(link);
        if (!link.contains("://") && link.contains(".md") && reached.add(file)) {
          open.push(Page.named(Repository.root().relativize(file).toString()));
        }
      }
    }
    try (var docs = Files.list(Repository.root().resolve("docs"))) {
      assertThat(reached).containsAll(docs.filter(f -> f.toString().endsWith(".md")).toList());
    }
  }

  @Test
  void should_give_the_figures_of_the_quickstart_once() {
    List<String> scores = new ArrayList<>();
    for (Page page : pages()) {
      SCORES
          .matcher(page.text())
          .results()
          .map((MatchResult score) -> score.group().replace("*", ""))
          .filter(score -> !score.equals("100.0 / 100.0"))
          .forEach(scores::add);
    }
    assertThat(scores).hasSizeGreaterThan(4).doesNotHaveDuplicates();
  }

  @Test
  void should_read_pages_as_they_are_shown() {
    Page page =
        new Page(
            "docs/a.md",
            "# One, two: `three`\n[b](b.md#c) `[no](link)`\n<!-- x -->\n```sh\n# no heading\n```\n");

    assertThat(page.anchors()).containsExactly("one-two-three");
    assertThat(page.links()).containsExactly("b.md#c");
    assertThat(page.blocks())
        .containsExactly(new Page.Block("<!-- x -->", "sh", List.of("# no heading")));
    assertThat(page.inlineCode()).containsExactly("three", "[no](link)");
    assertThat(page.target("../x.png")).isEqualTo(Repository.root().resolve("x.png"));
  }
}
