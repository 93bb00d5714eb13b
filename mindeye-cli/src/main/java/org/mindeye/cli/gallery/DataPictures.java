// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.cli.console.StepProgress;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.io.Sha256;
import org.mindeye.retrieval.gallery.GalleryFolder;

/**
 * The pictures of a data set as files in a gallery's folder, one folder for each part, so that
 * pages show them without the data. While they are written and encoded, other processes are
 * refused; what is not half encoded nor part of the gallery in the end is deleted.
 */
final class DataPictures implements Closeable {
  static final String NAME = "pictures";

  private final Path gallery;
  private final int part;
  private final Path folder;
  private final FolderLock lock;

  private DataPictures(Path gallery, int part, Path folder, FolderLock lock) {
    this.gallery = gallery;
    this.part = part;
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Takes the folder of the next part.
   *
   * @throws IOException if the disk refuses, or another process has it
   */
  static DataPictures claim(Path gallery) throws IOException {
    int part = parts(gallery) + 1;
    Path folder = gallery.resolve(NAME).resolve(String.format(Locale.ROOT, "%04d", part));
    Files.createDirectories(folder);
    FolderLock lock = FolderLock.acquire(folder, "writes pictures of a gallery");
    return new DataPictures(gallery, part, folder, lock);
  }

  private static int parts(Path gallery) throws IOException {
    return GalleryFolder.isOne(gallery) ? GalleryFolder.read(gallery).parts().size() : 0;
  }

  /**
   * Writes each picture once; those that are there already, from an earlier attempt, stay.
   *
   * @param data whose pictures
   * @param splits which of them
   * @param origin where they come from, in words
   * @param progress is notified
   * @return what is there then, in the order of the data
   * @throws MindEyeException if there is none, or the data are damaged
   */
  PictureList write(
      SubjectSource data, Collection<Split> splits, String origin, StepProgress progress)
      throws IOException {
    Set<Long> known = new HashSet<>();
    List<String> names = new ArrayList<>();
    MessageDigest sum = Sha256.create();
    for (Split split : splits) {
      try (TrialSource trials = data.trials(split)) {
        String step = "reading pictures of " + split;
        long total = trials.count().orElse(-1);
        long done = 0;
        progress.progressed(step, done, total);
        for (Trial trial : trials) {
          if (known.add(trial.cocoId())) {
            names.add(write(trial, sum));
          }
          done++;
          progress.progressed(step, done, total);
        }
      }
    }
    if (names.isEmpty()) {
      throw new MindEyeException(origin + ": expected at least one picture but found none");
    }
    deleteAllBut(names);
    return new PictureList(folder, List.copyOf(names), origin, Sha256.hex(sum));
  }

  private String write(Trial trial, MessageDigest sum) throws IOException {
    EncodedImage picture = trial.image().encoded();
    byte[] bytes = picture.bytes();
    String name = "coco-" + trial.cocoId() + "." + picture.format().extension();
    sum.update((name + " " + bytes.length + "\n").getBytes(StandardCharsets.UTF_8));
    sum.update(bytes);
    Path file = folder.resolve(name);
    if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
      Files.write(file, bytes);
    }
    return name;
  }

  /** What an attempt with other data left. */
  private void deleteAllBut(List<String> names) throws IOException {
    Set<String> wanted = new HashSet<>(names);
    wanted.add(FolderLock.NAME);
    List<Path> others;
    try (Stream<Path> all = Files.list(folder)) {
      others = all.filter(file -> !wanted.contains(file.getFileName().toString())).toList();
    }
    for (Path other : others) {
      Files.delete(other);
    }
  }

  @Override
  public void close() throws IOException {
    lock.delete();
    if (parts(gallery) < part && !EncodingFolder.isIn(gallery)) {
      Folders.delete(folder);
      deleteIfEmpty(folder.getParent());
      deleteIfEmpty(gallery);
    }
    lock.close();
  }

  private static void deleteIfEmpty(Path folder) throws IOException {
    boolean empty;
    try (Stream<Path> files = Files.list(folder)) {
      empty = files.findAny().isEmpty();
    }
    if (empty) {
      Files.delete(folder);
    }
  }
}
