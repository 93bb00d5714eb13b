// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.jvector;

import io.github.jbellis.jvector.disk.IndexWriter;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file for JVector to write, which always knows where it stands. */
final class GraphOutput extends DataOutputStream implements IndexWriter {
  private final Counted counted;

  private GraphOutput(Counted counted) {
    super(counted);
    this.counted = counted;
  }

  static GraphOutput create(Path file) throws IOException {
    OutputStream output = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
    return new GraphOutput(new Counted(new BufferedOutputStream(output, 1 << 16)));
  }

  @Override
  public long position() {
    return counted.count;
  }

  /** The stream's own count ends at 2 GiB. */
  private static final class Counted extends FilterOutputStream {
    private long count;

    Counted(OutputStream output) {
      super(output);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      count += length;
    }
  }
}
