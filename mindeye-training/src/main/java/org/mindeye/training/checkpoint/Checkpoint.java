// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Collectors;
import org.mindeye.Plural;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.io.Sha256;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * A complete checkpoint: tensors and documents in a folder, each of the size and with the SHA-256
 * sum that its manifest states. Files that the manifest does not list are ignored, so that notes
 * can be put beside it; they go when the checkpoint is deleted. The folder may be copied and
 * renamed.
 */
public final class Checkpoint {
  static final String REMEDY = "the checkpoint is damaged: copy it again, or use another one";
  static final String TENSORS = ".safetensors";

  private final Path folder;
  private final Manifest manifest;

  Checkpoint(Path folder, Manifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /**
   * Opens a folder and verifies it, which reads every file once.
   *
   * @param folder of any name, with a {@code manifest.json}
   * @return its content, which must not be changed from now on
   * @throws IOException if a file cannot be read
   * @throws MalformedFileException if there is no checkpoint, or it is damaged; names the file
   */
  public static Checkpoint open(Path folder) throws IOException {
    Checkpoint checkpoint = complete(folder);
    for (Manifest.Entry file : checkpoint.manifest.files()) {
      Path path = folder.resolve(file.name());
      requireSum(path, file.sha256(), Sha256.read(path));
    }
    return checkpoint;
  }

  private static void requireSum(Path file, String expected, String found) {
    if (!found.equals(expected)) {
      throw damaged(file, "the SHA-256 sum " + expected, found + ", so its content has changed");
    }
  }

  /** Opens a folder whose files are all there and of the right size; their content may differ. */
  static Checkpoint complete(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new MalformedFileException(
          folder.toString(),
          "the folder of a checkpoint",
          (Files.exists(folder) ? "a file" : "nothing") + "; check the path");
    }
    Manifest manifest = Manifest.read(folder);
    for (Manifest.Entry file : manifest.files()) {
      Path path = folder.resolve(file.name());
      String found = found(path, file.bytes());
      if (!found.isEmpty()) {
        throw damaged(path, Plural.of(file.bytes(), "byte"), found);
      }
    }
    return new Checkpoint(folder, manifest);
  }

  /** What is there instead of a file of some size; empty if it is there. */
  private static String found(Path path, long bytes) throws IOException {
    try {
      BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
      if (!file.isRegularFile()) {
        return "something that is not a file";
      }
      return file.size() == bytes ? "" : Plural.of(file.size(), "byte");
    } catch (NoSuchFileException e) {
      return "no such file";
    }
  }

  private static MalformedFileException damaged(Path file, String expected, String found) {
    return new MalformedFileException(file.toString(), expected, found + "; " + REMEDY);
  }

  /**
   * Where it is.
   *
   * @return the folder it was opened with
   */
  public Path folder() {
    return folder;
  }

  /**
   * When it was written.
   *
   * @return the optimiser step
   */
  public long step() {
    return manifest.step();
  }

  /**
   * Whether it holds something.
   *
   * @param name of tensors, like {@code model}, or of a document, like {@code state.json}
   * @return true if {@link #tensors} or {@link #document} knows the name
   */
  public boolean has(String name) {
    return manifest.find(name.contains(".") ? name : name + TENSORS).isPresent()
        && !name.endsWith(TENSORS);
  }

  /**
   * Opens a file of tensors.
   *
   * @param name without {@code .safetensors}, like {@code model}
   * @return the tensors, which come back as they were written, bit for bit; those of float16 and
   *     bfloat16 into parameters of their type, and otherwise as float32 of the same value. The
   *     caller closes them
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if there are no such tensors
   */
  public StateDict tensors(String name) throws IOException {
    return WeightFiles.open(require(name, !name.contains("."), name + TENSORS));
  }

  /**
   * Lists the documents.
   *
   * @return names that {@link #document} knows, in the order they were written
   */
  public List<String> documents() {
    return manifest.files().stream()
        .map(Manifest.Entry::name)
        .filter(name -> !name.endsWith(TENSORS))
        .toList();
  }

  /**
   * Reads a document, and verifies it again.
   *
   * @param name the whole name of its file, like {@code state.json}
   * @return its bytes
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if its content has changed
   * @throws IllegalArgumentException if there is no such document
   */
  public byte[] document(String name) throws IOException {
    Path file = require(name, name.contains(".") && !name.endsWith(TENSORS), name);
    byte[] content = Files.readAllBytes(file);
    requireSum(file, manifest.find(name).orElseThrow().sha256(), Sha256.of(content));
    return content;
  }

  private Path require(String name, boolean suitable, String file) {
    if (!suitable || manifest.find(file).isEmpty()) {
      throw new IllegalArgumentException(
          folder
              + ": this checkpoint has no '"
              + name
              + "'; it has "
              + manifest.files().stream()
                  .map(Manifest.Entry::name)
                  .map(this::nameOf)
                  .collect(Collectors.joining(", ")));
    }
    return folder.resolve(file);
  }

  private String nameOf(String file) {
    return file.endsWith(TENSORS) ? file.substring(0, file.length() - TENSORS.length()) : file;
  }

  /**
   * For messages.
   *
   * @return the step and the folder
   */
  @Override
  public String toString() {
    return "step " + step() + " (" + folder + ")";
  }
}
