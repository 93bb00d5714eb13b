// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file that is being written; every write is announced twice. */
final class WatchedChannel extends FileChannel {
  private final FileChannel real;
  private final String name;
  private final WatchedDisk.Watcher watcher;

  WatchedChannel(FileChannel real, String name, WatchedDisk.Watcher watcher) {
    this.real = real;
    this.name = name;
    this.watcher = watcher;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int written = half(source, real::write);
    return written + real.write(source);
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    int written = half(source, bytes -> real.write(bytes, position));
    return written + real.write(source, position + written);
  }

  @FunctionalInterface
  private interface Write {
    int write(ByteBuffer bytes) throws IOException;
  }

  /** Writes the first half, between two announcements. */
  private int half(ByteBuffer source, Write write) throws IOException {
    watcher.before("write " + source.remaining() + " bytes of " + name);
    ByteBuffer first = source.slice(source.position(), source.remaining() / 2);
    while (first.hasRemaining()) {
      write.write(first);
    }
    source.position(source.position() + first.position());
    watcher.before("write the other half of " + name);
    return first.position();
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    long written = 0;
    for (int i = offset; i < offset + length; i++) {
      written += write(sources[i]);
    }
    return written;
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    watcher.before("write " + count + " bytes of " + name);
    return real.transferFrom(source, position, count);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    watcher.before("truncate " + name);
    real.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    // Announced and not done: no test cuts the power, and disks take long for it.
    watcher.before("force " + name);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    if (mode == MapMode.READ_WRITE) {
      throw new UnsupportedOperationException("what is written into a mapping cannot be watched");
    }
    return real.map(mode, position, size);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return real.read(target);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return real.read(target, position);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    return real.read(targets, offset, length);
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    return real.transferTo(position, count, target);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    real.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return real.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return real.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
