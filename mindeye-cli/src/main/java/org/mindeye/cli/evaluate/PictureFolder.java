// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mindeye.MindEyeException;
import org.mindeye.cli.reconstruct.PaintedFiles;
import org.mindeye.data.EncodedImage;

/**
 * The pictures of a folder, by the numbers in their names or by the names themselves; of a folder
 * that {@code reconstruct} wrote, the chosen pictures or the blurry ones, by the numbers of what
 * was seen.
 */
final class PictureFolder implements PictureSet {
  /** A name that ends in a number: what is before it, and the number without zeros in front. */
  private static final Pattern NUMBERED = Pattern.compile("(.*?)0*([0-9]{1,18})");

  /** Which pictures of a folder that {@code reconstruct} wrote. */
  enum Which {
    /** What was painted, and of several candidates the one that was chosen. */
    CHOSEN,
    /** What the low-level branch saw. */
    BLURRY
  }

  private record Entry(String id, Path file, PictureSize size) {}

  private final Path folder;
  private final List<Entry> entries;

  private PictureFolder(Path folder, List<Entry> entries) {
    this.folder = folder;
    this.entries = entries;
  }

  /**
   * Lists a folder and looks at the header of every picture.
   *
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if there is no picture, or one of them is none
   */
  static PictureFolder open(Path folder, Which which) throws IOException {
    List<PaintedFiles> painted = PaintedFiles.in(folder);
    return painted.isEmpty() ? plain(folder) : painted(folder, painted, which);
  }

  private static PictureFolder painted(Path folder, List<PaintedFiles> painted, Which which)
      throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (PaintedFiles one : painted) {
      Path file = which == Which.CHOSEN ? one.chosen() : blurry(folder, one);
      entries.add(entry(Long.toString(one.cocoId()), file));
    }
    return new PictureFolder(folder, entries);
  }

  private static Path blurry(Path folder, PaintedFiles one) {
    return one.blurry()
        .orElseThrow(
            () ->
                new MindEyeException(
                    folder
                        + ": has no blurry picture of "
                        + one.cocoId()
                        + "; paint with `reconstruct --low-level`, or give the blurry pictures"
                        + " themselves"));
  }

  private static PictureFolder plain(Path folder) throws IOException {
    List<Path> files = PictureFiles.in(folder);
    List<String> names = files.stream().map(PictureFolder::stem).toList();
    List<Long> numbers = numbers(names);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String id = numbers.isEmpty() ? names.get(i) : numbers.get(i).toString();
      entries.add(entry(id, files.get(i)));
    }
    if (!numbers.isEmpty()) {
      entries.sort(Comparator.comparingLong(entry -> Long.parseLong(entry.id)));
    }
    return new PictureFolder(folder, entries);
  }

  private static Entry entry(String id, Path file) throws IOException {
    EncodedImage header = PictureFiles.read(file);
    return new Entry(id, file, new PictureSize(header.height(), header.width()));
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.lastIndexOf('.'));
  }

  /** The numbers of names that differ in nothing else; empty if these are names of another kind. */
  private static List<Long> numbers(List<String> names) {
    List<Long> numbers = new ArrayList<>();
    HashSet<String> before = new HashSet<>();
    for (String name : names) {
      Matcher matcher = NUMBERED.matcher(name);
      if (!matcher.matches()) {
        return List.of();
      }
      before.add(matcher.group(1));
      numbers.add(Long.parseLong(matcher.group(2)));
    }
    return before.size() == 1 && new HashSet<>(numbers).size() == numbers.size()
        ? numbers
        : List.of();
  }

  @Override
  public String source() {
    return folder.toString();
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public Optional<List<String>> ids() {
    return Optional.of(entries.stream().map(Entry::id).toList());
  }

  @Override
  public PictureSize sizeOf(int index) {
    return entries.get(index).size;
  }

  @Override
  public PicturePixels read(int index) throws IOException {
    return PictureFiles.pixels(entries.get(index).file);
  }
}
