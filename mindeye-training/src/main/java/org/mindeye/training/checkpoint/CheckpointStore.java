// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.ProcessEnd;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The checkpoints of one training run: a folder with a folder {@code step-000001234} for each. A
 * checkpoint holds groups of tensors ({@code model.safetensors}), documents ({@code state.json})
 * and a {@code manifest.json} with the sizes and SHA-256 sums of the others.
 *
 * <p>A checkpoint appears under its name only when all of it is on the disk, and disappears in one
 * step: whenever the process is killed or the power fails, what was complete before is so
 * afterwards. A process that is terminated deletes what is half done; what a killed one left has
 * names that start with a dot, and the next {@link #open} removes it.
 *
 * <p>An open store is its folder's only writer: a second one is refused until this one is closed or
 * its process has ended. A {@link CheckpointReader} reads beside it. Not safe for concurrent use.
 */
public final class CheckpointStore implements AutoCloseable {

  private final Path folder;
  private final StoreFolder files;
  private final CheckpointReader reader;
  private final Disk disk;
  private final FolderLock lock;
  private boolean closed;

  private CheckpointStore(Path folder, Disk disk, FolderLock lock) throws IOException {
    this.folder = folder;
    this.files = new StoreFolder(folder);
    this.reader = CheckpointReader.open(folder);
    this.disk = disk;
    this.lock = lock;
  }

  /**
   * Opens a folder for writing, and removes what dead writers left half done.
   *
   * @param folder created if it is missing, with its parents
   * @return the store; the caller closes it
   * @throws IOException if the folder cannot be written, or another store has it open
   */
  public static CheckpointStore open(Path folder) throws IOException {
    return open(folder, Disk.of(folder));
  }

  /**
   * Looks whether there is anything to resume from, without opening the store.
   *
   * @param folder of a store; need not exist
   * @return whether it holds a checkpoint with a manifest; none is verified
   * @throws IOException if the folder cannot be read
   */
  public static boolean holdsCheckpoints(Path folder) throws IOException {
    return Files.isDirectory(folder) && !new StoreFolder(folder).complete().isEmpty();
  }

  /** On a disk of the test's. */
  static CheckpointStore open(Path folder, Disk disk) throws IOException {
    Files.createDirectories(folder);
    try (CloseOnFailure opened = new CloseOnFailure()) {
      FolderLock lock = opened.add(FolderLock.acquire(folder, "writes checkpoints"));
      CheckpointStore store = new CheckpointStore(folder, disk, lock);
      store.files.recover();
      return opened.done(store);
    }
  }

  /**
   * Writes a checkpoint, which is on the disk when this returns. It is digested while it is
   * written, not read back. A checkpoint of the same step is replaced.
   *
   * @param step the optimiser step, 0 or more
   * @param tensors groups by name, like {@code model}: lower-case letters, digits, '-' and '_'; in
   *     each, tensors by name, any shape, float32, float16, bfloat16, int32, int64, uint8 or
   *     boolean
   * @param metadata texts by key that the file of a group notes beside its tensors, by the name of
   *     the group, so that it says what it is where it is read alone; a group may be left out
   * @param documents content by file name, like {@code state.json}: the same characters and at
   *     least one dot
   * @return the checkpoint, not read again
   * @throws DiskSpaceException if the disk is too small, or fills up; see there
   * @throws IOException if the disk refuses; nothing unfinished of the checkpoint is left then, and
   *     all others are untouched
   * @throws IllegalArgumentException if a name, a type or the step is none of these
   */
  public Checkpoint write(
      long step,
      Map<String, Map<String, NDArray>> tensors,
      Map<String, Map<String, String>> metadata,
      Map<String, byte[]> documents)
      throws IOException {
    requireOpen();
    CheckpointContent content = new CheckpointContent(step, tensors, metadata, documents);
    String before = untouched();
    long usable = disk.usable();
    if (usable < content.bytes()) {
      throw full(
          content, usable, "the disk has " + Plural.of(usable, "byte") + " left", before, null);
    }
    Path target = files.checkpoint(step);
    Path temporary = StoreNames.temporary(target);
    try (ProcessEnd.Registration unfinished = ProcessEnd.unfinished(temporary);
        CloseOnFailure begun = new CloseOnFailure()) {
      begun.undo(() -> files.discard(temporary));
      Manifest manifest = content.write(temporary, disk);
      ProcessEnd.commit(() -> files.publish(temporary, target));
      return begun.done(new Checkpoint(target, manifest));
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw explained(content, before, e);
    }
  }

  private IOException explained(CheckpointContent content, String before, IOException failure)
      throws IOException {
    if (Disk.isFull(failure)) {
      return full(content, disk.usable(), "the disk filled up meanwhile", before, failure);
    }
    return new IOException(
        folder
            + ": the checkpoint of step "
            + content.step()
            + " could not be written: "
            + failure
            + ". Nothing unfinished of it is left; "
            + before,
        failure);
  }

  private DiskSpaceException full(
      CheckpointContent content, long usable, String found, String before, IOException cause) {
    String message =
        folder
            + ": the checkpoint of step "
            + content.step()
            + " needs "
            + Plural.of(content.bytes(), "byte")
            + " but "
            + found
            + ". Free "
            + Plural.of(Math.max(content.bytes() - usable, 0), "byte")
            + " or more, or keep fewer checkpoints. Nothing unfinished of it is left; "
            + before;
    return new DiskSpaceException(message, content.bytes(), usable, cause);
  }

  /** What a failed writer can resume from. */
  private String untouched() throws IOException {
    List<Long> steps = files.complete();
    return steps.isEmpty()
        ? "there is no earlier checkpoint"
        : "the newest checkpoint, untouched, is "
            + files.checkpoint(steps.get(steps.size() - 1)).getFileName();
  }

  /**
   * The same checkpoints for reading.
   *
   * @return of use when this is closed, too
   */
  public CheckpointReader reader() {
    return reader;
  }

  /**
   * Lists the checkpoints.
   *
   * @return the steps of those that have a manifest, ascending; they are not verified
   * @throws IOException if the folder cannot be read
   */
  public List<Long> steps() throws IOException {
    requireOpen();
    return files.complete();
  }

  /**
   * Finds the intact checkpoint of the highest step. A damaged one above it, or one that cannot be
   * read, is skipped with a warning that names the file and the reason.
   *
   * @return verified, which reads every file once; empty if there are no checkpoints at all
   * @throws IOException if the folder cannot be read
   * @throws MalformedFileException if there are checkpoints but none is intact; says why of each
   */
  public Optional<Checkpoint> newest() throws IOException {
    requireOpen();
    return reader.newest();
  }

  /**
   * Finds the checkpoint of a step.
   *
   * @param step the step
   * @return verified, which reads every file once
   * @throws IOException if a file cannot be read
   * @throws MalformedFileException if it is damaged; names the file
   * @throws MindEyeException if there is none; says which there are
   */
  public Checkpoint at(long step) throws IOException {
    requireOpen();
    return reader.at(step);
  }

  /**
   * Gives a checkpoint a name, taking it from the one that had it. The mark is a file of that name
   * with the step in it.
   *
   * @param name like {@code best}: lower-case letters, digits, '-' and '_'
   * @param step of a checkpoint
   * @throws IOException if the disk refuses; the mark is then as it was
   * @throws MindEyeException if there is no such checkpoint
   * @throws IllegalArgumentException if no such name can be given
   */
  public void mark(String name, long step) throws IOException {
    requireOpen();
    StoreNames.checkMark(name);
    if (!files.complete().contains(step)) {
      throw reader.absent(step);
    }
    StagedFile.write(folder.resolve(name), (step + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Finds what {@link #mark} named.
   *
   * @param name the mark
   * @return the step, whose checkpoint is there unless {@link #keep} did not know of the mark;
   *     empty if nothing was given the name
   * @throws IOException if the mark cannot be read
   * @throws MalformedFileException if its file holds something else
   */
  public OptionalLong marked(String name) throws IOException {
    requireOpen();
    return reader.marked(name);
  }

  /**
   * Deletes old checkpoints. Those whose files are not all there in their size do not count, so
   * that a damaged one never takes an intact one's place; contents are not read. What is newer than
   * the oldest one kept stays whatever its state, and so do folders without a manifest.
   *
   * @param newest how many of the highest steps stay, 1 or more
   * @param marks names whose checkpoints stay as well; nothing need have these names yet
   * @throws IOException if the disk refuses; what was not deleted is complete then
   * @throws MalformedFileException if the file of a mark is damaged; nothing is deleted then
   */
  public void keep(int newest, String... marks) throws IOException {
    keepUpTo(Long.MAX_VALUE, newest, marks);
  }

  /**
   * As {@link #keep}, for a writer that went back past a damaged checkpoint: those of higher steps
   * are neither counted nor deleted, so that they never take the place of what is written now.
   *
   * @param step where the writer is
   * @param newest how many of the highest steps up to this one stay, 1 or more
   * @param marks names whose checkpoints stay as well; nothing need have these names yet
   * @throws IOException if the disk refuses; what was not deleted is complete then
   * @throws MalformedFileException if the file of a mark is damaged; nothing is deleted then
   */
  public void keepUpTo(long step, int newest, String... marks) throws IOException {
    requireOpen();
    if (newest < 1) {
      throw new IllegalArgumentException(
          "at least one checkpoint has to be kept, but " + newest + " were requested");
    }
    Set<Long> kept = new HashSet<>();
    for (String name : marks) {
      marked(name).ifPresent(kept::add);
    }
    List<Long> steps = files.complete().stream().filter(found -> found <= step).toList();
    int sound = 0;
    List<Long> old = new ArrayList<>();
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (sound == newest && !kept.contains(steps.get(i))) {
        old.add(steps.get(i));
      } else if (sound < newest && files.isSound(steps.get(i))) {
        sound++;
      }
    }
    files.delete(old);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          folder + ": this store is closed; open it again with CheckpointStore.open");
    }
  }

  /**
   * Lets other writers in. Closing twice is harmless.
   *
   * @throws IOException if the disk refuses
   */
  @Override
  public void close() throws IOException {
    closed = true;
    lock.close();
  }
}
