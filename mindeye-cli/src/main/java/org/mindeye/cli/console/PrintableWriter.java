// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mindeye.Printable;

/**
 * Where commands print: nothing from a file or an argument reaches a terminal raw, whichever
 * command prints it. Line ends pass, and the colours of the help.
 */
public final class PrintableWriter extends FilterWriter {
  /** The end of a line, and what the help needs for bold, italic and yellow. */
  private static final Pattern OWN = Pattern.compile("\\r?\\n|\u001b\\[(0|1|3|21|23|33|39)m");

  private PrintableWriter(Writer out) {
    super(out);
  }

  /**
   * Prints to another writer.
   *
   * @param out gets what may be printed
   * @return for lines, flushed one by one
   */
  public static PrintWriter to(Writer out) {
    return new PrintWriter(new PrintableWriter(out), true);
  }

  @Override
  public void write(int c) throws IOException {
    write(String.valueOf((char) c));
  }

  @Override
  public void write(char[] text, int offset, int length) throws IOException {
    write(new String(text, offset, length));
  }

  @Override
  public void write(String text, int offset, int length) throws IOException {
    String all = text.substring(offset, offset + length);
    Matcher own = OWN.matcher(all);
    int from = 0;
    while (own.find()) {
      out.write(Printable.line(all.substring(from, own.start())));
      out.write(own.group());
      from = own.end();
    }
    out.write(Printable.line(all.substring(from)));
  }
}
