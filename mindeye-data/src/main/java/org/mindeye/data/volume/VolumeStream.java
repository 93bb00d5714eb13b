// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.volume;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.tensor.MalformedFileException;

/** The bytes of an image from first to last, decompressed where they are compressed. */
final class VolumeStream implements AutoCloseable {
  private static final int WINDOW = 1 << 16;

  /** What may follow the last number: FreeSurfer's notes, padding. */
  private static final int MOST_BEHIND = 1 << 20;

  private final String source;
  private final InputStream in;
  private final boolean compressed;
  private final byte[] window = new byte[WINDOW];
  private int at;
  private int end;

  /** Of the first byte that was not taken yet. */
  private long position;

  private VolumeStream(String source, InputStream in, boolean compressed) {
    this.source = source;
    this.in = in;
    this.compressed = compressed;
  }

  static VolumeStream open(Path file) throws IOException {
    String source = file.toString();
    try (CloseOnFailure opened = new CloseOnFailure()) {
      InputStream raw = opened.add(new BufferedInputStream(Files.newInputStream(file), WINDOW));
      raw.mark(2);
      boolean compressed = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      InputStream in = raw;
      if (compressed) {
        try {
          in = opened.add(new GZIPInputStream(raw, WINDOW));
        } catch (EOFException | ZipException e) {
          throw damaged(source, e);
        }
      }
      return opened.done(new VolumeStream(source, in, compressed));
    }
  }

  boolean compressed() {
    return compressed;
  }

  /** The first bytes, at most as many as a header has. They stay in the stream. */
  byte[] head() throws IOException {
    fillWindow();
    byte[] head = new byte[Math.min(NiftiHeader.BYTES, end)];
    System.arraycopy(window, 0, head, 0, head.length);
    return head;
  }

  /** Leaves out what is before a byte. */
  void skipTo(long target) throws IOException {
    while (position < target) {
      if (at == end && !fillWindow()) {
        throw ended();
      }
      int count = (int) Math.min(end - at, target - position);
      at += count;
      position += count;
    }
  }

  void fill(ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (at == end && !fillWindow()) {
        throw ended();
      }
      int count = Math.min(end - at, into.remaining());
      into.put(window, at, count);
      at += count;
      position += count;
    }
  }

  /** Goes to the end, where the checksum of what is compressed is compared. */
  void finish() throws IOException {
    long behind = 0;
    do {
      behind += end - at;
      at = end;
      if (compressed && behind > MOST_BEHIND) {
        throw new MalformedFileException(
            source, "at most " + MOST_BEHIND + " bytes behind the last number", "more");
      }
    } while (compressed && fillWindow());
  }

  /** As much as fits, so that a header is whole. */
  private boolean fillWindow() throws IOException {
    try {
      end = in.readNBytes(window, 0, WINDOW);
      at = 0;
      return end > 0;
    } catch (EOFException | ZipException e) {
      throw damaged(source, e);
    }
  }

  private MalformedFileException ended() {
    return new MalformedFileException(
        source, "the numbers its header promises", "the end after " + position + " (truncated?)");
  }

  private static MalformedFileException damaged(String source, IOException cause) {
    boolean cut = cause instanceof EOFException;
    MalformedFileException refused =
        new MalformedFileException(
            source,
            "a whole gzip file",
            cut
                ? "the beginning of one (truncated? get it again)"
                : "a damaged one (" + cause.getMessage() + "); get it again");
    refused.initCause(cause);
    return refused;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
