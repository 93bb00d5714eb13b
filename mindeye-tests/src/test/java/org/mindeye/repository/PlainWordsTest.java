// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, Javadoc, messages and documents are plain modern English. */
class PlainWordsTest {
  private static final Pattern QUAINT =
      Pattern.compile(
          "\\b(shall|anew|lest|affairs?|reckon\\w*|whence|thence|hither|for ever|of one's own"
              + "|on one's own|told(?! apart)|\\w+Anew|as one says( it)?)\\b",
          Pattern.CASE_INSENSITIVE);

  private static String found(String text) {
    // A phrase may go on in the next line of a comment.
    Matcher matcher = QUAINT.matcher(text.replaceAll("\\s*\\n\\s*(\\*|//)?\\s*", " "));
    return matcher.find() ? matcher.group() : "";
  }

  @Test
  void should_use_plain_words_in_sources() {
    List<SourceFile> sources = Repository.mainSources();
    assertThat(sources).hasSizeGreaterThan(200);
    assertThat(sources).allSatisfy(file -> assertThat(found(file.text())).isEmpty());
  }

  @Test
  void should_use_plain_words_in_documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    for (Path folder : List.of(Repository.root(), Repository.root().resolve("docs"))) {
      try (Stream<Path> files = Files.list(folder)) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
      }
    }
    assertThat(documents).hasSizeGreaterThan(10);
    for (Path document : documents) {
      assertThat(found(Files.readString(document))).as("%s", document).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The user shall do it",
        "void startAnew()",
        "listeners are told\n   * about it",
        "it runs for\n * ever",
        "a budget of one's own",
        "the time is reckoned"
      })
  void should_know_a_quaint_word_when_it_sees_one(String text) {
    assertThat(found(text)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"@FreshManager", "cannot be told apart", "marshall", "the first one's rank"})
  void should_let_everything_else_pass(String text) {
    assertThat(found(text)).isEmpty();
  }
}
