package org.mindeye.core.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Opens files of weights, whatever their format; the content decides, not the name. */
public final class WeightFiles {
  /** Bytes shown to a format, and to a reader of the message when no format knows them. */
  private static final int HEAD = 16;

  /** A format of weight files. */
  interface Format {
    /** What messages call it. */
    String title();

    /**
     * Whether a file looks like one of this format. No two formats claim the same file.
     *
     * @param head the first bytes, at most 16
     */
    boolean claims(byte[] head);

    /** Opens a file that was claimed. */
    StateDict open(Path file) throws IOException;
  }

  private static final List<Format> FORMATS = List.of(new SafetensorsFormat());

  private WeightFiles() {}

  /**
   * Opens a file and checks its structure; tensors are read when asked for.
   *
   * @param file safetensors
   * @return its tensors; the caller closes it
   * @throws IOException if the file cannot be read; for a published file that is missing, the
   *     message says what it is and where to get it
   * @throws MalformedFileException if it is of no known format, or breaks the rules of its format
   */
  public static StateDict open(Path file) throws IOException {
    if (Files.notExists(file)) {
      throw new NoSuchFileException(file.toString(), null, ArtefactManifest.missingReason(file));
    }
    byte[] head = head(file);
    for (Format format : FORMATS) {
      if (format.claims(head)) {
        return format.open(file);
      }
    }
    throw new MalformedFileException(
        file.toString(),
        FORMATS.stream().map(Format::title).collect(Collectors.joining(" or ")),
        head.length == 0
            ? "an empty file"
            : "a file that begins with " + HexFormat.ofDelimiter(" ").formatHex(head));
  }

  private static byte[] head(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer head = ByteBuffer.allocate(HEAD);
      while (head.hasRemaining() && channel.read(head) >= 0) {
        continue;
      }
      return Arrays.copyOf(head.array(), head.position());
    }
  }
}
