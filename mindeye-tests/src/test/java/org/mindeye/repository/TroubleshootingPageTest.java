// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of what goes wrong explains messages that this build has. */
class TroubleshootingPageTest {
  private static final Pattern MESSAGE = Pattern.compile("(?m)^\\| `([^`]+?)(?: …)?` \\|");
  private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");

  @Test
  void should_explain_messages_that_exist() throws IOException {
    String sources =
        Repository.mainSources().stream().map(SourceFile::text).collect(Collectors.joining("\n"))
            + Files.readString(Repository.root().resolve("mindeye"));
    String joined = JOINT.matcher(sources).replaceAll("");
    List<String> messages =
        MESSAGE
            .matcher(Page.named("docs/troubleshooting.md").text())
            .results()
            .map(message -> message.group(1))
            .toList();

    assertThat(messages)
        .hasSizeGreaterThan(5)
        .allSatisfy(message -> assertThat(joined.contains(message)).as(message).isTrue());
  }
}
