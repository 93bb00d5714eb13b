// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

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
import java.util.List;
import org.mindeye.formats.io.ProcessEnd.Registration;

/**
 * A file that appears under its name only when it is complete. It is written under a temporary name
 * in the same folder, forced to the disk, and then renamed in one step; whatever was not published
 * is deleted by {@link #close()}, and by a process that ends before that point (Ctrl-C, SIGTERM,
 * {@link System#exit}).
 *
 * <pre>{@code
 * try (StagedFile file = StagedFile.create(target)) {
 *   file.output().write(bytes);
 *   file.publish();
 * }
 * }</pre>
 *
 * <p>The temporary name is {@code .NAME.UUID.tmp}, with the UUID in lower case. A process that is
 * killed leaves such files behind, and {@link #sweep} removes them: a staged file is locked while
 * its writer lives.
 *
 * <p>Not safe for concurrent use.
 */
public final class StagedFile implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final Registration registration;
  private final OutputStream output;
  private boolean finished;
  private boolean published;

  private StagedFile(Path target, Path temporary, FileChannel channel, Registration registration) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
    this.registration = registration;
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
   * @throws IOException if the folder cannot be written, or the process is ending
   */
  public static StagedFile create(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    // Not Files.createTempFile: only their owner could read its files, even after a rename.
    Path temporary = StagedNames.beside(absolute);
    try (CloseOnFailure opened = new CloseOnFailure()) {
      Registration registration = opened.add(ProcessEnd.unfinished(temporary));
      FileChannel channel = StagedNames.create(temporary);
      return opened.done(new StagedFile(absolute, temporary, channel, registration));
    }
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
   * Whether a file has the name of one that is being written, or was when its process was killed.
   *
   * @param file only its name counts
   * @return whether {@link #sweep} may delete it
   */
  public static boolean isStaged(Path file) {
    return StagedNames.isOne(file);
  }

  /**
   * Deletes the staged files that killed processes left in a folder, and nothing else: no folder,
   * no file of another name, none that a living process is writing. Where a file system has no
   * locks, nothing is deleted.
   *
   * @param folder an existing folder; those inside it are not looked into
   * @return what was deleted
   * @throws IOException if the folder cannot be read, or such a file cannot be deleted
   */
  public static List<Path> sweep(Path folder) throws IOException {
    return StagedNames.sweep(folder);
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
   * Copies what was written so far; writing continues after it.
   *
   * @param into gets all of it
   * @throws IOException if the disk refuses
   */
  public void copyTo(OutputStream into) throws IOException {
    output.flush();
    channel.position(0);
    Channels.newInputStream(channel).transferTo(into);
  }

  /**
   * Ends writing: everything is on the disk when this returns, still under the temporary name.
   * Calling it twice does nothing more.
   *
   * @throws IOException if the disk refuses
   */
  public void finish() throws IOException {
    if (!finished) {
      output.flush();
      channel.force(true);
      finished = true; // The channel stays open, for it holds the lock.
    }
  }

  /**
   * Finishes if need be and gives the file its name, replacing a file of that name in one step.
   *
   * @throws IOException if the disk refuses, or the process is ending; the old file, if any, is
   *     then untouched
   */
  public void publish() throws IOException {
    finish();
    ProcessEnd.commit(
        () -> {
          Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
          published = true;
        });
    release();
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
      if (!published) {
        Files.deleteIfExists(temporary);
      }
    } finally {
      release();
    }
  }

  private void release() throws IOException {
    registration.close();
    StagedNames.forget(temporary);
    channel.close();
  }
}
