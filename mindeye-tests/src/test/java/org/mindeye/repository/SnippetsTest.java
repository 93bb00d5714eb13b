// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java code in the documents is code that compiles. */
class SnippetsTest {
  static List<Page> pages() {
    return Page.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void should_quote_compiled_code(Page page) throws IOException {
    for (Snippets.Block block : Snippets.in(page)) {
      assertThat(block.code())
          .as("%s in %s", block.source(), page)
          .isEqualTo(block.expected(Repository.root()));
    }
  }

  @Test
  void should_find_the_quotes_of_all_pages() {
    assertThat(pages().stream().filter(page -> !Snippets.in(page).isEmpty()))
        .extracting(Page::name)
        .contains("CONTRIBUTING.md", "docs/own-loop.md", "docs/files.md");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void should_link_to_the_examples_it_quotes(Page page) {
    for (Snippets.Block block : Snippets.in(page)) {
      String file = block.source().replaceAll("^<!-- snippet: |[# ].*", "");
      if (file.startsWith("mindeye-examples/")) {
        assertThat(page.links())
            .as("%s links to %s", page, file)
            .anyMatch(link -> page.target(link).endsWith(file));
      }
    }
  }

  @Test
  void should_find_blocks_and_what_they_quote() {
    String page = "# A\n<!-- snippet: B.java#c -->\n```java\nint d;\n```\n```sh\nls\n```\n";

    assertThat(Snippets.in(new Page("a.md", page)))
        .containsExactly(new Snippets.Block("<!-- snippet: B.java#c -->", "int d;"));
  }

  @Test
  void should_remove_common_indentation_only() {
    String source = "class A {\n  // snippet: b\n  if (c) {\n    d();\n  }\n  // end: b\n}\n";

    assertThat(Snippets.region(source, "b")).isEqualTo("if (c) {\n  d();\n}");
  }

  @Test
  void should_refuse_code_from_nowhere() {
    Snippets.Block block = Snippets.in(new Page("a.md", "text\n```java\nint a;\n```\n")).get(0);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> block.expected(Repository.root()))
        .withMessage(
            "Java code without <!-- snippet: File.java#region --> in the line before it, but:"
                + " text");
  }

  @Test
  void should_refuse_an_unknown_region() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Snippets.region("// snippet: a\n", "a"))
        .withMessage("no region from '// snippet: a' to '// end: a'");
  }
}
