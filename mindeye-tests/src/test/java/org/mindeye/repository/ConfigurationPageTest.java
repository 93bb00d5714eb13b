// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of the configuration explains keys that exist. */
class ConfigurationPageTest {
  private static final Pattern KEY = Pattern.compile("(?m)^\\| `([\\w.]+)` \\|");

  @Test
  void should_explain_keys_that_exist() throws IOException {
    Page page = Page.named("docs/configuration.md");
    Matcher key = KEY.matcher(page.text());
    int keys = 0;
    for (; key.find(); keys++) {
      assertThat(above(page, key.start()).at("/" + key.group(1).replace('.', '/')).isMissingNode())
          .as("%s is missing in the file above it", key.group(1))
          .isFalse();
    }
    assertThat(keys).isGreaterThan(20);
  }

  /** The whole file that is the last one before a place of the page. */
  private static JsonNode above(Page page, int place) throws IOException {
    String last = "";
    for (Page.Block block : page.blocks("yaml")) {
      if (page.text().indexOf(block.code()) < place) {
        last = block.code();
      }
    }
    return new YAMLMapper().readTree(last);
  }
}
