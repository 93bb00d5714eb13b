// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, comments, messages and documents are plain modern English. */
class PlainWordsTest {
  /** Old words, and people where a program is meant. The pronouns only in lower case. */
  private static final Pattern BANNED =
      Pattern.compile(
          "\\b(shall|anew|lest|affairs?|reckon\\w*|whence|thence|hence|hither|thither|thereby"
              + "|therein|thereof|herein|upon|amongst|whilst|ought|afresh|stead|for ?ever"
              + "|for good|once more|one's own|as one says|leave it so|is no matter|knows of"
              + "|likewise|wants|told|tells|mend(s|ed|ing)?"
              + "|(no|some|any|every)body|whoever|himself|(?-i:he|him|his))\\b",
          Pattern.CASE_INSENSITIVE);

  /** Phrases in which such a word is the plain one, and why. */
  private static final Map<String, String> ALLOWED =
      Map.of(
          "told apart", "the usual phrase for what can be distinguished",
          "tells apart", "the same in the present tense");

  private static List<String> found(String text) {
    // A phrase may continue on the next line of a comment; names are read word by word.
    String words =
        text.replaceAll("\\s*\\n\\s*(\\*|//)?\\s*", " ")
            .replace('_', ' ')
            .replaceAll("(?<=[a-z])(?=[A-Z])", " ");
    for (String phrase : ALLOWED.keySet()) {
      words = words.replace(phrase, " ");
    }
    return BANNED.matcher(words).results().map(MatchResult::group).toList();
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    List<Path> folders = new ArrayList<>(Repository.modules());
    folders.add(Repository.root());
    folders.add(Repository.root().resolve("docs"));
    for (Path folder : folders) {
      try (Stream<Path> files = Files.list(folder)) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
      }
    }
    return documents;
  }

  @Test
  void should_use_plain_words_in_sources_and_tests() {
    List<SourceFile> sources = new ArrayList<>(Repository.mainSources());
    sources.addAll(Repository.testSources());
    sources.removeIf(file -> file.typeName().equals(PlainWordsTest.class.getName()));
    assertThat(sources).hasSizeGreaterThan(600);
    assertThat(
            sources.stream()
                .flatMap(
                    file -> found(file.text()).stream().map(word -> file.typeName() + ": " + word)))
        .as("say it in plain modern English")
        .isEmpty();
  }

  @Test
  void should_use_plain_words_in_documents() throws IOException {
    assertThat(documents()).hasSizeGreaterThan(10);
    for (Path document : documents()) {
      assertThat(found(Files.readString(document))).as("%s", document).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The user shall do it",
        "void startAnew()",
        "void should_begin_anew()",
        "NDManager forever;",
        "listeners are told\n   * about it",
        "it runs for\n * ever",
        "a budget of one's own",
        "the time is reckoned",
        "\"the file tells the shape\"",
        "// nobody reads it",
        "boolean wantsPrior()",
        "whoever closes it",
        "the reader closes his files",
        "how to mend it"
      })
  void should_find_a_word_to_avoid(String text) {
    assertThat(found(text)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@FreshManager",
        "cannot be told apart",
        "marshall",
        "the first one's rank",
        "Wu and He 2018",
        "recommended, instead, history",
        "this"
      })
  void should_let_everything_else_pass(String text) {
    assertThat(found(text)).isEmpty();
  }
}
