// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import static org.mindeye.formats.torch.TorchFiles.DICTIONARY;
import static org.mindeye.formats.torch.TorchFiles.storage;
import static org.mindeye.formats.torch.TorchFiles.tensor;

import java.util.LinkedHashMap;
import java.util.Map;

/** Pickles that mean harm, or that make no sense. */
final class HostilePickles {
  /** Stands for a command that would create a file. */
  static final String COMMAND = "<command>";

  private static final String ARGUMENT = "(S'" + COMMAND + "'\nt";
  private static final String REBUILD = "ctorch._utils\n_rebuild_tensor_v2\n(";
  private static final String SHAPE = "I0\n(I2\nI3\nt(I3\nI1\nt";
  private static final String REST = "I00\n" + DICTIONARY + "tR";

  private static final String HOOKS = DICTIONARY;

  private HostilePickles() {}

  /** Values by what would be called for them. */
  static Map<String, String> inert() {
    Map<String, String> all = new LinkedHashMap<>();
    calls(all);
    objects(all);
    tensors(all);
    return all;
  }

  /** Whole pickles of the tensor {@code good} that call something in unusual places. */
  static Map<String, String> hidden() {
    String call = "cos\nsystem\n" + ARGUMENT + "R";
    Map<String, String> all = new LinkedHashMap<>();
    dropped(all, call);
    all.put("metadata", good("S'0'\n", "S'cpu'\n", "I0\n", "}S'a'\n" + call + "s"));
    all.put("metadata that is called", good("S'0'\n", "S'cpu'\n", "I0\n", call));
    all.put("hooks", good("S'0'\n", "S'cpu'\n", "I0\n", "").replace(HOOKS, call));
    all.put("gradient", good("S'0'\n", "S'cpu'\n", "I0\n", "").replace("I00\n", call));
    all.put("location", good("S'0'\n", call, "I0\n", ""));
    all.put("location that is a name", good("S'0'\n", "cos\nsystem\n", "I0\n", ""));
    all.put("key of a storage", good(call, "S'cpu'\n", "I0\n", ""));
    all.put("offset", good("S'0'\n", "S'cpu'\n", call, ""));
    all.put(
        "view of a storage",
        good("S'0'\n", "S'cpu'\n", "I0\n", "").replace("I6\nt", "I6\n(" + call + "I0\nI6\ntt"));
    String type = "cnumpy\ndtype\n(S'f4'\n" + call + "I01\ntR";
    all.put("type of an array", array(type, "N", "I0\n"));
    all.put(
        "state of a type",
        array("cnumpy\ndtype\n(S'f4'\ntR(I3\nS'<'\nNNN" + call + "tb", "N", "I0\n"));
    all.put("arguments of an array", array("cnumpy\ndtype\n(S'f4'\ntR", call, "I0\n"));
    all.put("state of an array", array("cnumpy\ndtype\n(S'f4'\ntR", "N", call));
    all.put("attributes of a dictionary", "ccollections\nOrderedDict\n(tR}S'a'\n" + call + "sb");
    all.put("key of a dictionary", "}" + call + "Ns");
    all.put("key that is replaced", "}I1\n" + call + "sI1\nNs");
    all.put("item of a set", "\u008f(" + call + "\u0090");
    all.put("parameter", "ctorch._utils\n_rebuild_parameter\n(" + tensor() + call + "}tR");
    all.put(
        "state of a parameter",
        "ctorch._utils\n_rebuild_parameter_with_state\n(" + tensor() + "I01\n}" + call + "tR");
    Map<String, String> whole = new LinkedHashMap<>();
    all.forEach((where, value) -> whole.put(where, TorchFiles.beside(value)));
    return whole;
  }

  /** Results that are not part of the value. */
  private static void dropped(Map<String, String> all, String call) {
    all.put("result dropped", call + "0N");
    all.put("result dropped with its mark", "(" + call + "1N");
    all.put("result remembered and dropped", call + "q\0070N");
    all.put("result remembered and replaced", call + "q\0070Nq\007");
    all.put("result in a list that is dropped", "](" + call + "e0N");
    all.put("result doubled and dropped", call + "200N");
    all.put("name dropped", "cos\nsystem\n0N");
    all.put("name on the stack dropped", "Vos\nVsystem\n\u00930N");
    all.put("old instance dropped", "(S'x'\nios\nsystem\n0N");
    all.put("instance dropped", "(cos\nsystem\nS'x'\no0N");
    all.put("new object dropped", "cos\nsystem\n(t\u00810N");
    all.put("new object with keywords dropped", "cos\nsystem\n(t}\u00920N");
    all.put("state given to nothing dropped", "cos\nsystem\n}S'a'\nNsb0N");
    all.put("reference to a name", "cos\nsystem\nQ0N");
    all.put("reference to a call", call + "Q0N");
    all.put("reference with a name in it", "(S'storage'\ncos\nsystem\nS'0'\nS'cpu'\nI6\ntQ0N");
    all.put("tensor dropped", good("S'0'\n", "S'cpu'\n", "I0\n", call) + "0N");
  }

  private static String good(String key, String location, String offset, String metadata) {
    return "ctorch._utils\n_rebuild_tensor_v2\n((S'storage'\nctorch\nFloatStorage\n"
        + key
        + location
        + "I6\ntQ"
        + offset
        + "(I6\nt(I1\ntI00\n"
        + HOOKS
        + metadata
        + "tR";
  }

  private static String array(String type, String argument, String version) {
    return "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\nt"
        + argument
        + "tR("
        + version
        + "(I1\nt"
        + type
        + "I00\nS'abcd'\ntb";
  }

  private static void calls(Map<String, String> all) {
    for (String name :
        new String[] {
          "posix system",
          "os system",
          "nt system",
          "os popen",
          "os execv",
          "subprocess Popen",
          "subprocess check_output",
          "pty spawn",
          "webbrowser open",
          "runpy run_path",
          "builtins eval",
          "__builtin__ eval",
          "builtins exec",
          "builtins __import__",
          "builtins open",
          "builtins compile",
          "importlib import_module",
          "torch load",
          "torch.storage _load_from_bytes",
          "torch.hub load",
          "torch.jit load",
          "pickle loads",
          "_pickle loads",
          "marshal loads",
          "functools partial",
          "operator methodcaller",
          "collections Counter",
          "types CodeType",
          "types FunctionType",
          "numpy load",
          "java.lang.Runtime exec",
          "java.lang.ProcessBuilder start",
          "org.mindeye.formats.torch.TorchFiles zip",
          "__main__ Custom",
          "collections OrderedDict.x"
        }) {
      String[] parts = name.split(" ");
      all.put(name.replace(' ', '.'), "c" + parts[0] + "\n" + parts[1] + "\n" + ARGUMENT + "R");
    }
    all.put(
        "os.by_name",
        "S'os'\nS'by_name'\n".replace("S'os'", "Vos").replace("S'by_name'", "Vby_name")
            + "\u0093"
            + ARGUMENT
            + "R");
    all.put(
        "what builtins.getattr would make",
        "cbuiltins\ngetattr\n(cbuiltins\n__import__\n(S'os'\ntRS'system'\ntR" + ARGUMENT + "R");
  }

  private static void objects(Map<String, String> all) {
    all.put("os.inst", "(S'" + COMMAND + "'\nios\ninst\n");
    all.put("os.obj", "(cos\nobj\nS'" + COMMAND + "'\no");
    all.put("os.newobj", "cos\nnewobj\n" + ARGUMENT + "\u0081");
    all.put("os.newobj_ex", "cos\nnewobj_ex\n" + ARGUMENT + "}\u0092");
    all.put("os.state", "cos\nstate\n(t\u0081}S'__setstate__'\ncos\nsystem\nsb" + ARGUMENT + "b");
    all.put("os.items", "cos\nitems\n(tRS'" + COMMAND + "'\na(I1\nI2\ne");
    all.put("os.entries", "cos\nentries\n(tRS'a'\nS'" + COMMAND + "'\ns");
    all.put("os.attribute", "cos\nattribute\n}S'a'\nS'b'\nsb");
    all.put("os.name_alone", "cos\nname_alone\n");
    all.put("the integer 7", "\u0082\u0007");
    all.put("the integer 770", "\u0083\u0002\u0003");
    all.put("the integer -2", "\u0084\u00fe\u00ff\u00ff\u00ff");
    all.put("a dictionary of 0", "}(I1\nI2\ntb");
    all.put("a persistent id", "P" + COMMAND + "\n");
    all.put("torch.FloatStorage", storage());
    all.put(
        "numpy.core.multiarray.scalar", "cnumpy.core.multiarray\nscalar\n(cos\nsystem\nS'x'\ntR");
    all.put(
        "numpy.core.multiarray._reconstruct",
        "cnumpy.core.multiarray\n_reconstruct\n(cos\nsystem\n(I0\ntS'b'\ntR(I1\n(I2\ntNI00\nS''\ntb");
    all.put("_codecs.encode", "c_codecs\nencode\n(S'x'\nS'rot13'\ntR");
    all.put("builtins.set", "cbuiltins\nset\n(cos\nsystem\ntR");
    all.put("builtins.int", "cbuiltins\nint\n(S'7'\ntR");
    all.put("builtins.dict", "cbuiltins\ndict\n(}tR");
    all.put("torch.device", "ctorch\ndevice\n(cos\nsystem\ntR");
    all.put("torch.Size", "ctorch\nSize\n(I1\ntR");
    all.put("collections.OrderedDict", DICTIONARY + "I1\na");
  }

  private static void tensors(Map<String, String> all) {
    String[] storages = {
      "cos\nsystem\n(tR",
      "P0\n",
      "(S'storage'\ntQ",
      "(S'module'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI6\ntQ",
      "(S'storage'\ncos\nsystem\nS'0'\nS'cpu'\nI6\ntQ",
      storage("FloatStorage", "I0\n", "I6\n"),
      storage("FloatStorage", "S'0'\n", "S'6'\n"),
      storage("FloatStorage", "S'0'\n", "L99999999999999999999L\n"),
      storage("FloatStorage", "S'0'\n", "I6\nS'view'\n"),
      "(lS'storage'\nactorch\nFloatStorage\naS'0'\naS'cpu'\naI6\naQ"
    };
    for (int i = 0; i < storages.length; i++) {
      all.put(
          "torch._utils._rebuild_tensor_v2 on storage " + i, REBUILD + storages[i] + SHAPE + REST);
    }
    String function = "torch._utils._rebuild_tensor_v2 with ";
    all.put(function + "an offset", tensor(storage(), "cos\nsystem\n(tR", "", ""));
    all.put(function + "a size", tensor(storage(), "I0\n", "F2.0\n", "I1\n"));
    all.put(function + "65 axes", tensor(storage(), "I0\n", "I1\n".repeat(65), "I1\n".repeat(65)));
    all.put(function + "3 arguments", REBUILD + storage() + "I0\n(ttR");
    all.put(function + "a state", tensor() + "}b");
    all.put("torch._utils._rebuild_parameter", "ctorch._utils\n_rebuild_parameter\n(NI01\n}tR");
    all.put(
        "torch._utils._rebuild_parameter of calls",
        "ctorch._utils\n_rebuild_parameter\n(cos\nsystem\n" + ARGUMENT + "RI01\n}tR");
  }
}
