package org.mindeye.core.io;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file that appears under its name only when it is complete. It is written under a temporary name
 * in the same folder, forced to the disk, and then renamed in one step; whatever was not published
 * is deleted by {@link #close()}.
 *
 * <pre>{@code
 * try (StagedFile file = StagedFile.create(target)) {
 *   file.output().write(bytes);
 *   file.publish();
 * }
 * }</pre>
 *
 * <p>Not safe for concurrent use.
 */
public final class StagedFile implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final OutputStream output;
  private boolean published;

  private StagedFile(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
    this.output =
        new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER) {
          @Override
          public void close() throws IOException {
            flush(); // The channel stays open: it has to be forced to the disk.
          }
        };
  }

  /**
   * Opens the temporary file.
   *
   * @param target the final name; its folder must exist
   * @return an empty file, to be written through {@link #output()}
   * @throws IOException if the folder cannot be written
   */
  public static StagedFile create(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    // Not Files.createTempFile: its files could be read by nobody else, and stay so when renamed.
    Path temporary =
        absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
    FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return new StagedFile(absolute, temporary, channel);
  }

  /**
   * Writes a whole file in one step.
   *
   * @param target the final name; its folder must exist
   * @param content all of it
   * @throws IOException if the disk refuses; the old file, if any, is then untouched
   */
  public static void write(Path target, byte[] content) throws IOException {
    try (StagedFile file = create(target)) {
      file.output().write(content);
      file.publish();
    }
  }

  /**
   * Where the content goes.
   *
   * @return a buffered stream; closing it only flushes it
   */
  public OutputStream output() {
    return output;
  }

  /**
   * Writes after what went into {@link #output()} so far, without another copy.
   *
   * @param content from position to limit
   * @throws IOException if the disk refuses
   */
  public void write(ByteBuffer content) throws IOException {
    output.flush();
    while (content.hasRemaining()) {
      channel.write(content);
    }
  }

  /**
   * Ends writing: everything is on the disk when this returns, still under the temporary name.
   * Calling it twice does nothing more.
   *
   * @throws IOException if the disk refuses
   */
  public void finish() throws IOException {
    if (channel.isOpen()) {
      output.flush();
      channel.force(true);
      channel.close();
    }
  }

  /**
   * Finishes if need be and gives the file its name, replacing a file of that name in one step.
   *
   * @throws IOException if the disk refuses; the old file, if any, is then untouched
   */
  public void publish() throws IOException {
    finish();
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    published = true;
    Folders.force(target.getParent()); // The rename itself survives a power cut only then.
  }

  /**
   * Deletes the temporary file unless it was published. Closing twice is harmless.
   *
   * @throws IOException if the disk refuses
   */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      if (!published) {
        Files.deleteIfExists(temporary);
      }
    }
  }
}
