// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.dataset.DatasetBase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * An open HDF5 file, MATLAB's of version 7.3 included. Its datasets of numbers are read whole or
 * slice by slice:
 *
 * <pre>{@code
 * try (Hdf5File file = Hdf5File.open(path)) {
 *   HeapArray rows = file.dataset("betas").rows(0, 750);
 * }
 * }</pre>
 *
 * <p>A chunk is taken to have passed all filters of its dataset: one that was written without some
 * of them ({@code write_direct_chunk} with a {@code filter_mask} in h5py) is read wrongly. Links to
 * other objects and files are not followed. Safe for concurrent use; one thread reads at a time.
 */
public final class Hdf5File implements AutoCloseable {
  /** How deep groups may lie in each other, and how many datasets a list has at most. */
  private static final int MOST_LEVELS = 32;

  private static final int MOST_DATASETS = 100_000;

  /** Only shown in jHDF's log; the real path may be one that its parsing of addresses refuses. */
  private static final URI UNNAMED = URI.create("file:///data.h5");

  private final String source;
  private final FileChannel channel;
  private final HdfFile file;

  private Hdf5File(String source, FileChannel channel, HdfFile file) {
    this.source = source;
    this.channel = channel;
    this.file = file;
  }

  /**
   * Opens a file. The first call of a process also reads slices of a known file, as versions of the
   * parser exist that read them wrongly. It replaces jHDF's filter for checksums, {@code
   * fletcher32}, for the whole process: an application that reads files with jHDF itself then has
   * checksums compared and taken away, too.
   *
   * @param path the file
   * @return the open file, which the caller closes
   * @throws IOException if it cannot be opened
   * @throws MalformedFileException if it is no HDF5 file, ends too early, or is of a version that
   *     is not read; says how to save it
   * @throws org.mindeye.MindEyeException if the parser on the class path fails the test
   */
  public static Hdf5File open(Path path) throws IOException {
    SliceCheck.require();
    String source = path.toString();
    String expected = "an HDF5 file";
    if (Files.isDirectory(path)) {
      throw new MalformedFileException(source, expected, FileKind.describe(path));
    }
    try (CloseOnFailure opened = new CloseOnFailure()) {
      FileChannel channel = opened.add(FileChannel.open(path, StandardOpenOption.READ));
      FileKind kind = FileKind.detect(path);
      if (kind != FileKind.HDF5 && kind != FileKind.MAT_73 && kind != FileKind.UNKNOWN) {
        throw new MalformedFileException(source, expected, FileKind.describe(path));
      }
      HdfFile file =
          Parser.call(source, expected, () -> new HdfFile(new WholeReads(channel), UNNAMED));
      long end = file.getHdfBackingStorage().getSuperblock().getEndOfFileAddress();
      if (end > channel.size()) {
        throw new MalformedFileException(
            source,
            Plural.of(end, "byte") + ", as its head says,",
            channel.size() + " (truncated? get it again)");
      }
      return opened.done(new Hdf5File(source, channel, file));
    }
  }

  /**
   * Names the file in messages.
   *
   * @return the path it was opened with
   */
  public String source() {
    return source;
  }

  /**
   * The datasets of all groups, whatever they hold, in alphabetical order.
   *
   * @return their paths without a slash in front; links are left out
   * @throws MalformedFileException if a group is damaged, or holds a dataset that is not understood
   * @throws IllegalStateException if the file is closed
   */
  public synchronized List<String> names() {
    requireOpen();
    List<String> names = new ArrayList<>();
    collect(file, "", 0, new HashSet<>(), names);
    Collections.sort(names); // groups are in an order of their own
    return names;
  }

  private void collect(Group group, String path, int level, Set<Long> seen, List<String> names) {
    String place = place(path.isEmpty() ? "/" : path);
    if (level == MOST_LEVELS || !seen.add(group.getAddress())) {
      throw new MalformedFileException(
          place, "groups that lie at most " + MOST_LEVELS + " deep", "more, or groups in a circle");
    }
    for (Node node : read(place, () -> List.copyOf(group.getChildren().values()))) {
      String name = path.isEmpty() ? node.getName() : path + "/" + node.getName();
      if (node.isLink()) {
        continue;
      }
      if (node instanceof Group child) {
        collect(child, name, level + 1, seen, names);
      } else if (node instanceof Dataset) {
        names.add(name);
      }
      if (names.size() > MOST_DATASETS) {
        throw new MalformedFileException(source, "at most " + MOST_DATASETS + " datasets", "more");
      }
    }
  }

  /**
   * Whether there is a dataset of a name.
   *
   * @param name its path, groups and slashes in front of it where it is in some
   * @return true if so, whatever it holds
   * @throws MalformedFileException if a group on the way is damaged
   * @throws IllegalStateException if the file is closed
   */
  public synchronized boolean has(String name) {
    requireOpen();
    return find(name) instanceof Dataset;
  }

  /**
   * A dataset. Its type and size are checked; none of its numbers is read yet.
   *
   * @param name its path, groups and slashes in front of it where it is in some
   * @return the dataset, as long as this file is open
   * @throws MalformedFileException if there is none of the name, if it holds no numbers, or if it
   *     would not fit into the file
   * @throws IllegalStateException if the file is closed
   */
  public synchronized Hdf5Dataset dataset(String name) {
    requireOpen();
    Node node = find(name);
    if (node == null) {
      throw new MalformedFileException(
          source, "a dataset '" + name + "'", Printable.line("only " + around(name)));
    }
    if (!(node instanceof DatasetBase dataset)) {
      throw new MalformedFileException(
          place(name), "a dataset", node.isLink() ? "a link; name what it points to" : "a group");
    }
    try {
      return Hdf5Dataset.of(this, name, dataset, channel.size());
    } catch (IOException e) {
      throw new UncheckedIOException(source, e);
    }
  }

  /** What the name stands for, or null. */
  private Node find(String name) {
    Node node = file;
    for (String part : Objects.requireNonNull(name, "name").split("/")) {
      if (part.isEmpty()) {
        continue;
      }
      if (!(node instanceof Group group) || node.isLink()) {
        return null;
      }
      node = read(place(name), () -> group.getChildren().get(part));
    }
    return node == file ? null : node;
  }

  private String around(String name) {
    List<String> names = names();
    String shown = String.join(", ", names.stream().limit(20).map(Printable::name).toList());
    return names.isEmpty() ? "groups without datasets" : shown + (names.size() > 20 ? ", …" : "");
  }

  /** Runs a call into the parser. */
  synchronized <T> T read(String place, Supplier<T> call) {
    requireOpen();
    return Parser.call(place, "what HDF5 demands", call);
  }

  /** Reads bytes at an address of the file's own, within a call into the parser. */
  void fill(long address, ByteBuffer into) {
    long start = address + file.getUserBlockSize();
    try {
      new WholeReads(channel).position(start).read(into);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (into.hasRemaining()) {
      throw new MalformedFileException(
          source, Plural.of(into.remaining(), "byte") + " more", "its end (truncated?)");
    }
  }

  /** File and dataset. */
  String place(String name) {
    return source + ": dataset '" + Printable.name(name) + "'";
  }

  private void requireOpen() {
    if (!channel.isOpen()) {
      throw new IllegalStateException(source + " is closed: read before, or open it again");
    }
  }

  /**
   * Releases the file. Closing twice is harmless.
   *
   * @throws UncheckedIOException if the file cannot be closed
   */
  @Override
  public synchronized void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(source, e);
    }
  }
}
