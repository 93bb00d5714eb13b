// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.mindeye.MindEyeException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run for those who only read them: beside a run that is writing, and in a
 * folder that cannot be written. Takes no lock and changes nothing; a {@link CheckpointStore}
 * writes. A running training deletes old checkpoints: what was listed may be gone when it is read.
 */
public final class CheckpointReader {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointReader.class);
  private static final Pattern MARK_CONTENT = Pattern.compile("\\d{1,18}\n");
  private static final int MOST_SHOWN = 40;

  private final Path folder;
  private final StoreFolder files;

  private CheckpointReader(StoreFolder files, Path folder) {
    this.folder = folder;
    this.files = files;
  }

  /**
   * Reads the folder again on every call.
   *
   * @param folder of a store
   * @return the reader, which holds nothing open
   * @throws NoSuchFileException if there is no such folder
   * @throws NotDirectoryException if it is a file
   */
  public static CheckpointReader open(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "no such folder of checkpoints");
    }
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    return new CheckpointReader(new StoreFolder(folder), folder);
  }

  /**
   * Whether a folder is a checkpoint, of any name, and no store of several.
   *
   * @param folder need not exist
   * @return true if it has a manifest; it is not verified
   */
  public static boolean isCheckpoint(Path folder) {
    return Files.isRegularFile(folder.resolve(Manifest.NAME));
  }

  /**
   * Looks at a single checkpoint as at a store that has no other.
   *
   * @param folder of the checkpoint, of any name
   * @return the reader, which holds nothing open
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is no checkpoint; names the file
   */
  public static CheckpointReader openOne(Path folder) throws IOException {
    return new CheckpointReader(
        new OneCheckpoint(folder, Checkpoint.complete(folder).step()), folder);
  }

  /**
   * Where they are.
   *
   * @return the folder
   */
  public Path folder() {
    return folder;
  }

  /**
   * Lists the checkpoints.
   *
   * @return the steps of those that have a manifest, ascending; they are not verified
   * @throws IOException if the folder cannot be read
   */
  public List<Long> steps() throws IOException {
    return files.complete();
  }

  /**
   * Where the checkpoint of a step is.
   *
   * @param step need not be there
   * @return its folder
   */
  public Path place(long step) {
    return files.checkpoint(step);
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
    return newest(reason -> {});
  }

  /**
   * The same for those who want to know what was skipped.
   *
   * @param skipped called for each, with its file and what is wrong with it
   * @return verified; empty if there are no checkpoints at all
   * @throws IOException if the folder cannot be read
   * @throws MalformedFileException if there are checkpoints but none is intact; says why of each
   */
  public Optional<Checkpoint> newest(Consumer<String> skipped) throws IOException {
    List<Long> steps = files.all();
    List<String> reasons = new ArrayList<>();
    for (int i = steps.size() - 1; i >= 0; i--) {
      String reason;
      try {
        return Optional.of(verified(steps.get(i)));
      } catch (MalformedFileException e) {
        reason = e.getMessage();
      } catch (IOException e) {
        reason = files.checkpoint(steps.get(i)) + ": cannot be read: " + e;
      }
      if (!Files.exists(files.checkpoint(steps.get(i)))) {
        continue; // deleted meanwhile
      }
      LOG.warn(
          "skipping a checkpoint for the one before it: {}. Delete its folder if you need it no"
              + " more",
          reason);
      reasons.add(reason);
      skipped.accept(reason);
    }
    if (reasons.isEmpty()) {
      return Optional.empty();
    }
    throw new MalformedFileException(
        folder.toString(),
        "an intact checkpoint",
        reasons.size()
            + " damaged ones (copy one of them here again, or start a new run in another folder):\n"
            + String.join("\n", reasons));
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
    if (!files.all().contains(step)) {
      throw absent(step);
    }
    return verified(step);
  }

  private Checkpoint verified(long step) throws IOException {
    return named(step, Checkpoint.open(files.checkpoint(step)));
  }

  /**
   * Opens the checkpoint of a step for its documents: files are there in their size, but only what
   * {@link Checkpoint#document} reads is verified.
   *
   * @param step the step
   * @return not verified
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if a file is missing or of another size
   */
  public Checkpoint unverified(long step) throws IOException {
    return named(step, Checkpoint.complete(files.checkpoint(step)));
  }

  private Checkpoint named(long step, Checkpoint checkpoint) {
    if (checkpoint.step() != step) {
      throw new MalformedFileException(
          files.checkpoint(step).toString(),
          "the checkpoint of step " + step,
          "that of step " + checkpoint.step() + "; give the folder its name back");
    }
    return checkpoint;
  }

  MindEyeException absent(long step) throws IOException {
    return new MindEyeException(
        folder + ": there is no checkpoint of step " + step + "; there are " + files.complete());
  }

  /**
   * Finds what {@link CheckpointStore#mark} named.
   *
   * @param name the mark
   * @return the step, whose checkpoint is there unless {@link CheckpointStore#keep} did not know of
   *     the mark; empty if nothing was given the name
   * @throws IOException if the mark cannot be read
   * @throws MalformedFileException if its file holds something else
   */
  public OptionalLong marked(String name) throws IOException {
    StoreNames.checkMark(name);
    Path file = folder.resolve(name);
    String content;
    try {
      content = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
    if (!MARK_CONTENT.matcher(content).matches()) {
      throw new MalformedFileException(
          file.toString(),
          "a step",
          "'"
              + content.substring(0, Math.min(MOST_SHOWN, content.length())).strip()
              + "'; write the step of a checkpoint into it, or delete it");
    }
    return OptionalLong.of(Long.parseLong(content.strip()));
  }
}
