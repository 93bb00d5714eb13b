// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Whatever must be closed if the rest fails goes through {@code CloseOnFailure}: no catch clause
 * ends in throwing on whatever it caught, and no flag says whether the end was reached. Written by
 * hand, it forgets one kind of failure, or the failure of closing hides the first one.
 */
class CloseOnFailureRuleTest {
  private static final Pattern CATCH =
      Pattern.compile("catch \\((?:final )?([\\w.| \\n]+?) (\\w+)\\) \\{");

  /** Everything that can fail: what is caught to do something and pass it on. */
  private static final Pattern ANYTHING =
      Pattern.compile("\\b(RuntimeException|Exception|Error|Throwable)\\b");

  /** What is done only if a flag says that the end was not reached. */
  private static final Pattern FLAG = Pattern.compile("finally \\{\\s+if \\(!\\w+\\) \\{");

  /** The catch clauses of a source that throw on what they caught, and the flags instead. */
  static List<String> handMade(String source) {
    List<String> found = new ArrayList<>();
    FLAG.matcher(source).results().forEach(flag -> found.add(flag.group().replaceAll("\\s+", " ")));
    Matcher clause = CATCH.matcher(source);
    while (clause.find()) {
      boolean anything = ANYTHING.matcher(clause.group(1)).find();
      String body = block(source, clause.end());
      if (anything && body.strip().endsWith("throw " + clause.group(2) + ";")) {
        found.add(clause.group().replaceAll("\\s+", " "));
      }
    }
    return found;
  }

  /** Up to the brace that closes what was opened before. */
  private static String block(String source, int start) {
    int depth = 1;
    int end = start;
    while (depth > 0 && end < source.length()) {
      char c = source.charAt(end++);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    }
    return source.substring(start, end - 1);
  }

  @Test
  void should_leave_closing_on_failure_to_its_helper() {
    List<SourceFile> sources = Repository.mainSources();
    assertThat(sources).hasSizeGreaterThan(200);
    assertThat(sources).allSatisfy(file -> assertThat(handMade(file.text())).isEmpty());
  }

  @Test
  void should_find_a_flag_of_the_end() {
    String source =
        """
        } finally {
          if (!complete) {
            part.close();
          }
        }
        """;
    assertThat(handMade(source)).containsExactly("finally { if (!complete) {");
  }

  @Test
  void should_find_what_is_made_by_hand_and_nothing_else() {
    String source =
        """
        try {
          use(part);
        } catch (IOException | RuntimeException | Error e) {
          if (open) {
            part.close();
          }
          throw e;
        } catch (RuntimeException e) {
          LOG.warn("goes on", e);
        } catch (IOException e) {
          throw e;
        } catch (Error e) {
          throw new IllegalStateException(e);
        }
        """;
    assertThat(handMade(source))
        .containsExactly("catch (IOException | RuntimeException | Error e) {");
  }
}
