// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mindeye.Printable;
import org.mindeye.formats.internal.pickle.Describe;
import org.mindeye.formats.internal.pickle.PickleLimits;
import org.mindeye.formats.internal.pickle.PickleValue;
import org.mindeye.formats.torch.CheckpointNode.Opaque;

/**
 * Makes a checkpoint's plain values of a pickle. A closed list of functions is understood, as data;
 * any other call becomes an {@link Opaque} value. Whatever else the pickle would have called or
 * looked up, where its result was dropped or is not looked at, is listed at the end: every single
 * one is either understood or listed.
 *
 * <p>Containers are made empty and filled later, one after the other, so that nesting costs no Java
 * stack and values that contain themselves are not a special case.
 */
final class TorchTree {
  private static final Set<String> HARMLESS =
      Set.of(
          "collections.OrderedDict",
          "numpy.dtype",
          "numpy.ndarray",
          "torch.Size",
          "torch.device",
          "torch._utils._rebuild_parameter",
          "torch._utils._rebuild_parameter_with_state",
          "_codecs.encode");

  private final OpaqueLedger ledger = new OpaqueLedger();
  private final Map<PickleValue, CheckpointNode> known = new IdentityHashMap<>();
  private final Deque<Runnable> unfilled = new ArrayDeque<>();
  private final WorkBudget budget;
  private final TensorBuilder tensors;
  private final NumpyBuilder arrays;

  /** Calls among the arguments of others, and the names of all that are understood or listed. */
  private final Set<PickleValue> understood = Collections.newSetFromMap(new IdentityHashMap<>());

  private final CheckpointNode root;
  private long tensorCount;
  private long tensorBytes;

  TorchTree(String file, TorchArchive archive, PickleLimits limits) {
    String source = file + " (" + archive.pickle() + ")";
    this.budget = new WorkBudget(source, limits);
    this.tensors = new TensorBuilder(file, archive, understood);
    this.arrays = new NumpyBuilder(source, budget, understood);
    this.root = counted(node(archive.root(), TreePath.ROOT));
    fill();
    TreePath dropped = TreePath.ROOT.child("(not kept)");
    // Names last: that of a call is listed with the call.
    archive.foreign().stream().filter(value -> !isName(value)).forEach(v -> listRest(v, dropped));
    archive.foreign().stream().filter(TorchTree::isName).forEach(v -> listRest(v, dropped));
  }

  private void fill() {
    while (!unfilled.isEmpty()) {
      unfilled.remove().run();
    }
  }

  private static boolean isName(PickleValue value) {
    return value instanceof PickleValue.Global;
  }

  /** A call, name or reference, unless it was met before. */
  private void listRest(PickleValue value, TreePath path) {
    boolean explained =
        known.containsKey(value)
            || understood.contains(value)
            || value instanceof PickleValue.Global global && isHarmless(global.qualified())
            || TorchStorage.of(value).isPresent();
    if (!explained) {
      node(value, path);
      fill();
    }
  }

  /** Looked up by the readers of checkpoints, and understood here wherever it is called. */
  private boolean isHarmless(String global) {
    return TensorBuilder.isType(global)
        || TensorBuilder.builds(global)
        || TorchStorage.isKind(global)
        || arrays.builds(global)
        || HARMLESS.contains(global);
  }

  /** Every place of a tensor counts: code that reads them all gets as many. */
  private CheckpointNode counted(CheckpointNode node) {
    long bytes = 0;
    if (node instanceof CheckpointNode.Tensor tensor) {
      bytes = tensor.shape().size() * tensor.type().bytes();
    } else if (node instanceof CheckpointNode.Array array) {
      bytes = (long) array.array().size() * array.array().type().bytes();
    } else {
      return node;
    }
    tensorCount++;
    tensorBytes = bytes > Long.MAX_VALUE - tensorBytes ? Long.MAX_VALUE : tensorBytes + bytes;
    return node;
  }

  /** How many tensors and arrays there are, counted by place. */
  long tensorCount() {
    return tensorCount;
  }

  /** What they take together; the largest number if it is larger. */
  long tensorBytes() {
    return tensorBytes;
  }

  CheckpointNode root() {
    return root;
  }

  List<OpaqueObject> opaque() {
    return ledger.list();
  }

  private CheckpointNode node(PickleValue value, TreePath parent, Object label) {
    CheckpointNode scalar = scalar(value);
    return scalar != null ? scalar : node(value, parent.child(label));
  }

  private CheckpointNode node(PickleValue value, TreePath path) {
    CheckpointNode made = scalar(value);
    if (made == null) {
      made = known.get(value);
    }
    if (made == null) {
      made = make(value, path);
      known.put(value, made);
    }
    return made;
  }

  private static CheckpointNode scalar(PickleValue value) {
    if (value instanceof PickleValue.Text text) {
      return new CheckpointNode.Text(text.value());
    } else if (value instanceof PickleValue.Whole whole) {
      return new CheckpointNode.Whole(whole.value());
    } else if (value instanceof PickleValue.Real real) {
      return new CheckpointNode.Real(real.value());
    } else if (value instanceof PickleValue.Bool bool) {
      return new CheckpointNode.Bool(bool.value());
    }
    return value == PickleValue.Nothing.NONE ? CheckpointNode.Null.NONE : null;
  }

  private CheckpointNode make(PickleValue value, TreePath path) {
    if (value instanceof PickleValue.Sequence sequence) {
      return sequence(sequence.items(), path);
    } else if (value instanceof PickleValue.Mapping mapping) {
      CheckpointNode.Mapping dictionary = new CheckpointNode.Mapping();
      unfilled.add(() -> assign(dictionary, mapping.keysAndValues(), path));
      return dictionary;
    } else if (value instanceof PickleValue.Bytes bytes) {
      return bytes.isString()
          ? new CheckpointNode.Text(new String(bytes.content(), StandardCharsets.UTF_8))
          : new CheckpointNode.Blob(bytes.content());
    } else if (value instanceof PickleValue.Call call) {
      return call(call, path);
    } else if (value instanceof PickleValue.Global global) {
      return global.module().equals("torch") && TensorBuilder.isType(global.qualified())
          ? new CheckpointNode.Text(global.qualified())
          : opaque(global.qualified(), "a name that is not looked up", path);
    }
    String referred = TorchStorage.of(value).map(TorchStorage::kind).orElse("a persistent id");
    return opaque(referred, "a reference to something outside the pickle", path);
  }

  private CheckpointNode call(PickleValue.Call call, TreePath path) {
    if (call.kind() != PickleValue.Call.Kind.REDUCE
        || !(call.callee() instanceof PickleValue.Global global)) {
      return unread(call, path);
    }
    understood.add(global);
    String function = global.qualified();
    if (function.equals("collections.OrderedDict") && call.items().isEmpty()) {
      return orderedDictionary(call, path);
    }
    if (PickleData.constructor(call).filter(arrays::builds).isPresent()) {
      return arrays
          .objects(call)
          .map(items -> sequence(items, path))
          .or(() -> arrays.build(call))
          .orElseGet(() -> unread(call, path));
    }
    if (PickleData.function(call).isEmpty()) {
      return unread(call, path);
    }
    if (TensorBuilder.builds(function)) {
      return tensor(function, call, path);
    }
    Optional<List<PickleValue>> arguments = PickleData.tuple(call.arguments());
    return arguments
        .flatMap(parts -> plain(function, parts, path))
        .orElseGet(() -> unread(call, path));
  }

  /** Functions whose result is as plain as their arguments. */
  private Optional<CheckpointNode> plain(String function, List<PickleValue> parts, TreePath path) {
    return switch (function) {
      case "torch._utils._rebuild_parameter" -> parameter(parts, 3, path);
      case "torch._utils._rebuild_parameter_with_state" -> parameter(parts, 4, path);
      case "torch.device" -> device(parts);
      case "torch.Size" -> items(parts, path);
      case "_codecs.encode" -> arrays.bytes(parts);
      default -> builtin(function, parts, path);
    };
  }

  private Optional<CheckpointNode> builtin(
      String function, List<PickleValue> parts, TreePath path) {
    return switch (function.replaceFirst("^(__builtin__|builtins)\\.", ":")) {
      case ":set", ":frozenset", ":list", ":tuple" -> items(parts, path);
      case ":dict" ->
          parts.isEmpty() ? Optional.of(new CheckpointNode.Mapping()) : Optional.empty();
      case ":int", ":float", ":bool", ":str" -> same(parts, function);
      case ":bytearray", ":bytes" -> arrays.bytes(parts);
      default -> Optional.empty();
    };
  }

  /** A parameter is its tensor. */
  private Optional<CheckpointNode> parameter(List<PickleValue> parts, int count, TreePath path) {
    if (parts.size() != count || !(parts.get(0) instanceof PickleValue.Call data)) {
      return Optional.empty();
    }
    Optional<String> function = PickleData.function(data).filter(TensorBuilder::builds);
    list(parts.subList(1, count), path, "(arguments)");
    return function.map(name -> node(data, path));
  }

  private CheckpointNode tensor(String function, PickleValue.Call call, TreePath path) {
    CheckpointNode made = tensors.build(function, call, path);
    if (made instanceof Opaque) {
      return unread(call, path, (Opaque) made);
    }
    List<PickleValue> parts = PickleData.tuple(call.arguments()).orElseThrow();
    list(parts.subList(4, parts.size()), path, "(arguments)");
    return made;
  }

  private static Optional<CheckpointNode> device(List<PickleValue> parts) {
    Optional<String> type = parts.isEmpty() ? Optional.empty() : PickleData.text(parts.get(0));
    if (parts.size() == 1) {
      return type.map(CheckpointNode.Text::new);
    }
    Optional<Long> index = parts.size() == 2 ? PickleData.number(parts.get(1)) : Optional.empty();
    return type.flatMap(
        name -> index.map(i -> new CheckpointNode.Text(Printable.name(name) + ":" + i)));
  }

  private Optional<CheckpointNode> items(List<PickleValue> parts, TreePath path) {
    if (parts.isEmpty()) {
      return Optional.of(new CheckpointNode.Sequence());
    }
    return parts.size() == 1 && parts.get(0) instanceof PickleValue.Sequence items
        ? Optional.of(sequence(items.items(), path))
        : Optional.empty();
  }

  /** {@code int(5)}: the argument itself, if it is of that type. */
  private static Optional<CheckpointNode> same(List<PickleValue> parts, String function) {
    CheckpointNode value = parts.size() == 1 ? scalar(parts.get(0)) : null;
    boolean fits =
        switch (function.substring(function.lastIndexOf('.') + 1)) {
          case "int" -> value instanceof CheckpointNode.Whole;
          case "float" -> value instanceof CheckpointNode.Real;
          case "bool" -> value instanceof CheckpointNode.Bool;
          default -> value instanceof CheckpointNode.Text;
        };
    return fits ? Optional.of(value) : Optional.empty();
  }

  private CheckpointNode sequence(List<PickleValue> items, TreePath path) {
    CheckpointNode.Sequence sequence = new CheckpointNode.Sequence();
    unfilled.add(
        () -> {
          budget.spendItems(items.size());
          for (int i = 0; i < items.size(); i++) {
            sequence.add(counted(node(items.get(i), path, i)));
          }
        });
    return sequence;
  }

  private void assign(
      CheckpointNode.Mapping dictionary, List<PickleValue> keysAndValues, TreePath path) {
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      CheckpointNode key = node(keysAndValues.get(i), path, "(key)");
      if (key instanceof CheckpointNode.Mapping || key instanceof CheckpointNode.Array) {
        throw budget.malformed("keys that cannot change in " + path, "a " + key);
      }
      Object label = TreePath.label(key);
      dictionary.put(key, counted(node(keysAndValues.get(i + 1), path, label)));
    }
  }

  /** Assigned entry by entry, or in Python 2 made of a list of pairs. */
  private CheckpointNode orderedDictionary(PickleValue.Call call, TreePath path) {
    Optional<List<PickleValue>> arguments = PickleData.tuple(call.arguments());
    CheckpointNode.Mapping dictionary = new CheckpointNode.Mapping();
    if (arguments.isEmpty() || arguments.get().size() > 1) {
      return unread(call, path);
    }
    if (arguments.get().size() == 1) {
      if (!(arguments.get().get(0) instanceof PickleValue.Sequence pairs)) {
        return unread(call, path);
      }
      unfilled.add(() -> assignPairs(dictionary, pairs.items(), path));
    }
    unfilled.add(() -> assign(dictionary, call.keysAndValues(), path));
    list(call.states(), path, "(attributes)");
    return dictionary;
  }

  private void assignPairs(
      CheckpointNode.Mapping dictionary, List<PickleValue> pairs, TreePath path) {
    budget.spendItems(pairs.size());
    for (PickleValue pair : pairs) {
      if (!(pair instanceof PickleValue.Sequence both) || both.items().size() != 2) {
        throw budget.malformed("pairs of key and value in " + path, Describe.kind(pair));
      }
      assign(dictionary, both.items(), path);
    }
  }

  private CheckpointNode unread(PickleValue.Call call, TreePath path) {
    String callee =
        call.callee() instanceof PickleValue.Global global
            ? global.qualified()
            : Describe.kind(call.callee());
    return unread(call, path, new Opaque(callee, "made by a call that is not carried out"));
  }

  /** Notes the object, and whatever in its parts is not read either. */
  private CheckpointNode unread(PickleValue.Call call, TreePath path, Opaque as) {
    if (call.callee() instanceof PickleValue.Global) {
      understood.add(call.callee());
    } else {
      list(List.of(call.callee()), path, "(callee)");
    }
    list(List.of(call.arguments()), path, "(arguments)");
    list(call.states(), path, "(state)");
    list(call.items(), path, "(items)");
    list(call.keysAndValues(), path, "(entries)");
    return ledger.add(as, path);
  }

  /** Goes through parts that are not kept, for what they hold. */
  private void list(List<PickleValue> parts, TreePath path, String label) {
    if (!parts.isEmpty()) {
      unfilled.add(() -> parts.forEach(part -> node(part, path, label)));
    }
  }

  private CheckpointNode opaque(String global, String reason, TreePath path) {
    return ledger.add(new Opaque(global, reason), path);
  }
}
