// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mindeye.formats.io.Sha256;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Documents that state the SHA-256 of their own bytes, with zeros for the digits of the sum, in a
 * last field {@code sum}.
 */
public final class SummedDocument {
  private static final String NO_SUM = "0".repeat(64);
  private static final Pattern SUM = Pattern.compile("\"sum\" : \"([0-9a-f]{64})\"");

  private SummedDocument() {}

  /**
   * Writes a document.
   *
   * @param file appears whole, in place of one that is there
   * @param content makes the record, whose last component is the sum it is given
   * @throws IOException if the disk refuses
   */
  public static void write(Path file, Function<String, Record> content) throws IOException {
    String text = DocumentWriter.text(content.apply(NO_SUM));
    String sum = Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    StagedFile.write(file, text.replace(NO_SUM, sum).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Refuses a document of which a single byte was changed. Every byte counts: the digits of the sum
   * by being compared, all others by being summed.
   *
   * @param file what {@link #write} wrote
   * @param remedy what to do about a changed one
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it was changed
   */
  public static void requireSum(Path file, String remedy) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Matcher sum = SUM.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    int at = -1;
    while (sum.find()) {
      at = sum.start(1);
    }
    if (at >= 0) {
      String stated = new String(bytes, at, NO_SUM.length(), StandardCharsets.ISO_8859_1);
      byte[] zeros = NO_SUM.getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(zeros, 0, bytes, at, zeros.length);
      if (Sha256.of(bytes).equals(stated)) {
        return;
      }
    }
    throw new MalformedFileException(
        file.toString(),
        "content with the sum that it states",
        "another (damaged or edited); " + remedy);
  }
}
