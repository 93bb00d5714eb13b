// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.mindeye.core.document.Document;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.checkpoint.CheckpointStore;

/**
 * The folder of one run for the program that trains it: where its checkpoints, logs and final
 * weights go, and a description of what the run is, which is written before the first step. Two
 * programs never train in one folder: {@link #claim} and {@link #reopen} lock it. {@link
 * TrainedRun} reads what such a folder holds.
 *
 * <pre>{@code
 * RunFolder folder = RunFolder.at(path);
 * folder.requireUnused();
 * try (FolderLock lock = folder.claim()) {
 *   folder.begin(options, shape, RunRecord.of(model, precision, training, validation));
 *   TrainingResult result =
 *       new MindEyeTrainer(config, new JsonLinesListener(folder.log()))
 *           .withCheckpoints(CheckpointPolicy.in(folder.checkpoints()))
 *           .train(model, training, validation);
 *   MindEyeWeights.write(folder.weights(), model, new Provenance(config, shape, record));
 *   folder.end(result);
 * }
 * }</pre>
 */
public final class RunFolder {
  private static final String CHECKPOINTS = "checkpoints";
  private static final String WEIGHTS = "model.safetensors";

  /** What the holder of the lock does, for messages to others. */
  private static final String USE = "trains";

  private final Path folder;
  private final RunNote note;

  private RunFolder(Path folder) {
    this.folder = folder;
    this.note = new RunNote(folder);
  }

  /**
   * Names a folder; nothing is read or written.
   *
   * @param folder of a run; need not exist
   * @return the places in it
   */
  public static RunFolder at(Path folder) {
    return new RunFolder(folder);
  }

  /** Whether a folder looks like a run's: it holds a description or checkpoints. */
  static boolean isOne(Path folder) {
    RunFolder run = at(folder);
    return Files.exists(run.description()) || Files.isDirectory(run.checkpoints());
  }

  /** Whether there may be weights of a run's end. */
  boolean isDone() {
    return Files.isRegularFile(weights());
  }

  /**
   * The folder itself.
   *
   * @return as it was given
   */
  public Path folder() {
    return folder;
  }

  /**
   * What the run is: see {@link #begin}.
   *
   * @return a file
   */
  public Path description() {
    return note.file();
  }

  /**
   * For {@link CheckpointPolicy#in}.
   *
   * @return a folder
   */
  public Path checkpoints() {
    return folder.resolve(CHECKPOINTS);
  }

  /**
   * For a {@link JsonLinesListener}.
   *
   * @return a file
   */
  public Path log() {
    return folder.resolve("log.jsonl");
  }

  /**
   * For {@link CsvListener#epochs}: a row per epoch.
   *
   * @return a file
   */
  public Path table() {
    return folder.resolve("epochs.csv");
  }

  /**
   * For a {@link TensorBoardListener}.
   *
   * @return a folder
   */
  public Path tensorBoard() {
    return folder.resolve("tensorboard");
  }

  /**
   * The weights at the end, for {@link MindEyeWeights#write}.
   *
   * @return a file
   */
  public Path weights() {
    return folder.resolve(WEIGHTS);
  }

  /**
   * Whether a run was begun here.
   *
   * @return true if there is a description; an empty one, as versions up to 0.1.0 made first, is
   *     none
   * @throws IOException if it cannot be looked at
   */
  public boolean isDescribed() throws IOException {
    return note.isWritten();
  }

  /**
   * Whether there is anything to resume from besides the run's sources.
   *
   * @return true if there is a checkpoint; it is not verified
   * @throws IOException if the folder cannot be read
   */
  public boolean isSaved() throws IOException {
    return CheckpointStore.holdsCheckpoints(checkpoints());
  }

  /**
   * Refuses a folder with something in it, before any work. What a run leaves that was killed
   * before it said what it is does not count.
   *
   * @throws FileAlreadyExistsException if a new run cannot begin here; says why
   * @throws IOException if the folder cannot be read
   */
  public void requireUnused() throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new FileAlreadyExistsException(folder.toString(), null, "a file is in the way");
    }
    if (isDescribed()) {
      throw new FileAlreadyExistsException(
          folder.toString(), null, "there is a run already; resume it, or choose another folder");
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (!files.allMatch(this::isLeftBeforeTheStart)) {
        throw new FileAlreadyExistsException(
            folder.toString(), null, "the folder is not empty; choose another one");
      }
    }
  }

  private boolean isLeftBeforeTheStart(Path file) {
    return file.getFileName().toString().equals(FolderLock.NAME) || note.isPartOf(file);
  }

  /**
   * Makes the folder, and takes it for a new run.
   *
   * @return keeps other runs out until it is closed
   * @throws FileAlreadyExistsException if another run has taken it
   * @throws IOException if it cannot be written, or a run is in progress in it
   */
  public FolderLock claim() throws IOException {
    FolderLock lock;
    try {
      Files.createDirectories(folder);
      lock = FolderLock.acquire(folder, USE);
    } catch (AccessDeniedException e) {
      throw new FileSystemException(
          folder.toString(),
          null,
          "cannot be written (" + e.getFile() + "); choose another folder");
    }
    try (CloseOnFailure taken = new CloseOnFailure()) {
      taken.add(lock);
      if (isDescribed()) {
        throw new FileAlreadyExistsException(
            folder.toString(),
            null,
            "another run has taken the folder meanwhile; choose another one");
      }
      StagedFile.sweep(folder);
      return taken.done(lock);
    }
  }

  /**
   * Takes the folder of a run to resume it, and removes what a killed process left half written.
   *
   * @return keeps other runs out until it is closed
   * @throws IOException if the folder cannot be written, or the run is in progress
   */
  public FolderLock reopen() throws IOException {
    try (CloseOnFailure taken = new CloseOnFailure()) {
      FolderLock lock = taken.add(FolderLock.acquire(folder, USE));
      StagedFile.sweep(folder);
      return taken.done(lock);
    }
  }

  /**
   * Writes what the run is, in a folder that was claimed.
   *
   * @param source from what and how it is trained, in the program's own terms; becomes JSON
   * @param model the shape of its networks, a {@link ModelConfig} for example; becomes JSON
   * @param record who trains them from what, a {@link RunRecord} for example; becomes JSON
   * @throws IOException if it cannot be written
   */
  public void begin(Object source, Object model, Object record) throws IOException {
    note.begin(source, model, record);
  }

  /**
   * Notes what the resumed run is made from, for the next time.
   *
   * @param source as in {@link #begin}
   * @param model the type of what {@link #begin} was given as that, whose migrations a note of an
   *     earlier schema goes through
   * @param record the same of the record
   * @throws IOException if it cannot be written
   */
  public void resume(Object source, Class<?> model, Class<?> record) throws IOException {
    note.resume(source, model, record);
  }

  /**
   * Adds how the run ended.
   *
   * @param result of the run
   * @throws IOException if it cannot be written
   */
  public void end(TrainingResult result) throws IOException {
    note.end(result);
  }

  /**
   * Whether the run is done and what it left is there, so that there is nothing to resume.
   *
   * @return true if it has ended, and weights, log and all rows of the table are there
   * @throws IOException if the folder cannot be read
   */
  public boolean isComplete() throws IOException {
    return note.epochs().isPresent()
        && Files.exists(weights())
        && Files.exists(log())
        && hasRows(note.epochs().getAsLong());
  }

  /** Whether the table is as long as the run. */
  private boolean hasRows(long epochs) throws IOException {
    if (!Files.exists(table())) {
      return false;
    }
    try (Stream<String> lines = Files.lines(table())) {
      return lines.count() == 1 + epochs;
    }
  }

  /**
   * Reads from what and how the run is trained.
   *
   * @return what {@link #begin} or {@link #resume} was given last
   * @throws NoSuchFileException if there is no run; says what there is
   * @throws IOException if the description cannot be read
   * @throws MalformedFileException if it is none, or of a later schema
   */
  public Document source() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(
          folder.toString(),
          null,
          Files.exists(folder) ? "a file; give the folder of a run" : "no such folder");
    }
    if (!isDescribed()) {
      throw new NoSuchFileException(
          description().toString(),
          null,
          Files.exists(description())
              ? "the run was killed before it noted what it is, and has trained nothing; start it"
                  + " again as a new one in "
                  + folder
              : "no run was started in this folder");
    }
    return note.source();
  }

  /**
   * Reads who trains from what, as it was noted when the run began.
   *
   * @param type of what {@link #begin} was given, {@link RunRecord} for example
   * @param <T> the same
   * @return the record
   * @throws IOException if the description cannot be read
   * @throws MalformedFileException if it has no such record; names the key
   */
  public <T> T record(Class<T> type) throws IOException {
    return note.record(type);
  }

  /** What the run noted about itself. */
  RunNote note() {
    return note;
  }

  /**
   * Deletes what a run that never took a step has written.
   *
   * @param keep whether the folder itself was there before, empty
   * @param lock of this run
   * @throws IOException if something cannot be deleted
   */
  public void discard(boolean keep, FolderLock lock) throws IOException {
    lock.delete();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Folders.delete(file);
      }
    }
    if (!keep) {
      Files.delete(folder);
    }
  }

  /**
   * For messages.
   *
   * @return the folder
   */
  @Override
  public String toString() {
    return folder.toString();
  }
}
