// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.description;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.description.DataDescription.Part;
import org.mindeye.data.hdf5.Hdf5Dataset;
import org.mindeye.data.hdf5.Hdf5File;
import org.mindeye.data.internal.text.TextTable;
import org.mindeye.data.matlab.MatFile;
import org.mindeye.data.webdataset.ShardContents;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.torch.CheckpointNode;
import org.mindeye.formats.torch.NumpyObjects;

/** Describes a file by its content, and by its name where that says more. */
final class FileDescriber {
  /** More than any header of a NumPy file needs to show its type. */
  private static final int HEADER = 256;

  private final Path file;
  private final String name;
  private final List<Part> parts = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private FileDescriber(Path file) {
    this.file = file;
    this.name = file.getFileName().toString();
  }

  static DataDescription of(Path file) throws IOException {
    FileDescriber describer = new FileDescriber(file);
    String format = describer.look();
    String what =
        Known.file(describer.name).map(known -> known + " (" + format + ")").orElse(format);
    return new DataDescription(file, what, describer.parts, describer.notes, List.of());
  }

  /** Adds parts and notes; returns what the format is called. */
  private String look() throws IOException {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".mgh") || lower.endsWith(".mgz")) {
      return volume("an MGH image");
    }
    return switch (FileKind.detect(file)) {
      case HDF5 -> datasets("HDF5");
      case MAT_73 -> datasets("MATLAB 7.3, which is HDF5");
      case MAT -> variables();
      case NIFTI, NIFTI_GZ -> volume("a NIfTI-1 image");
      case NPY -> array();
      case NPZ -> arrays();
      case TAR -> shard();
      case PNG, JPEG -> picture();
      case JSON -> text("JSON");
      case TEXT -> table(lower);
      default -> FileKind.describe(file);
    };
  }

  private String datasets(String format) throws IOException {
    try (Hdf5File open = Hdf5File.open(file)) {
      for (String each : open.names()) {
        parts.add(dataset(open, each));
      }
    }
    return format;
  }

  private Part dataset(Hdf5File open, String key) {
    try {
      Hdf5Dataset dataset = open.dataset(key);
      String form = dataset.type() + " " + dataset.shape();
      String pieces = dataset.chunks().map(chunks -> " in pieces of " + chunks).orElse("");
      if (key.equals("betas") && !dataset.type().isFloating()) {
        notes.add("whole numbers of betas are percent of signal change times 300");
      }
      return new Part(key, form + pieces, Known.key(key));
    } catch (MalformedFileException e) {
      return new Part(key, "not read: " + Printable.line(e.found()), Known.key(key));
    }
  }

  private String variables() throws IOException {
    try (MatFile open = MatFile.open(file)) {
      for (String each : open.names()) {
        parts.add(variable(open, each));
      }
    }
    return "MATLAB 5";
  }

  private static Part variable(MatFile open, String key) {
    try {
      HeapArray array = open.array(key);
      return new Part(key, array.type() + " " + array.tensorShape(), Known.key(key));
    } catch (MalformedFileException e) {
      return new Part(key, "not read: " + Printable.line(e.found()), Known.key(key));
    }
  }

  private String volume(String format) throws IOException {
    VolumeSummary summary = VolumeSummary.of(file);
    parts.add(summary.part());
    notes.addAll(summary.notes());
    return format;
  }

  private String array() throws IOException {
    if (!holdsObjects()) {
      TensorInfo info = Npy.info(file);
      parts.add(new Part("array", info.type() + " " + info.shape(), Known.key(name)));
      return "a NumPy array";
    }
    CheckpointNode root = NumpyObjects.read(file);
    if (root instanceof CheckpointNode.Mapping results) {
      for (Map.Entry<CheckpointNode, CheckpointNode> each : results.entries().entrySet()) {
        String key =
            each.getKey() instanceof CheckpointNode.Text text
                ? text.value()
                : String.valueOf(each.getKey());
        parts.add(new Part(Printable.line(key), form(each.getValue()), Known.key(key)));
      }
    }
    return "a NumPy file of Python objects, none of which was run";
  }

  private static String form(CheckpointNode value) {
    if (value instanceof CheckpointNode.Array array) {
      return array.array().type() + " " + array.array().tensorShape();
    } else if (value instanceof CheckpointNode.Whole number) {
      return number.value().toString();
    } else if (value instanceof CheckpointNode.Real number) {
      return String.valueOf(number.value());
    } else if (value instanceof CheckpointNode.Bool truth) {
      return String.valueOf(truth.value());
    } else if (value instanceof CheckpointNode.Text text) {
      return "'" + Printable.name(text.value()) + "'";
    }
    return value == CheckpointNode.Null.NONE ? "nothing" : Printable.line(value.toString());
  }

  private boolean holdsObjects() throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEADER);
    }
    return new String(head, StandardCharsets.ISO_8859_1).contains("'|O'");
  }

  private String arrays() throws IOException {
    try (TensorFile open = Npz.open(file)) {
      for (String each : open.names()) {
        TensorInfo info = open.info(each);
        parts.add(
            new Part(Printable.line(each), info.type() + " " + info.shape(), Known.key(each)));
      }
    }
    return "a NumPy archive";
  }

  private String shard() throws IOException {
    ShardContents contents = ShardContents.read(file);
    contents.members().forEach((key, form) -> parts.add(new Part(key, form, Known.key(key))));
    notes.add(Plural.of(contents.samples(), "sample") + "; what is shown is of the first one");
    return "a tar archive";
  }

  private String picture() throws IOException {
    SampleOrigin origin = new SampleOrigin(file.toString(), name);
    EncodedImage image = EncodedImage.of(origin, Files.readAllBytes(file), ImageLimits.DEFAULT);
    parts.add(new Part(name, image.toString(), ""));
    return "a picture";
  }

  private String table(String lower) throws IOException {
    boolean tabs = lower.endsWith(".tsv");
    if (!tabs && !lower.endsWith(".csv")) {
      return text("text");
    }
    TextTable table = TextTable.read(file, tabs ? '\t' : ',', List.of());
    for (String column : table.columns()) {
      if (parts.size() < FolderDescriber.MOST_PARTS) {
        parts.add(new Part(Printable.line(column), "column", Known.key(column)));
      }
    }
    notes.add(
        Plural.of(table.rows(), "row")
            + " of "
            + Plural.of(table.columns().size(), "column")
            + " below the first line");
    return "a table";
  }

  private String text(String format) throws IOException {
    notes.add(Plural.of(Files.size(file), "byte"));
    return format;
  }
}
