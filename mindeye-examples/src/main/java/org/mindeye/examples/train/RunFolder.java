package org.mindeye.examples.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mindeye.core.MindEyeException;
import org.mindeye.core.io.StagedFile;
import org.mindeye.examples.config.ConfigFile;
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

  /** Refuses a folder with something in it, before any work. */
  void requireUnused() throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new FileAlreadyExistsException(folder.toString(), null, "a file is in the way");
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new FileAlreadyExistsException(
            folder.toString(),
            null,
            Files.exists(description())
                ? "there is a run already; go on with `mindeye train --resume "
                    + folder
                    + "`, or choose another folder"
                : "the folder is not empty; choose another one");
      }
    }
  }

  /**
   * Makes the folder, and takes it for this run.
   *
   * @throws FileAlreadyExistsException if another run has taken it
   */
  void claim() throws IOException {
    Files.createDirectories(folder);
    try {
      Files.createFile(description());
    } catch (FileAlreadyExistsException e) {
      FileAlreadyExistsException taken =
          new FileAlreadyExistsException(
              folder.toString(),
              null,
              "another run has taken the folder meanwhile; choose another one");
      taken.initCause(e);
      throw taken;
    }
  }

  /** Writes what the run is, in a folder that was claimed. */
  void begin(RunSource source, ModelConfig model, RunRecord record) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.set(SOURCE, JSON.valueToTree(source));
    root.set("model", JSON.valueToTree(model));
    root.set(RECORD, JSON.valueToTree(record));
    write(root);
  }

  /** Adds how the run ended. */
  void end(TrainingResult result) throws IOException {
    ObjectNode root = (ObjectNode) ConfigFile.open(description()).root();
    root.putObject("result")
        .put("end", result.end().name())
        .put("epochs", result.history().size())
        .put("steps", result.steps());
    write(root);
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
    if (!Files.exists(description())) {
      throw new NoSuchFileException(
          description().toString(), null, "no run was started in this folder");
    }
    return ConfigFile.open(description()).part(SOURCE).as(RunSource.class);
  }

  /**
   * Refuses other data or targets than the run began with.
   *
   * @param found what there is now
   */
  void requireSameData(RunRecord found) throws IOException {
    RunRecord begun =
        JSON.treeToValue(ConfigFile.open(description()).part(RECORD).root(), RunRecord.class);
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
   */
  void discard(boolean keep) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
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
