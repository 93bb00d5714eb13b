// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import java.awt.image.BufferedImage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.mindeye.cli.reconstruct.PaintedRecord.Painted;
import org.mindeye.cli.reconstruct.PaintedRecord.Picture;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.pipeline.Candidate;
import org.mindeye.core.pipeline.Reconstruction;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.Sha256;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.training.RunRecord.Software;

/**
 * Where pictures go. Each file appears whole or not at all, and a picture counts as done when
 * {@value #RECORD} names it: a folder in which a process was killed can be continued.
 */
final class PaintedFolder implements Closeable {
  static final String RECORD = "reconstruct.json";
  private static final String SHEET = "contact-sheet.html";
  private static final String USE = "paints pictures";

  private final Path folder;
  private final FolderLock lock;
  private PaintedRecord record;

  private PaintedFolder(Path folder, FolderLock lock, PaintedRecord record) {
    this.folder = folder;
    this.lock = lock;
    this.record = record;
  }

  /**
   * Refuses a folder that is in use for something else, before any work.
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
    if (Files.exists(folder.resolve(RECORD))) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      boolean ours =
          files.allMatch(
              file ->
                  file.getFileName().toString().equals(FolderLock.NAME)
                      || StagedFile.isStaged(file));
      if (!ours) {
        throw new FileAlreadyExistsException(
            folder.toString(),
            null,
            "the folder is not empty, and has no " + RECORD + " to continue; choose another one");
      }
    }
  }

  /**
   * Takes a new folder, or one to continue.
   *
   * @throws FileAlreadyExistsException if it holds what was painted otherwise; says the differences
   * @throws IOException if it cannot be written, or another process paints in it
   */
  static PaintedFolder claim(Path folder, PaintingRequest request) throws IOException {
    requireUsable(folder);
    Files.createDirectories(folder);
    try (CloseOnFailure taken = new CloseOnFailure()) {
      FolderLock lock = taken.add(FolderLock.acquire(folder, USE));
      StagedFile.sweep(folder);
      Path file = folder.resolve(RECORD);
      PaintedRecord record =
          Files.exists(file) ? Document.read(file).as(PaintedRecord.class) : null;
      if (record == null || record.pictures().isEmpty()) { // nothing that could be mixed up
        record = new PaintedRecord(Software.ofThisProcess(), request, List.of());
        StagedFile.write(file, DocumentWriter.bytes(record));
      } else {
        requireSame(folder, record.request(), request);
      }
      return taken.done(new PaintedFolder(folder, lock, record));
    }
  }

  private static void requireSame(Path folder, PaintingRequest there, PaintingRequest now)
      throws IOException {
    List<String> differences = there.differences(now);
    if (!differences.isEmpty()) {
      throw new FileAlreadyExistsException(
          folder.toString(),
          null,
          "it has pictures that were painted otherwise ("
              + String.join("; ", differences)
              + "); choose another folder, or paint as there");
    }
  }

  /**
   * Deletes what a folder's record names. The record stays, empty: the folder remains ours,
   * whatever else is in it.
   *
   * @throws FileAlreadyExistsException if it holds other files and no record
   */
  static void clear(Path folder) throws IOException {
    requireUsable(folder);
    Path file = folder.resolve(RECORD);
    if (Files.notExists(file)) {
      return;
    }
    try (FolderLock taken = FolderLock.acquire(folder, USE)) {
      StagedFile.sweep(folder);
      PaintedRecord old = Document.read(file).as(PaintedRecord.class);
      for (Picture picture : old.pictures()) {
        for (String name : picture.files().toList()) {
          Files.deleteIfExists(folder.resolve(name));
        }
      }
      Files.deleteIfExists(folder.resolve(SHEET));
      PaintedRecord empty = new PaintedRecord(old.software(), old.request(), List.of());
      StagedFile.write(file, DocumentWriter.bytes(empty));
    }
  }

  /** What is done. */
  PaintedRecord record() {
    return record;
  }

  /** Whether all was painted, and is still there, that this very response asks for. */
  boolean holds(Trial trial) {
    String response = response(trial);
    return record.pictures().stream()
        .anyMatch(
            done ->
                done.key().equals(trial.key())
                    && done.response().equals(response)
                    && done.files().allMatch(name -> Files.exists(file(name))));
  }

  /** Another one for each response, also for that of other data to the same picture. */
  private static String response(Trial trial) {
    float[] voxels = trial.meanVoxels();
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(voxels.length, Float.BYTES));
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(voxels);
    MessageDigest sum = Sha256.create();
    sum.update(bytes);
    return Sha256.hex(sum);
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  Path sheet() {
    return file(SHEET);
  }

  /** Writes what was painted of one response, and notes it. */
  Picture add(Trial trial, Reconstruction painted) throws IOException {
    String stem = stem(trial);
    String chosen = write(stem, painted.image());
    String blurry =
        painted.blurry().isPresent() ? write(stem + "-blurry", painted.blurry().get()) : null;
    List<Painted> candidates = new ArrayList<>();
    for (Candidate each : painted.candidates()) {
      String kept =
          record.request().everyCandidate()
              ? write(stem + "-seed" + each.seed(), each.image())
              : null;
      Double score = each.score().isPresent() ? each.score().getAsDouble() : null;
      candidates.add(new Painted(each.seed(), score, kept));
    }
    double seconds = painted.timings().total().toMillis() / 1e3;
    Picture picture =
        new Picture(
            trial.key(), trial.cocoId(), response(trial), chosen, blurry, candidates, seconds);
    List<Picture> pictures = new ArrayList<>(record.pictures());
    pictures.removeIf(other -> other.key().equals(trial.key()));
    pictures.add(picture);
    record = new PaintedRecord(record.software(), record.request(), pictures);
    StagedFile.write(file(RECORD), DocumentWriter.bytes(record));
    return picture;
  }

  private String write(String stem, BufferedImage image) throws IOException {
    String name = stem + ".png";
    EncodedImage png = EncodedImage.png(SampleOrigin.memory(name), image);
    StagedFile.write(file(name), png.encoded().bytes());
    return name;
  }

  /** The key; where that is no plain name, with the number of the picture behind it. */
  private static String stem(Trial trial) {
    String plain = trial.key().replaceAll("[^A-Za-z0-9_-]", "_");
    return plain.equals(trial.key()) ? plain : plain + "-" + trial.cocoId();
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
