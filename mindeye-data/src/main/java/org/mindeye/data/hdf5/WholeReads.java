// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import org.mindeye.formats.tensor.TensorElements;

/**
 * A file as jHDF is to see it: a channel that cannot be mapped. Mapped, every chunk would be a
 * mapping of its own that lasts until it is collected, and a file that shrinks would end the JVM.
 * And one that fills the buffer, as jHDF reads what is left from the same place again.
 */
final class WholeReads implements SeekableByteChannel {
  private final FileChannel file;

  WholeReads(FileChannel file) {
    this.file = file;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int end = into.limit();
    int total = 0;
    try {
      while (into.position() < end) {
        // Java reads into the heap by way of a native buffer of the same size, which it keeps.
        into.limit((int) Math.min(end, into.position() + TensorElements.HEAP_WINDOW));
        int count = file.read(into);
        if (count < 0) {
          break;
        }
        total += count;
      }
    } finally {
      into.limit(end);
    }
    return total == 0 && into.hasRemaining() ? -1 : total;
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public SeekableByteChannel position(long position) throws IOException {
    file.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public int write(ByteBuffer from) {
    throw new UnsupportedOperationException("files are only read here");
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new UnsupportedOperationException("files are only read here");
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
