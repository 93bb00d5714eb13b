// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.cli.config.ConfigFile;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.data.Trial;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.RunRecord;
import org.mindeye.training.TrainingResult;

/**
 * Where a run puts its files.
 *
 * @param folder the folder itself
 */
record RunFolder(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SOURCE = "run";
  private static final String RECORD = "record";
  private static final String RESULT = "result";

  /** What the holder of the lock does, as others are told. */
  private static final String USE = "trains";

  private static final String STAGED_DESCRIPTION = ".run.json.";

  /** What the run is: see {@link #begin}. */
  Path description() {
    return folder.resolve("run.json");
  }

  Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  Path log() {
    return folder.resolve("log.jsonl");
  }

  /** A row per epoch. */
  Path table() {
    return folder.resolve("epochs.csv");
  }

  Path tensorBoard() {
    return folder.resolve("tensorboard");
  }

  /** The weights at the end, under the published names. */
  Path weights() {
    return folder.resolve("model.safetensors");
  }

  Path html() {
    return folder.resolve("report.html");
  }

  Path report() {
    return folder.resolve("report.json");
  }

  /**
   * Refuses a folder with something in it, before any work. What a run leaves that was killed
   * before it said what it is does not count.
   */
  void requireUnused() throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new FileAlreadyExistsException(folder.toString(), null, "a file is in the way");
    }
    if (isDescribed()) {
      throw new FileAlreadyExistsException(
          folder.toString(),
          null,
          "there is a run already; go on with `mindeye train --resume "
              + folder
              + "`, or choose another folder");
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (!files.allMatch(this::isLeftBeforeTheStart)) {
        throw new FileAlreadyExistsException(
            folder.toString(), null, "the folder is not empty; choose another one");
      }
    }
  }

  /** Versions up to 0.1.0 made an empty description first. */
  private boolean isDescribed() throws IOException {
    return Files.exists(description()) && Files.size(description()) > 0;
  }

  private boolean isLeftBeforeTheStart(Path file) {
    String name = file.getFileName().toString();
    return name.equals(FolderLock.NAME)
        || name.equals(description().getFileName().toString())
        || name.startsWith(STAGED_DESCRIPTION) && StagedFile.isStaged(file);
  }

  /**
   * Makes the folder, and takes it for a new run.
   *
   * @return keeps other runs out until it is closed
   * @throws FileAlreadyExistsException if another run has taken it
   * @throws IOException if it cannot be written, or a run is going on in it
   */
  FolderLock claim() throws IOException {
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
   * Takes the folder of a run to go on with it, and removes what a killed process left half
   * written.
   *
   * @return keeps other runs out until it is closed
   * @throws IOException if the folder cannot be written, or the run is going on
   */
  FolderLock reopen() throws IOException {
    try (CloseOnFailure taken = new CloseOnFailure()) {
      FolderLock lock = taken.add(FolderLock.acquire(folder, USE));
      StagedFile.sweep(folder);
      return taken.done(lock);
    }
  }

  /** What of the run can be used as weights, in words; nothing if this is no run's folder. */
  List<String> trained() throws IOException {
    List<String> words = new ArrayList<>();
    if (Files.exists(weights())) {
      words.add("its weights, " + weights());
    }
    if (Files.isDirectory(checkpoints())) {
      try (Stream<Path> steps = Files.list(checkpoints())) {
        steps
            .filter(step -> step.getFileName().toString().startsWith("step-"))
            .max(Comparator.naturalOrder())
            .ifPresent(step -> words.add("the folder of a checkpoint, for example " + step));
      }
    }
    return words;
  }

  /** Writes what the run is, in a folder that was claimed. */
  void begin(RunSource source, ModelConfig model, RunRecord record) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.set(SOURCE, JSON.valueToTree(source));
    root.set("model", JSON.valueToTree(model));
    root.set(RECORD, JSON.valueToTree(record));
    write(root);
  }

  /** Notes from where and how the run goes on, for the next time. */
  void goOn(RunSource source) throws IOException {
    ObjectNode root = (ObjectNode) ConfigFile.open(description()).root();
    root.set(SOURCE, JSON.valueToTree(source));
    root.remove(RESULT);
    write(root);
  }

  /** Adds how the run ended. */
  void end(TrainingResult result) throws IOException {
    ObjectNode root = (ObjectNode) ConfigFile.open(description()).root();
    root.putObject(RESULT)
        .put("end", result.end().name())
        .put("epochs", result.history().size())
        .put("steps", result.steps());
    write(root);
  }

  /** Whether the run is done and what it left is there, so that there is nothing to go on with. */
  boolean isComplete() throws IOException {
    JsonNode result = ConfigFile.open(description()).root().path(RESULT);
    if (result.isMissingNode() || !Files.exists(weights()) || !Files.exists(log())) {
      return false;
    }
    return hasRows(result.path("epochs").asInt());
  }

  /** Whether the table is as long as the run. */
  private boolean hasRows(int epochs) throws IOException {
    if (!Files.exists(table())) {
      return false;
    }
    try (Stream<String> lines = Files.lines(table())) {
      return lines.count() == 1 + epochs;
    }
  }

  private void write(ObjectNode root) throws IOException {
    StagedFile.write(description(), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
  }

  /**
   * Reads what {@link #begin} wrote.
   *
   * @throws NoSuchFileException if there is no run
   */
  RunSource source() throws IOException {
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
                  + " again with --out "
                  + folder
              : "no run was started in this folder");
    }
    return ConfigFile.open(description()).part(SOURCE).as(RunSource.class).seenFrom(folder);
  }

  /**
   * Refuses other data or targets than the run began with.
   *
   * @param found what there is now
   */
  void requireSameData(RunRecord found) throws IOException {
    requireSame(begun(), found);
  }

  /** The same before targets are made. */
  void requireSameInputs(List<Trial> training, List<Trial> validation, ClipFingerprint encoder)
      throws IOException {
    RunRecord begun = begun();
    requireSame(begun, begun.withInputs(training, validation, encoder));
  }

  private RunRecord begun() throws IOException {
    return JSON.treeToValue(ConfigFile.open(description()).part(RECORD).root(), RunRecord.class);
  }

  private void requireSame(RunRecord begun, RunRecord found) {
    Map<String, String> differences = begun.differencesTo(found);
    if (!differences.isEmpty()) {
      throw new MindEyeException(
          description()
              + ": the run began with other data or targets: "
              + differences
              + "; give the same, or start a new run");
    }
  }

  /**
   * Deletes what a run that never took a step has written.
   *
   * @param keep whether the folder itself was there before, empty
   * @param lock of this run
   */
  void discard(boolean keep, FolderLock lock) throws IOException {
    lock.delete();
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      if (!keep || !path.equals(folder)) {
        Files.deleteIfExists(path);
      }
    }
  }
}
