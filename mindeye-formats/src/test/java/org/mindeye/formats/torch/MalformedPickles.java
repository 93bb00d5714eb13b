// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import static org.mindeye.formats.torch.TorchFiles.storage;
import static org.mindeye.formats.torch.TorchFiles.tensor;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Pickles and what their refusal says. */
final class MalformedPickles {
  private static final String NEGATIVE = "\u00ff\u00ff\u00ff\u00ff";
  private static final String TWO_GIGABYTES = "\u00ff\u00ff\u00ff\u007f";

  private MalformedPickles() {}

  static Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    machine(all);
    literals(all);
    lengths(all);
    tensors(all);
    arrays(all);
    return all;
  }

  private static void machine(Map<String, String> all) {
    all.put("", "an opcode or its argument (1 byte) before byte 0 but found the end");
    all.put("N", "an opcode or its argument (1 byte) before byte 1 but found the end");
    all.put(".", "a value on the stack before byte 1 but found none");
    all.put("0.", "a value on the stack before byte 1 but found none");
    all.put("2.", "a value on the stack before byte 1 but found none");
    all.put("1.", "a mark on the stack before byte 1 but found none");
    all.put("NR.", "a value on the stack before byte 2 but found none");
    all.put("N\u0086.", "a value on the stack before byte 2 but found none");
    all.put("(R.", "a value on the stack before byte 2 but found a mark");
    all.put("N(a.", "a value on the stack before byte 3 but found a mark");
    all.put("(o.", "a class before byte 2 but found a mark");
    all.put("Q.", "a value on the stack before byte 1 but found none");
    all.put("]t.", "a mark on the stack before byte 2 but found none");
    all.put("NN.", "one value at the end of the pickle before byte 3 but found 2 or a mark");
    all.put("(N.", "one value at the end of the pickle before byte 3 but found 1 or a mark");
    all.put("\u00ff.", "an opcode of Python's pickles before byte 1 but found 0xff");
    all.put("\u0080\u0006N.", "a pickle of protocol 0 to 5 before byte 2 but found protocol 6");
    all.put("NNa.", "a LIST to append to before byte 3 but found a nothing");
    all.put("](N\u0090.", "a SET to append to before byte 4 but found a list of 0");
    keys(all);
    all.put(")NNs.", "a dictionary to assign in before byte 4 but found a tuple of 0");
    all.put("}(Nu.", "keys and values in pairs before byte 4 but found 1 of them");
    all.put("(Nd.", "keys and values in pairs before byte 3 but found 1 of them");
    all.put("h\u0007.", "a remembered value before byte 2 but found the number 7 of none");
    all.put("g9\n.", "a remembered value before byte 3 but found the number 9 of none");
    all.put("Np-1\n.", "the number of a remembered value before byte 5 but found -1");
    all.put("Np4294967296\n.", "a number of 32 bits before byte 13 but found a larger one");
    all.put(
        "NN\u0093.", "the names of a module and what is in it before byte 3 but found a nothing");
    all.put("\u0097.", "a file complete in itself before byte 1 but found a buffer outside it");
    all.put("N\u0098.", "a file complete in itself before byte 2 but found a buffer outside it");
    all.put("c" + "m".repeat(513) + "\nn\n.", "a name of at most 512 characters before byte 517");
    all.put(
        "(".repeat(1_000_000), "at most 10000 open containers before byte 10001 but found more");
    all.put("N".repeat(1_000_001), "at most 1000000 waiting values before byte 1000001");
    all.put("N0".repeat(4_000_001), "at most 4000000 values before byte 8000001 but found more");
    all.put(memoBomb(), "at most 1000000 remembered values before byte 5000006 but found more");
    all.put(
        setBomb(),
        "expected parts that are used once but found large ones that are used again and again");
    all.put("ccollections\nOrderedDict\n((lI1\natR.", "pairs of key and value in the root but");
  }

  private static void keys(Map<String, String> all) {
    String refused = "keys that cannot change before byte ";
    all.put("}]Ns.", refused + "4 but found a list of 0");
    all.put("}(}Nu.", refused + "5 but found a dictionary of 0");
    all.put("(\u008fNd.", refused + "4 but found a set of 0");
    all.put("}I1\n]\u0085\u0086Ns.", refused + "9 but found a list of 0");
    all.put("}]\u0085q\000h\000\u0086Ns.", refused + "10 but found a list of 0");
    all.put("}\u0096\001\0\0\0\0\0\0\0xNs.", refused + "13 but found a bytes");
    all.put("\u008f(]\u0090.", refused + "4 but found a list of 0");
    all.put("(]\u0091.", refused + "3 but found a list of 0");
    all.put("ccollections\nOrderedDict\n)R]Ns.", refused + "30 but found a list of 0");
    all.put("}ccollections\nOrderedDict\n)RNs.", "keys that cannot change in the root but found a");
  }

  private static String memoBomb() {
    StringBuilder pickle = new StringBuilder("N");
    for (int i = 0; i <= 1_000_000; i++) {
      pickle.append('r');
      pickle.append((char) (i & 0xff)).append((char) (i >> 8 & 0xff));
      pickle.append((char) (i >> 16)).append('\0');
    }
    return pickle + ".";
  }

  /** A hundred thousand items, a thousand times. */
  private static String setBomb() {
    String list = "(" + "N".repeat(100_000) + "lq\0000cbuiltins\nset\nq\0010";
    return list + "(" + "h\001h\000\u0085R".repeat(1000) + "l.";
  }

  private static void literals(Map<String, String> all) {
    all.put("Iabc\n.", "an integer in decimal digits before byte 5 but found 'abc'");
    all.put("I\n.", "an integer in decimal digits before byte 2 but found ''");
    all.put("L1.5L\n.", "an integer in decimal digits before byte 6 but found '1.5'");
    all.put("F1x\n.", "a number in decimal digits before byte 4 but found '1x'");
    all.put("F0x1p3\n.", "a number in decimal digits before byte 7 but found '0x1p3'");
    all.put("L" + "9".repeat(5000) + "L\n.", "a line of at most 4096 bytes before byte 4098");
    all.put("S'a\n.", "a string in quotes before byte 4 but found one without");
    all.put("S'\n.", "a string in quotes before byte 3 but found one without");
    all.put("S'\\q'\n.", "an escaped character before byte 6 but found one that needs no escape");
    all.put("S'\\x4'\n.", "2 hexadecimal digits before byte 7 but found something else");
    all.put("V\\u00g0\n.", "4 hexadecimal digits before byte 8 but found something else");
    all.put(
        "V\\Uffffffff\n.", "a character before byte 12 but found something that is not a number");
    all.put("U\001", "what an opcode announces (1 byte) before byte 2 but found the end");
    all.put(
        "X\002\0\0\0\u00c3\u0028.", "a string in UTF-8 before byte 7 but found 2 bytes that are");
    all.put("X\003\0\0\0\u00ed\u00a0\u0080.", "a string in UTF-8 before byte 8 but found 3 bytes");
  }

  private static void lengths(Map<String, String> all) {
    all.put("\u008b" + NEGATIVE, "an integer of at most 1024 bytes before byte 5 but found -1");
    all.put("\u008b" + TWO_GIGABYTES, "an integer of at most 1024 bytes before byte 5");
    all.put(
        "\u008b\u0001\u0004\0\0" + "x".repeat(1025) + ".", "of at most 1024 bytes before byte 5");
    all.put("T" + NEGATIVE, "what an opcode announces (-1 bytes) before byte 5 but found the end");
    all.put("X" + NEGATIVE, "what an opcode announces (4294967295 bytes) before byte 5");
    all.put("B" + TWO_GIGABYTES, "what an opcode announces (2147483647 bytes) before byte 5");
    for (String opcode : new String[] {"\u008d", "\u008e", "\u0096", "\u0095"}) {
      all.put(opcode + NEGATIVE + NEGATIVE, "what an opcode announces (-1 bytes) before byte 9");
      all.put(
          opcode + NEGATIVE + TWO_GIGABYTES,
          "what an opcode announces (9223372036854775807 bytes) before byte 9");
    }
  }

  private static void tensors(Map<String, String> all) {
    String inside = "a tensor inside the 6 elements of its storage but found offset ";
    all.put(
        tensor(storage(), "I1\n", "I2\nI3\n", "I3\nI1\n") + ".", inside + "1, sizes [2, 3], st");
    all.put(tensor(storage(), "I-1\n", "I2\nI3\n", "I3\nI1\n") + ".", inside + "-1, sizes");
    all.put(tensor(storage(), "I7\n", "I0\n", "I1\n") + ".", inside + "7, sizes [0], strides [1]");
    all.put(tensor(storage(), "I0\n", "I7\n", "I1\n") + ".", inside + "0, sizes [7], strides [1]");
    String plus = "sizes and strides of 0 or more but found offset ";
    all.put(tensor(storage(), "I5\n", "I6\n", "I-1\n") + ".", plus + "5, sizes [6], strides [-1]");
    all.put(tensor(storage(), "I0\n", "I-6\n", "I1\n") + ".", plus + "0, sizes [-6], strides [1]");
    String large = "I" + Long.MAX_VALUE + "\n";
    String beyond =
        "the root: expected a tensor inside its storage but found numbers beyond 64 bit";
    all.put(tensor(storage(), "I0\n", "I3\n", large) + ".", beyond);
    all.put(tensor(storage(), "I0\n", "I2\nI2\n", large + large) + ".", beyond);
    all.put(tensor(storage(), large, "I6\n", "I1\n") + ".", beyond);
    all.put(tensor(storage(), "I0\n", large + large, "I0\nI0\n") + ".", beyond);
    all.put(
        tensor(storage(), "I0\n", "I268435457\n", "I0\n") + ".",
        "a.pth: expected tensors of at most 1,073,741,824 bytes, or 10 times the 24 bytes that the"
            + " file stores but found 1 tensor of 1,073,741,828 bytes, 44739243 times as many");
    all.put(
        tensor(storage(), "I0\n", "I6\n", "") + ".", "as many strides as axes but found 0 and 1");
    all.put(
        "(l" + tensor(storage("FloatStorage", "S'1'\n", "I6\n"), "I0\n", "", "") + "a.",
        "a.pth (archive/data.pkl): 0: expected a storage called '1' but found none");
    all.put(
        tensor(storage("FloatStorage", "S'0'\n", "I5\n"), "I0\n", "", "") + ".",
        "expected a storage of 5 x 4 bytes but found 24 bytes in the file");
    all.put(
        tensor(storage("DoubleStorage", "S'0'\n", "I6\n"), "I0\n", "", "") + ".",
        "expected a storage of 6 x 8 bytes but found 24 bytes in the file");
    all.put(
        tensor(storage("FloatStorage", "S'0'\n", "I4611686018427387910\n"), "I0\n", "", "") + ".",
        beyond);
    all.put(
        tensor(storage("FloatStorage", "S'0'\n", "I6\n(S'v'\nI4\nI3\nt"), "I0\n", "", "") + ".",
        "expected a part of a storage of 6 elements but found 3 from element 4");
  }

  private static void arrays(Map<String, String> all) {
    String array =
        "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(%s\nt"
            + "cnumpy\ndtype\n(S'f4'\nI00\nI01\ntR(I3\nS'<'\ntbI00\n%s\ntb.";
    all.put(
        String.format(Locale.ROOT, array, "I2", "S'abcd'"),
        "8 bytes of a NumPy array but found 4 bytes");
    all.put(
        String.format(Locale.ROOT, array, "I-2", "S'abcd'"),
        "axes of 0 or more in an array of NumPy but found -2");
    all.put(
        String.format(Locale.ROOT, array, "I" + Long.MAX_VALUE, "S'abcd'"),
        "at most 2 GiB of elements but found shape [9223372036854775807] of FLOAT32");
    all.put(
        String.format(
            Locale.ROOT,
            array.replace("%s\ntb.", "%stb."),
            "I1",
            "c_codecs\nencode\n(V\\u2026\nS'latin1'\ntR"),
        "bytes written as a string but found other characters");
  }
}
