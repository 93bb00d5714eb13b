// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.io.Folders;

/** What is to be written, checked. */
final class CheckpointContent {
  /** For folders, the manifest, and the last block of every file. */
  private static final long SLACK = 1 << 20;

  /**
   * Bytes of a tensor's type, shape and place in addition to its name, which JSON may spell longer.
   */
  private static final long HEADER = 256;

  private static final int LONGEST_ESCAPE = 6;

  /**
   * Those a {@link org.mindeye.core.weights.StateDict} gives back as they were, those of 16 bits
   * into parameters of their type.
   */
  private static final Set<DataType> TYPES =
      EnumSet.of(
          DataType.FLOAT32,
          DataType.FLOAT16,
          DataType.BFLOAT16,
          DataType.INT32,
          DataType.INT64,
          DataType.UINT8,
          DataType.BOOLEAN);

  private final long step;
  private final Map<String, Map<String, NDArray>> tensors;
  private final Map<String, Map<String, String>> metadata;
  private final Map<String, byte[]> documents;

  CheckpointContent(
      long step,
      Map<String, Map<String, NDArray>> tensors,
      Map<String, Map<String, String>> metadata,
      Map<String, byte[]> documents) {
    if (step < 0) {
      throw new IllegalArgumentException("a step is 0 or more but this one is " + step);
    }
    this.step = step;
    this.tensors = new TreeMap<>(tensors);
    this.metadata = Map.copyOf(metadata);
    this.documents = new TreeMap<>(documents);
    this.tensors.forEach(CheckpointContent::check);
    this.metadata.keySet().forEach(this::requireTensors);
    this.documents.keySet().forEach(CheckpointContent::checkDocument);
  }

  private void requireTensors(String noted) {
    if (!tensors.containsKey(noted)) {
      throw new IllegalArgumentException(
          "metadata for '" + noted + "', but the tensors are " + tensors.keySet());
    }
  }

  private static void check(String name, Map<String, NDArray> group) {
    if (!Manifest.isFileName(name) || name.contains(".")) {
      throw new IllegalArgumentException(
          "tensors are called by lower-case letters, digits, '-' and '_', like model, but not '"
              + name
              + "'");
    }
    group.forEach(
        (tensor, array) -> {
          DataType type = DataTypes.of(array);
          if (!TYPES.contains(type)) {
            throw new IllegalArgumentException(
                name
                    + ": tensor '"
                    + tensor
                    + "' is "
                    + type
                    + ", which does not come back bit for bit; convert it to one of "
                    + TYPES);
          }
        });
  }

  private static void checkDocument(String name) {
    if (!Manifest.isFileName(name) || !name.contains(".") || name.endsWith(Checkpoint.TENSORS)) {
      throw new IllegalArgumentException(
          "documents are called by lower-case letters, digits, '-', '_' and an ending, like"
              + " state.json, but not '"
              + name
              + "'");
    }
  }

  long step() {
    return step;
  }

  /** Bytes on the disk, estimated from above. */
  long bytes() {
    long sum = SLACK;
    for (Map<String, NDArray> group : tensors.values()) {
      for (Map.Entry<String, NDArray> entry : group.entrySet()) {
        NDArray array = entry.getValue();
        sum += HEADER + (long) LONGEST_ESCAPE * entry.getKey().length();
        sum += array.size() * DataTypes.of(array).getNumOfBytes();
      }
    }
    for (Map<String, String> notes : metadata.values()) {
      for (Map.Entry<String, String> note : notes.entrySet()) {
        sum += (long) LONGEST_ESCAPE * (note.getKey().length() + note.getValue().length());
      }
    }
    for (byte[] document : documents.values()) {
      sum += document.length;
    }
    return sum;
  }

  /** Creates a folder and writes all files, the manifest last; all is on the disk then. */
  Manifest write(Path folder, Disk disk) throws IOException {
    Files.createDirectory(folder);
    List<Manifest.Entry> files = new ArrayList<>();
    for (Map.Entry<String, Map<String, NDArray>> group : tensors.entrySet()) {
      Path path = folder.resolve(group.getKey() + Checkpoint.TENSORS);
      try (HashedFile file = HashedFile.create(path, disk)) {
        WeightFiles.write(file, group.getValue(), metadata.getOrDefault(group.getKey(), Map.of()));
        files.add(file.finish());
      }
    }
    for (Map.Entry<String, byte[]> document : documents.entrySet()) {
      files.add(write(folder.resolve(document.getKey()), document.getValue(), disk));
    }
    Manifest manifest = new Manifest(step, files);
    write(folder.resolve(Manifest.NAME), manifest.toBytes(), disk);
    Folders.force(folder);
    return manifest;
  }

  private static Manifest.Entry write(Path path, byte[] content, Disk disk) throws IOException {
    try (HashedFile file = HashedFile.create(path, disk)) {
      file.write(ByteBuffer.wrap(content));
      return file.finish();
    }
  }
}
