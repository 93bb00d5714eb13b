// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.mindeye2;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.data.internal.tar.TarEnd;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

/** Reads the tar files of MindEye2: of each trial what was shown, and what was before and after. */
public final class MindEye2Shard {
  private static final long MOST_BYTES = 1 << 20;

  private MindEye2Shard() {}

  /** Which of the members of a sample is read. */
  public enum Member {
    /** The trial itself, one row. */
    BEHAV("behav.npy"),
    /** The 15 trials before it, the latest first. */
    PAST_BEHAV("past_behav.npy"),
    /** The 15 trials after it. */
    FUTURE_BEHAV("future_behav.npy"),
    /** The other presentations of the same picture. */
    OLDS_BEHAV("olds_behav.npy");

    private final String extension;

    Member(String extension) {
      this.extension = extension;
    }
  }

  /**
   * Reads one member of every sample.
   *
   * @param shard a tar file
   * @param member which
   * @return the rows of each sample, in the order of the file
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is no tar file, is damaged, or holds no such member; or if
   *     a sample is there twice
   */
  public static List<List<Behavior>> read(Path shard, Member member) throws IOException {
    if (!Files.isRegularFile(shard)) {
      throw new NoSuchFileException(shard.toString(), null, "no such file");
    }
    FileKind kind = FileKind.detect(shard);
    if (kind != FileKind.TAR) {
      throw new MalformedFileException(shard.toString(), "a tar file", FileKind.describe(shard));
    }
    if (!TarEnd.isThere(shard)) {
      throw new MalformedFileException(
          shard.toString(),
          TarEnd.EXPECTED,
          Plural.of(Files.size(shard), "byte") + " that do not (truncated?)");
    }
    List<List<Behavior>> all = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(shard)), "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (!entry.isCheckSumOK()) {
          throw new MalformedFileException(
              shard + ": " + Printable.name(entry.getName()),
              "a header with a correct checksum",
              "a wrong one");
        }
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        int dot = name.indexOf('.');
        if (dot > 0 && name.substring(dot + 1).equals(member.extension)) {
          String source = shard + ": " + Printable.name(name);
          if (!seen.add(name)) {
            throw new MalformedFileException(source, "every sample once", "a second one");
          }
          if (entry.getSize() > MOST_BYTES) {
            throw new MalformedFileException(
                source, "a few numbers", Plural.of(entry.getSize(), "byte"));
          }
          HeapArray array = Npy.decode(source, tar.readNBytes((int) entry.getSize()));
          Behavior.require(source, array);
          all.add(rows(array));
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      MalformedFileException refused =
          new MalformedFileException(
              shard.toString(), "an intact tar file", "a damaged one (" + e.getMessage() + ")");
      refused.initCause(e);
      throw refused;
    }
    if (all.isEmpty()) {
      throw new MalformedFileException(
          shard.toString(), "samples with " + member.extension, "none");
    }
    return all;
  }

  private static List<Behavior> rows(HeapArray array) {
    List<Behavior> rows = new ArrayList<>();
    for (int row = 0; row < array.shape()[0]; row++) {
      rows.add(Behavior.of(array, row));
    }
    return List.copyOf(rows);
  }
}
