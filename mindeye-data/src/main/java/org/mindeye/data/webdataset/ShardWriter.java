// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.mindeye.formats.io.StagedFile;

/** One tar file in the making. Its bytes depend on the samples alone: no time, no user. */
final class ShardWriter implements Closeable {
  private static final int READABLE_BY_ALL = 0100644;

  private final Path target;
  private final StagedFile file;
  private final TarArchiveOutputStream tar;
  private int samples;
  private boolean finished;

  ShardWriter(Path target) throws IOException {
    this.target = target;
    this.file = StagedFile.create(target);
    this.tar = new TarArchiveOutputStream(file.output(), "UTF-8");
  }

  void add(String key, SortedMap<String, byte[]> members) throws IOException {
    for (Map.Entry<String, byte[]> member : members.entrySet()) {
      TarArchiveEntry entry = new TarArchiveEntry(key + "." + member.getKey());
      entry.setSize(member.getValue().length);
      entry.setModTime(0);
      entry.setIds(0, 0);
      entry.setNames("", "");
      entry.setMode(READABLE_BY_ALL);
      tar.putArchiveEntry(entry);
      tar.write(member.getValue());
      tar.closeArchiveEntry();
    }
    samples++;
  }

  int samples() {
    return samples;
  }

  boolean isFinished() {
    return finished;
  }

  Path target() {
    return target;
  }

  /** Completes the file on the disk, still under its temporary name. */
  void finish() throws IOException {
    tar.close();
    file.finish();
    finished = true;
  }

  void publish() throws IOException {
    file.publish();
  }

  /** Deletes the file unless it was published. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
