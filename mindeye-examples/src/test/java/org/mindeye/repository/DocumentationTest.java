package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever users see is documented. */
class DocumentationTest {
  private final List<SourceFile> sources = Repository.mainSources();

  @Test
  void should_document_everything_public() {
    assertThat(sources)
        .hasSizeGreaterThan(40)
        .allSatisfy(file -> assertThat(Undocumented.in(file.text())).as(file.typeName()).isEmpty());
  }

  @Test
  void should_document_every_package() {
    Set<java.nio.file.Path> packages =
        sources.stream().map(file -> file.path().getParent()).collect(Collectors.toSet());

    assertThat(packages)
        .hasSizeGreaterThan(5)
        .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).exists())
        .allSatisfy(
            folder ->
                assertThat(Files.readString(folder.resolve("package-info.java")))
                    .startsWith("/**"));
  }

  @Test
  void should_find_each_kind_of_gap() {
    String source =
        """
        /** Documented. */
        public record Bad<T>(int a) {
          public static final int B = 1;
          public Bad {}
          /** Documented. */
          public int c(int d) { return d; }
          public enum E { F }
          public interface G { void h(); }
          protected class I { protected I() {} }
        }
        """;

    assertThat(Undocumented.in(source))
        .containsExactly(
            "2: no @param for <T>",
            "2: no @param for a",
            "3: no comment for B",
            "4: no comment for <init>",
            "6: no @param for d",
            "6: no @return for c",
            "7: no comment for E",
            "7: no comment for F",
            "8: no comment for G",
            "8: no comment for h",
            "9: no comment for I",
            "9: no comment for <init>");
  }

  @Test
  void should_be_content_with_good_comments() {
    String source =
        """
        /**
         * Documented.
         *
         * @param <T> a type
         * @param a a number
         */
        public record Good<T>(int a) {
          private static final int HIDDEN = 1;
          /** Checks. */
          public Good {}
          /** {@return the number} */
          public int b() { return a; }
          @Override public String toString() { return ""; }
          void hidden() {}
          private class Inner { public int free; }
        }
        """;

    assertThat(Undocumented.in(source)).isEmpty();
  }
}
