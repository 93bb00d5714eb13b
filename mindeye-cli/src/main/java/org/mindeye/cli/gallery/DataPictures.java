// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.cli.console.StepProgress;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.Sha256;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.retrieval.gallery.GalleryFolder;
import org.mindeye.retrieval.gallery.GalleryPart;

/**
 * The pictures of a data set as files in a gallery's folder, one folder for each part, so that
 * pages show them without the data. While they are written and encoded, other processes are
 * refused; what is not half encoded nor part of the gallery in the end is deleted. Until then the
 * folder has the lock's file, by which it is known as one of these; nothing is done to others.
 */
final class DataPictures implements Closeable {
  static final String NAME = "pictures";
  private static final Pattern FILE = Pattern.compile("coco-\\d+\\.(jpg|png)");

  private final Path gallery;
  private final Path folder;
  private final FolderLock lock;

  private DataPictures(Path gallery, Path folder, FolderLock lock) {
    this.gallery = gallery;
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Takes the first folder that is neither a part's nor a user's own. Parts of an addition that
   * ended early do not count while what it encoded is there: it goes on in its folder.
   *
   * @throws IOException if the disk refuses, or another process has it
   */
  static DataPictures claim(Path gallery) throws IOException {
    for (int number = 1; ; number++) {
      Path folder = gallery.resolve(NAME).resolve(String.format(Locale.ROOT, "%04d", number));
      if (!isOfPart(gallery, folder) && isOurs(folder)) {
        Optional<DataPictures> taken = take(gallery, folder);
        if (taken.isPresent()) {
          return taken.get();
        }
      }
    }
  }

  /** Empty if another process has made a part of the folder by now. */
  static Optional<DataPictures> take(Path gallery, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (CloseOnFailure failed = new CloseOnFailure()) {
      failed.undo(() -> deleteEmpty(folder, folder.getParent(), gallery));
      FolderLock lock = failed.add(FolderLock.acquire(folder, "writes pictures of a gallery"));
      if (!isOfPart(gallery, folder)) {
        return failed.done(Optional.of(new DataPictures(gallery, folder, lock)));
      }
      lock.delete();
      return Optional.empty();
    }
  }

  private static boolean isOfPart(Path gallery, Path folder) throws IOException {
    if (!GalleryFolder.isOne(gallery)) {
      return false;
    }
    Path place = folder.toAbsolutePath().normalize();
    GalleryFolder there = GalleryFolder.read(gallery);
    Set<GalleryPart> parts = new HashSet<>(there.parts());
    if (EncodingFolder.isIn(gallery)) {
      there.unfinishedParts().forEach(parts::remove);
    }
    return parts.stream()
        .map(GalleryPart::pictures)
        .filter(Objects::nonNull)
        .anyMatch(of -> gallery.resolve(of).toAbsolutePath().normalize().equals(place));
  }

  /** Whether a folder is absent, empty, or was begun here. */
  private static boolean isOurs(Path folder) throws IOException {
    return !Files.exists(folder, LinkOption.NOFOLLOW_LINKS)
        || Files.exists(folder.resolve(FolderLock.NAME))
        || isEmpty(folder);
  }

  /** Whether a folder of this name holds nothing but what attempts left. */
  static boolean areOurs(Path pictures) throws IOException {
    if (!Files.isDirectory(pictures)) {
      return false;
    }
    List<Path> folders;
    try (Stream<Path> all = Files.list(pictures)) {
      folders = all.toList();
    }
    for (Path each : folders) {
      if (!isOurs(each)) {
        return false;
      }
    }
    return true;
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
   * @throws FileAlreadyExistsException if others are half encoded; those are as before then
   */
  PictureList write(
      SubjectSource data, Collection<Split> splits, String origin, StepProgress progress)
      throws IOException {
    StagedFile.sweep(folder);
    boolean begun = EncodingFolder.isIn(gallery);
    Map<Long, String> known = new HashMap<>();
    List<String> names = new ArrayList<>();
    MessageDigest sum = Sha256.create();
    for (Split split : splits) {
      try (TrialSource trials = data.trials(split)) {
        String step = "reading pictures of " + split;
        long total = trials.count().orElse(-1);
        long done = 0;
        progress.progressed(step, done, total);
        for (Trial trial : trials) {
          if (isNew(trial, known)) {
            String name = write(trial, begun);
            names.add(name);
            sum.update(
                (name + " " + known.get(trial.cocoId()) + "\n").getBytes(StandardCharsets.UTF_8));
          }
          done++;
          progress.progressed(step, done, total);
        }
      }
    }
    if (names.isEmpty()) {
      throw new MindEyeException(origin + ": expected at least one picture but found none");
    }
    PictureList list = new PictureList(folder, List.copyOf(names), origin, Sha256.hex(sum));
    EncodingFolder.requireSame(
        gallery,
        half ->
            new EncodingRecord.Request(
                half.pictures(), list.sum(), names.size(), half.origin(), half.precision()));
    deleteAllBut(names);
    return list;
  }

  /** Notes the sum of a picture under its number. */
  private static boolean isNew(Trial trial, Map<Long, String> known) {
    String now = Sha256.of(trial.image().content());
    String before = known.putIfAbsent(trial.cocoId(), now);
    if (before != null && !before.equals(now)) {
      throw trial
          .origin()
          .malformed(
              "picture", "one picture for every number", "two of the number " + trial.cocoId());
    }
    return before == null;
  }

  /**
   * Where pictures are half encoded, those that are there stay: raw pixels may be another PNG now.
   */
  private String write(Trial trial, boolean begun) throws IOException {
    EncodedImage picture = trial.image().encoded();
    String name = "coco-" + trial.cocoId() + "." + picture.format().extension();
    Path file = folder.resolve(name);
    boolean there = Files.exists(file);
    if (!there || !begun && !Arrays.equals(Files.readAllBytes(file), picture.bytes())) {
      StagedFile.write(file, picture.bytes());
    }
    return name;
  }

  /** What an attempt with other data left; files of other names are a user's own. */
  private void deleteAllBut(Collection<String> names) throws IOException {
    Set<String> wanted = new HashSet<>(names);
    List<Path> others;
    try (Stream<Path> all = Files.list(folder)) {
      others =
          all.filter(file -> FILE.matcher(file.getFileName().toString()).matches())
              .filter(file -> !wanted.contains(file.getFileName().toString()))
              .toList();
    }
    for (Path other : others) {
      Files.delete(other);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (isOfPart(gallery, folder)) {
        lock.delete();
      } else if (!EncodingFolder.isIn(gallery)) {
        deleteAllBut(Set.of());
        lock.delete();
        deleteEmpty(folder, folder.getParent(), gallery);
      }
    } finally {
      lock.close();
    }
  }

  private static void deleteEmpty(Path... folders) throws IOException {
    for (Path each : folders) {
      if (isEmpty(each)) {
        Files.delete(each);
      }
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }
}
