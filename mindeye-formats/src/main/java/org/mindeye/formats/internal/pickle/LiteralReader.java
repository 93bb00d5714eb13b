// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.pickle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.mindeye.Printable;
import org.mindeye.formats.internal.pickle.PickleValue.Bool;
import org.mindeye.formats.internal.pickle.PickleValue.Bytes;
import org.mindeye.formats.internal.pickle.PickleValue.Nothing;
import org.mindeye.formats.internal.pickle.PickleValue.Real;
import org.mindeye.formats.internal.pickle.PickleValue.Text;
import org.mindeye.formats.internal.pickle.PickleValue.Whole;

/** The opcodes that stand for a value by themselves. */
final class LiteralReader {
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,4096}");
  private static final Pattern REAL =
      Pattern.compile(
          "[-+]?([0-9]{1,400}(\\.[0-9]{0,400})?|\\.[0-9]{1,400})([eE][-+]?[0-9]{1,9})?");

  private final PickleInput input;

  LiteralReader(PickleInput input) {
    this.input = input;
  }

  /** Reads the value, or gives null if the opcode is none of these. */
  PickleValue read(int opcode) throws IOException {
    return switch (opcode) {
      case 'N' -> Nothing.NONE;
      case 0x88 -> new Bool(true);
      case 0x89 -> new Bool(false);
      case 'J' -> whole(input.signedInt());
      case 'K' -> whole(input.unsignedByte());
      case 'M' -> whole(input.unsignedShort());
      case 0x8a -> new Whole(input.integer(input.unsignedByte()));
      case 0x8b -> new Whole(input.integer(input.signedInt()));
      case 'I' -> decimalOrBool(ascii());
      case 'L' -> decimalLong(ascii());
      case 'F' -> new Real(decimalReal(ascii()));
      case 'G' -> new Real(input.real());
      default -> text(opcode);
    };
  }

  private PickleValue text(int opcode) throws IOException {
    return switch (opcode) {
      case 0x8c -> new Text(input.text(input.unsignedByte()));
      case 'X' -> new Text(input.text(Integer.toUnsignedLong(input.signedInt())));
      case 0x8d -> new Text(input.text(input.signedLong()));
      case 'V' -> new Text(rawUnicodeEscape(input.line()));
      case 'C' -> new Bytes(input.bytes(input.unsignedByte()), Bytes.Kind.BYTES);
      case 'B' ->
          new Bytes(input.bytes(Integer.toUnsignedLong(input.signedInt())), Bytes.Kind.BYTES);
      case 0x8e -> new Bytes(input.bytes(input.signedLong()), Bytes.Kind.BYTES);
      case 0x96 -> new Bytes(input.bytes(input.signedLong()), Bytes.Kind.ARRAY);
      case 'U' -> new Bytes(input.bytes(input.unsignedByte()), Bytes.Kind.STRING);
      case 'T' -> new Bytes(input.bytes(input.signedInt()), Bytes.Kind.STRING);
      case 'S' -> new Bytes(quoted(input.line()), Bytes.Kind.STRING);
      default -> null;
    };
  }

  /** A line that is a number in decimal digits. */
  long decimal() throws IOException {
    BigInteger number = parse(ascii());
    if (number.bitLength() > 32) {
      throw input.malformed("a number of 32 bits", "a larger one");
    }
    return number.longValue();
  }

  String ascii() throws IOException {
    return new String(input.line(), StandardCharsets.ISO_8859_1);
  }

  private static Whole whole(long value) {
    return new Whole(BigInteger.valueOf(value));
  }

  /** Protocol 1 had no opcodes for truth values. */
  private PickleValue decimalOrBool(String line) {
    return switch (line) {
      case "00" -> new Bool(false);
      case "01" -> new Bool(true);
      default -> new Whole(parse(line));
    };
  }

  private Whole decimalLong(String line) {
    return new Whole(parse(line.endsWith("L") ? line.substring(0, line.length() - 1) : line));
  }

  private BigInteger parse(String line) {
    if (!INTEGER.matcher(line).matches()) {
      throw input.malformed("an integer in decimal digits", "'" + Printable.name(line) + "'");
    }
    return new BigInteger(line);
  }

  private double decimalReal(String line) {
    return switch (line) {
      case "nan", "-nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> {
        if (!REAL.matcher(line).matches()) {
          throw input.malformed("a number in decimal digits", "'" + Printable.name(line) + "'");
        }
        yield Double.parseDouble(line);
      }
    };
  }

  /** Latin-1, in which {@code \\uXXXX} and {@code \\UXXXXXXXX} stand for other characters. */
  private String rawUnicodeEscape(byte[] line) {
    StringBuilder text = new StringBuilder(line.length);
    for (int i = 0; i < line.length; i++) {
      int next = i + 1 < line.length ? line[i + 1] : 0;
      int digits = line[i] != '\\' ? 0 : next == 'u' ? 4 : next == 'U' ? 8 : 0;
      if (digits == 0) {
        text.append((char) (line[i] & 0xff));
      } else {
        int codePoint = hex(line, i + 2, digits);
        if (!Character.isValidCodePoint(codePoint)) {
          throw input.malformed("a character", "something that is not a number");
        }
        text.appendCodePoint(codePoint);
        i += 1 + digits;
      }
    }
    return text.toString();
  }

  /** What {@code repr} made of a string in Python 2. */
  private byte[] quoted(byte[] line) {
    int last = line.length - 1;
    if (last < 1 || line[0] != line[last] || (line[0] != '\'' && line[0] != '"')) {
      throw input.malformed("a string in quotes", "one without");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(line.length);
    for (int i = 1; i < last; i++) {
      if (line[i] != '\\') {
        bytes.write(line[i]);
      } else if (line[i + 1] == 'x') {
        bytes.write(hex(line, i + 2, 2));
        i += 3;
      } else {
        bytes.write(escaped(line[++i]));
      }
    }
    return bytes.toByteArray();
  }

  private int escaped(byte letter) {
    return switch (letter) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '\\', '\'', '"' -> letter;
      default -> throw input.malformed("an escaped character", "one that needs no escape");
    };
  }

  private int hex(byte[] line, int from, int digits) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = i < line.length ? Character.digit(line[i], 16) : -1;
      if (digit < 0) {
        throw input.malformed(digits + " hexadecimal digits", "something else");
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
