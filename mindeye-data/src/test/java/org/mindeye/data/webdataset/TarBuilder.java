// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.mindeye.data.Trial;
import org.mindeye.formats.tensor.ElementType;

/** Tar files as they should not be written. */
final class TarBuilder {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);

  TarBuilder() {
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
  }

  /** All members of a trial, some replaced (or removed, by emptiness). */
  TarBuilder sample(Trial trial, Map<String, byte[]> replaced) {
    Map<String, byte[]> members = new SampleEncoder(ElementType.FLOAT32).encode(trial);
    members.putAll(replaced);
    members.forEach(
        (name, content) -> {
          if (content.length > 0) {
            file(trial.key() + "." + name, content);
          }
        });
    return this;
  }

  TarBuilder sample(Trial trial) {
    return sample(trial, Map.of());
  }

  TarBuilder file(String name, byte[] content) {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(content.length);
    return put(entry, content);
  }

  TarBuilder link(String name, byte type) {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    if (type == TarConstants.LF_SYMLINK || type == TarConstants.LF_LINK) {
      entry.setLinkName("/etc/passwd");
    }
    return put(entry, new byte[0]);
  }

  private TarBuilder put(TarArchiveEntry entry, byte[] content) {
    try {
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] bytes() {
    try {
      tar.close();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path write(Path file) throws IOException {
    return Files.write(file, bytes());
  }
}
