// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.ProcessEnd;
import org.mindeye.formats.io.StagedFile;

/**
 * Where the results of an evaluation go. Those of an earlier one are replaced, all in one step at
 * the end: whatever ends the process before, the folder has what it had.
 */
final class ScoresFolder implements Closeable {
  static final String PAGE = "report.html";
  static final String RESULT = "evaluation.json";
  static final String CSV = "scores.csv";
  static final String LATEX = "scores.tex";
  static final String MARKDOWN = "scores.md";
  static final String IMAGES = "images.csv";

  private static final Set<String> OURS =
      Set.of(PAGE, RESULT, CSV, LATEX, MARKDOWN, IMAGES, FolderLock.NAME);

  private final Path folder;
  private final FolderLock lock;
  private final boolean isNew;
  private boolean written;

  private ScoresFolder(Path folder, FolderLock lock, boolean isNew) {
    this.folder = folder;
    this.lock = lock;
    this.isNew = isNew;
  }

  /**
   * Refuses a folder of something else, before any work.
   *
   * @throws FileAlreadyExistsException if it holds other files
   */
  static void requireUsable(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new FileAlreadyExistsException(folder.toString(), null, "a file is in the way");
    }
    List<String> names;
    try (Stream<Path> files = Files.list(folder)) {
      names =
          files
              .filter(file -> !StagedFile.isStaged(file))
              .map(file -> file.getFileName().toString())
              .sorted()
              .toList();
    }
    List<String> others = names.stream().filter(name -> !OURS.contains(name)).toList();
    if (!others.isEmpty() || names.contains(PAGE) && !names.contains(RESULT)) {
      throw new FileAlreadyExistsException(
          folder.toString(),
          null,
          "the folder has "
              + (others.isEmpty() ? PAGE : others.get(0))
              + ", which is not of an evaluation; choose another one with --out");
    }
  }

  /**
   * Takes a folder, and makes it if there is none.
   *
   * @throws IOException if it is in use, or cannot be written
   */
  static ScoresFolder claim(Path folder) throws IOException {
    requireUsable(folder);
    boolean isNew = Files.notExists(folder);
    Files.createDirectories(folder);
    try (CloseOnFailure taken = new CloseOnFailure()) {
      FolderLock lock = taken.add(FolderLock.acquire(folder, "writes scores"));
      StagedFile.sweep(folder);
      return taken.done(new ScoresFolder(folder, lock, isNew));
    }
  }

  /**
   * Writes everything, then gives all files their names.
   *
   * @param contents by the names of the files
   */
  void write(Map<String, byte[]> contents) throws IOException {
    List<StagedFile> staged = new ArrayList<>();
    try (CloseOnFailure unfinished = new CloseOnFailure()) {
      for (Map.Entry<String, byte[]> content : contents.entrySet()) {
        StagedFile file = unfinished.add(StagedFile.create(folder.resolve(content.getKey())));
        file.output().write(content.getValue());
        file.finish();
        staged.add(file);
      }
      ProcessEnd.commit(
          () -> {
            for (StagedFile file : staged) {
              file.publish();
            }
          });
      unfinished.done(staged);
      written = true;
    }
  }

  Path page() {
    return folder.resolve(PAGE);
  }

  /** A folder that was made for nothing goes away. */
  @Override
  public void close() throws IOException {
    if (isNew && !written) {
      lock.delete();
      Files.delete(folder);
    }
    lock.close();
  }
}
