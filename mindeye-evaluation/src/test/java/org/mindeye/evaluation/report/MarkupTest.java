// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkupTest {
  @Test
  void should_escape_what_html_reserves_and_replace_what_xml_cannot_hold() {
    String text = " a\n\t&<>\"'\u00e9\uD83D\uDE00\uFFFD|\u0000\u001f\r\uFFFE\uFFFF";
    String expected =
        " a\n\t&amp;&lt;&gt;&quot;&#39;\u00e9\uD83D\uDE00\uFFFD|\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD";
    assertThat(new Markup().text(text)).hasToString(expected);
    assertThat(new Markup().empty("img", "alt", text))
        .hasToString("<img alt=\"" + expected + "\"/>\n");
  }
}
