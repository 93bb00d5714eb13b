// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown page.
 *
 * @param name its path from the root, with slashes
 * @param text what it says
 */
record Page(String name, String text) {
  private static final Pattern FENCE = Pattern.compile("```(\\w*)");
  private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*?) *#*");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)| src=\"([^\"]+)\"");
  private static final Pattern INLINE_CODE = Pattern.compile("`([^`]+)`");

  /**
   * A fenced block.
   *
   * @param mark the line before it
   * @param language behind the opening fence
   * @param lines between the fences
   */
  record Block(String mark, String language, List<String> lines) {
    String code() {
      return String.join("\n", lines);
    }
  }

  /** Every Markdown page of the repository, but what a build or a run has left there. */
  static List<Page> all() {
    Path root = Repository.root();
    try (Stream<Path> top = Files.list(root)) {
      List<Path> places = new ArrayList<>(Repository.modules());
      places.add(root.resolve("docs"));
      top.filter(Files::isRegularFile).forEach(places::add);
      List<Page> pages = new ArrayList<>();
      for (Path place : places) {
        try (Stream<Path> files = Files.walk(place)) {
          files
              .filter(file -> file.toString().endsWith(".md"))
              .filter(file -> !place.relativize(file).startsWith("target"))
              .forEach(file -> pages.add(of(root, file)));
        }
      }
      return pages;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The page with a name. */
  static Page named(String name) {
    return of(Repository.root(), Repository.root().resolve(name));
  }

  private static Page of(Path root, Path file) {
    try {
      return new Page(root.relativize(file).toString().replace('\\', '/'), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fenced blocks, top to bottom. */
  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher fence = FENCE.matcher(lines.get(i));
      if (fence.matches()) {
        int length = lines.subList(i + 1, lines.size()).indexOf("```");
        if (length < 0) {
          throw new IllegalArgumentException(name + ": the block in line " + (i + 1) + " is open");
        }
        String mark = i == 0 ? "" : lines.get(i - 1);
        blocks.add(new Block(mark, fence.group(1), lines.subList(i + 1, i + 1 + length)));
        i += length + 1;
      }
    }
    return blocks;
  }

  /** The blocks in a language. */
  List<Block> blocks(String language) {
    return blocks().stream().filter(block -> block.language().equals(language)).toList();
  }

  /** The text without its blocks, and the code in its sentences. */
  private String prose() {
    List<String> prose = new ArrayList<>();
    boolean fenced = false;
    for (String line : text.lines().toList()) {
      boolean fence = line.startsWith("```");
      if (!fenced && !fence) {
        prose.add(line);
      }
      fenced ^= fence;
    }
    return String.join("\n", prose);
  }

  /** Code in the sentences of the page. */
  List<String> inlineCode() {
    return INLINE_CODE.matcher(prose()).results().map(code -> code.group(1)).toList();
  }

  /** Where its links and pictures lead, as written. */
  List<String> links() {
    String bare = INLINE_CODE.matcher(prose()).replaceAll("code");
    return LINK.matcher(bare)
        .results()
        .map((MatchResult link) -> link.group(1) == null ? link.group(2) : link.group(1))
        .toList();
  }

  /** The anchors of its headings, as GitHub makes them. */
  List<String> anchors() {
    return prose()
        .lines()
        .map(HEADING::matcher)
        .filter(Matcher::matches)
        .map(heading -> anchor(heading.group(1)))
        .toList();
  }

  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
  }

  /** The file a link of this page leads to. */
  Path target(String link) {
    String file = link.replaceFirst("#.*", "");
    Path here = Repository.root().resolve(name);
    return (file.isEmpty() ? here : here.resolveSibling(file)).normalize();
  }

  @Override
  public String toString() {
    return name;
  }
}
