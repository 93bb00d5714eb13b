// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.internal.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Text files, which are read as UTF-8: with a mark at the beginning, as Excel has it, or without.
 */
public final class Encodings {
  private static final String MARK = "\ufeff";

  private Encodings() {}

  /**
   * Leaves out the mark of the byte order at the beginning of a text.
   *
   * @param text of a file, or its first line
   * @return the text without it
   */
  public static String withoutMark(String text) {
    return text.startsWith(MARK) ? text.substring(MARK.length()) : text;
  }

  /**
   * A complaint about a file that is no text in UTF-8.
   *
   * @param file which
   * @param expected what should be in it
   * @param cause what the decoder says
   * @return an exception to throw
   * @throws IOException if the file cannot be read
   */
  public static MalformedFileException refused(
      Path file, String expected, CharacterCodingException cause) throws IOException {
    FileKind kind = FileKind.detect(file);
    boolean other = kind == FileKind.UNKNOWN || kind == FileKind.TEXT;
    MalformedFileException refused =
        new MalformedFileException(
            file.toString(),
            expected + " in UTF-8",
            other ? encoding(file) + "; save it as UTF-8" : FileKind.describe(file));
    refused.initCause(cause);
    return refused;
  }

  private static String encoding(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(2);
    }
    int mark = head.length < 2 ? 0 : (head[0] & 0xff) << 8 | head[1] & 0xff;
    return mark == 0xfffe || mark == 0xfeff ? "UTF-16" : "another encoding";
  }
}
