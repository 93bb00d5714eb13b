// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.mindeye.formats.io.Sha256;

/** A file that is digested on its way to the disk, so that nothing is read back. */
final class HashedFile implements WritableByteChannel {
  private final String name;
  private final FileChannel channel;
  private final MessageDigest digest = Sha256.create();
  private long bytes;

  private HashedFile(String name, FileChannel channel) {
    this.name = name;
    this.channel = channel;
  }

  static HashedFile create(Path file, Disk disk) throws IOException {
    return new HashedFile(file.getFileName().toString(), disk.create(file));
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int count = source.remaining();
    digest.update(source.duplicate());
    while (source.hasRemaining()) {
      channel.write(source);
    }
    bytes += count;
    return count;
  }

  /** Ends writing: everything is on the disk when this returns. */
  Manifest.Entry finish() throws IOException {
    channel.force(true);
    channel.close();
    return new Manifest.Entry(name, bytes, Sha256.hex(digest));
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
