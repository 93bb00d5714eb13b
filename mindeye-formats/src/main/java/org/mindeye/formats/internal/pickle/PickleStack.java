// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.pickle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.formats.internal.pickle.PickleValue.Call;
import org.mindeye.formats.internal.pickle.PickleValue.Mapping;
import org.mindeye.formats.internal.pickle.PickleValue.Sequence;

/** The memory of the pickle machine: a stack with marks, and the values it remembers. */
final class PickleStack {
  private final PickleInput input;
  private final List<PickleValue> values = new ArrayList<>();
  private final Map<Long, PickleValue> memo = new HashMap<>();
  private int[] marks = new int[16];
  private int depth;
  private int pushed;

  PickleStack(PickleInput input) {
    this.input = input;
  }

  void push(PickleValue value) {
    limit("values", ++pushed, input.limits().values());
    limit("waiting values", values.size() + 1, input.limits().stack());
    values.add(value);
  }

  PickleValue pop() {
    if (values.size() <= base()) {
      throw input.malformed("a value on the stack", depth == 0 ? "none" : "a mark");
    }
    return values.remove(values.size() - 1);
  }

  PickleValue top() {
    PickleValue top = pop();
    values.add(top);
    return top;
  }

  void mark() {
    limit("open containers", depth + 1, input.limits().depth());
    if (depth == marks.length) {
      marks = Arrays.copyOf(marks, 2 * depth);
    }
    marks[depth++] = values.size();
  }

  /** Removes everything above the last mark, and the mark. */
  List<PickleValue> popMark() {
    if (depth == 0) {
      throw input.malformed("a mark on the stack", "none");
    }
    List<PickleValue> above = values.subList(marks[--depth], values.size());
    List<PickleValue> popped = new ArrayList<>(above);
    above.clear();
    return popped;
  }

  /** Removes what is on top, be it a value or a mark. */
  void discard() {
    if (depth > 0 && values.size() == base()) {
      depth--;
    } else {
      pop();
    }
  }

  /** What is left when the pickle says that it is complete. */
  PickleValue result() {
    PickleValue result = pop();
    if (depth > 0 || !values.isEmpty()) {
      throw input.malformed("one value at the end of the pickle", values.size() + 1 + " or a mark");
    }
    return result;
  }

  void remember(long key) {
    if (key < 0) {
      throw input.malformed("the number of a remembered value", "" + key);
    }
    memo.put(key, top());
    limit("remembered values", memo.size(), input.limits().memo());
  }

  void rememberNext() {
    remember(memo.size());
  }

  void recall(long key) {
    PickleValue value = memo.get(key);
    if (value == null) {
      throw input.malformed("a remembered value", "the number " + key + " of none");
    }
    push(value);
  }

  /** Lets the container on top grow: a list, a set, or what a call would make. */
  void append(List<PickleValue> items, Sequence.Kind kind) {
    PickleValue top = top();
    if (kind == Sequence.Kind.SET) {
      requireHashable(items);
    }
    if (top instanceof Sequence sequence && sequence.kind() == kind) {
      sequence.items().addAll(items);
    } else if (top instanceof Call call) {
      call.items().addAll(items);
    } else {
      throw input.malformed("a " + kind + " to append to", Describe.kind(top));
    }
  }

  /** Assigns in the dictionary on top, or in what a call would make. */
  void assign(List<PickleValue> keysAndValues) {
    PickleValue top = top();
    requirePairs(keysAndValues);
    if (top instanceof Mapping mapping) {
      mapping.keysAndValues().addAll(keysAndValues);
    } else if (top instanceof Call call) {
      call.keysAndValues().addAll(keysAndValues);
    } else {
      throw input.malformed("a dictionary to assign in", Describe.kind(top));
    }
  }

  void requirePairs(List<PickleValue> keysAndValues) {
    if (keysAndValues.size() % 2 != 0) {
      throw input.malformed("keys and values in pairs", keysAndValues.size() + " of them");
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      requireHashable(keysAndValues.subList(i, i + 1));
    }
  }

  /** As Python, which takes nothing that can grow for a key or an item of a set. */
  void requireHashable(List<PickleValue> keys) {
    PickleValue found = Hashing.firstUnhashable(keys);
    if (found != null) {
      throw input.malformed("keys that cannot change", Describe.kind(found));
    }
  }

  private int base() {
    return depth == 0 ? 0 : marks[depth - 1];
  }

  private void limit(String what, int count, int most) {
    if (count > most) {
      throw input.malformed("at most " + most + " " + what, "more");
    }
  }
}
