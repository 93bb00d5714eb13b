// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

import java.io.ByteArrayOutputStream;
import java.io.FileReader;
import java.io.FileWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.Charset;
import java.text.DecimalFormat;
import java.text.NumberFormat;
import java.text.SimpleDateFormat;
import java.time.format.DateTimeFormatter;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.function.UnaryOperator;
import org.apache.commons.compress.archivers.tar.StandInStream;

/** Speaks the language of whatever place it is in. */
public final class Tourist {
  private Tourist() {}

  public static List<String> numbers() {
    return List.of(
        "%d".formatted(1),
        String.format("%d", 1),
        new Formatter().format("%d", 1).toString(),
        new DecimalFormat("0.0").format(1),
        NumberFormat.getInstance().format(1),
        new SimpleDateFormat("yyyy").toPattern(),
        DateTimeFormatter.ofPattern("yyyy").toString(),
        Locale.getDefault().toString());
  }

  public static UnaryOperator<String> letters() {
    UnaryOperator<String> upper = String::toUpperCase;
    return text -> upper.apply(text.toLowerCase());
  }

  public static void print(PrintStream out, PrintWriter writer) {
    out.printf("%d", 1);
    out.format("%d", 1);
    writer.printf("%d", 1);
  }

  public static String bytes(byte[] bytes) {
    return new String(bytes) + "text".getBytes().length + Charset.defaultCharset();
  }

  public static List<Object> streams(InputStream in, ByteArrayOutputStream out) throws IOException {
    try (Reader file = new FileReader("in");
        FileWriter written = new FileWriter("out")) {
      return List.of(
          file,
          written,
          new InputStreamReader(in),
          new OutputStreamWriter(out),
          new PrintStream(out),
          new Scanner(in),
          out.toString(),
          new StandInStream(in));
    }
  }
}
