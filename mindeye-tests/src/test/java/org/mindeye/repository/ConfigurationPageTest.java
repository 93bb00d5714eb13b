// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of the configuration explains keys that exist. */
class ConfigurationPageTest {
  private static final Pattern KEY = Pattern.compile("(?m)^\\| `([\\w.]+)` \\|");

  @Test
  void should_explain_keys_that_exist() throws IOException {
    Page page = Page.named("docs/configuration.md");
    JsonNode whole = new YAMLMapper().readTree(page.blocks("yaml").get(0).code());
    List<String> keys = KEY.matcher(page.text()).results().map(key -> key.group(1)).toList();

    assertThat(keys)
        .hasSizeGreaterThan(10)
        .allSatisfy(
            key ->
                assertThat(whole.at("/" + key.replace('.', '/')).isMissingNode())
                    .as("%s is missing in the file above it", key)
                    .isFalse());
  }
}
