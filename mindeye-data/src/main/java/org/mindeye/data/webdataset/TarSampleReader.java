// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.mindeye.Plural;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.internal.tar.TarEnd;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.kind.FileKind;

/** Walks through one shard and groups neighbouring members of the same key into samples. */
final class TarSampleReader implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final String shard;
  private final long maxMemberBytes;
  private final TarArchiveInputStream tar;
  private final Set<String> seen = new HashSet<>();

  /** The first member of the next sample, or null at the end. */
  private Member ahead;

  /** One member of a sample; no content if it is not needed. */
  private record Member(MemberName name, byte[] content) {}

  private TarSampleReader(Path file, long maxMemberBytes) throws IOException {
    this.shard = file.toString();
    this.maxMemberBytes = maxMemberBytes;
    requireTar(file);
    requireEndMarker(file);
    tar =
        new TarArchiveInputStream(
            new BufferedInputStream(Files.newInputStream(file), BUFFER), "UTF-8");
  }

  /** Opens a shard and looks at its first member. */
  static TarSampleReader open(Path file, long maxMemberBytes) {
    if (!Files.isRegularFile(file)) {
      String found = Files.isDirectory(file) ? "a folder" : "no such file";
      throw new MalformedSampleException(file.toString(), null, null, "a tar file", found);
    }
    try (CloseOnFailure opened = new CloseOnFailure()) {
      TarSampleReader reader = opened.add(new TarSampleReader(file, maxMemberBytes));
      reader.ahead = reader.nextMember();
      reader.requireSample();
      return opened.done(reader);
    } catch (IOException e) {
      throw unreadable(file.toString(), null, e);
    }
  }

  /** The next sample, or null at the end of the shard. */
  RawSample next() {
    if (ahead == null) {
      return null;
    }
    String key = ahead.name.key();
    SampleOrigin origin = new SampleOrigin(shard, key);
    if (!seen.add(key)) {
      throw origin.malformed(null, "one run of members per sample", "a second one");
    }
    Map<String, byte[]> members = new HashMap<>();
    while (ahead != null && ahead.name.key().equals(key)) {
      String extension = ahead.name.extension();
      if (members.putIfAbsent(extension, ahead.content) != null) {
        throw origin.malformed(extension, "one member of this name", "a second one");
      }
      ahead = nextMember();
    }
    return new RawSample(origin, members);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  private void requireTar(Path file) throws IOException {
    FileKind kind = FileKind.detect(file);
    // The oldest tar files have no mark, and zeros are one without members.
    if (kind != FileKind.TAR && kind != FileKind.UNKNOWN) {
      throw new MalformedSampleException(shard, null, null, "a tar file", FileKind.describe(file));
    }
  }

  /** A file of nothing but zeros is a perfect tar file without members. */
  private void requireSample() {
    if (ahead == null) {
      throw new MalformedSampleException(shard, null, null, "at least one sample", "none");
    }
  }

  private void requireEndMarker(Path file) throws IOException {
    if (!TarEnd.isThere(file)) {
      throw new MalformedSampleException(
          shard,
          null,
          null,
          TarEnd.EXPECTED,
          Plural.of(Files.size(file), "byte") + " that do not (truncated?)");
    }
  }

  private Member nextMember() {
    while (true) {
      TarArchiveEntry entry = nextEntry();
      if (entry == null) {
        return null;
      }
      check(entry);
      Optional<MemberName> name =
          entry.isDirectory() ? Optional.empty() : MemberName.parse(entry.getName());
      if (name.isEmpty() && MemberName.lacksKey(entry.getName())) {
        throw malformed(entry, "a sample's key in front of the first dot", "none");
      }
      if (name.isPresent()) {
        boolean wanted = Members.ALL.contains(name.get().extension());
        return new Member(name.get(), wanted ? content(entry, name.get()) : new byte[0]);
      }
    }
  }

  private TarArchiveEntry nextEntry() {
    try {
      return tar.getNextEntry();
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(shard, ahead == null ? null : ahead.name.key(), e);
    }
  }

  private void check(TarArchiveEntry entry) {
    if (!entry.isCheckSumOK()) {
      throw malformed(entry, "a header with a correct checksum", "a wrong one");
    }
    if (!MemberName.isSafe(entry.getName())) {
      throw malformed(entry, "a relative name without ..", "this one");
    }
    byte flag = entry.getLinkFlag();
    boolean regular =
        flag == TarConstants.LF_NORMAL
            || flag == TarConstants.LF_OLDNORM
            || flag == TarConstants.LF_CONTIG;
    if (entry.isSparse() || !(regular || flag == TarConstants.LF_DIR)) {
      throw malformed(entry, "a plain file", "type '" + (char) flag + "' (link, device or sparse)");
    }
  }

  private byte[] content(TarArchiveEntry entry, MemberName name) {
    SampleOrigin origin = new SampleOrigin(shard, name.key());
    long size = entry.getSize();
    if (size > maxMemberBytes) {
      throw origin.malformed(
          name.extension(),
          "at most " + Plural.of(maxMemberBytes, "byte"),
          Plural.of(size, "byte"));
    }
    try {
      byte[] content = tar.readNBytes((int) size);
      if (content.length < size) {
        throw origin.malformed(
            name.extension(),
            Plural.of(size, "byte"),
            Plural.of(content.length, "byte") + " (truncated?)");
      }
      return content;
    } catch (IOException e) {
      throw origin
          .malformed(
              name.extension(), Plural.of(size, "byte"), "an unreadable file: " + e.getMessage())
          .causedBy(e);
    }
  }

  private MalformedSampleException malformed(TarArchiveEntry entry, String expected, String found) {
    // The name is hostile input: nothing that could fill a log.
    String name = entry.getName();
    String shown = name.length() > 120 ? name.substring(0, 120) + "..." : name;
    return new MalformedSampleException(shard, null, "'" + shown + "'", expected, found);
  }

  private static MalformedSampleException unreadable(String shard, String key, Exception cause) {
    return new MalformedSampleException(
            shard, key, null, "a readable tar file", "damage: " + cause.getMessage())
        .causedBy(cause);
  }
}
