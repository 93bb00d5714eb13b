// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.pickle;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mindeye.formats.internal.pickle.PickleValue.Call;
import org.mindeye.formats.internal.pickle.PickleValue.Global;
import org.mindeye.formats.internal.pickle.PickleValue.Mapping;
import org.mindeye.formats.internal.pickle.PickleValue.Persistent;
import org.mindeye.formats.internal.pickle.PickleValue.Sequence;
import org.mindeye.formats.internal.pickle.PickleValue.Text;
import org.mindeye.formats.internal.pickle.PickleValue.Whole;

/**
 * The machine that Python's {@code pickle} describes (protocols 0 to 5, all opcodes), as a reader
 * of data: where Python would import a name or call something, this makes a note of it. Time and
 * memory grow with the length of the pickle and nothing else.
 */
public final class Unpickler {
  private static final int NEWEST_PROTOCOL = 5;
  private static final int STOP = '.';
  private static final int MAX_NAME = 512;

  private final PickleInput input;
  private final LiteralReader literals;
  private final PickleStack stack;
  private final List<PickleValue> foreign = new ArrayList<>();

  /**
   * Prepares for one pickle.
   *
   * @param input where it begins
   */
  public Unpickler(PickleInput input) {
    this.input = input;
    this.literals = new LiteralReader(input);
    this.stack = new PickleStack(input);
    input.beginPickle();
  }

  /**
   * Reads the pickle. May be called once.
   *
   * @return the value it describes
   * @throws IOException if the bytes cannot be read
   * @throws org.mindeye.MindEyeException if they are not a pickle, or it exceeds the limits
   */
  public PickleValue read() throws IOException {
    for (int opcode = input.unsignedByte(); opcode != STOP; opcode = input.unsignedByte()) {
      PickleValue literal = literals.read(opcode);
      if (literal != null) {
        stack.push(literal);
      } else if (!container(opcode) && !memory(opcode) && !object(opcode)) {
        throw input.malformed(
            "an opcode of Python's pickles", String.format(Locale.ROOT, "0x%02x", opcode));
      }
    }
    return stack.result();
  }

  /**
   * Everything that Python would have looked up or called: {@link Global}, {@link Persistent} and
   * {@link Call}, each time it did so, whether the result is part of the value or was dropped.
   *
   * @return in the order of the pickle
   */
  public List<PickleValue> foreign() {
    return foreign;
  }

  private boolean container(int opcode) {
    switch (opcode) {
      case ']' -> stack.push(new Sequence(Sequence.Kind.LIST, new ArrayList<>(0)));
      case ')' -> stack.push(tuple(List.of()));
      case '}' -> stack.push(new Mapping(new ArrayList<>(0)));
      case 0x8f -> stack.push(new Sequence(Sequence.Kind.SET, new ArrayList<>(0)));
      case 'l' -> stack.push(new Sequence(Sequence.Kind.LIST, stack.popMark()));
      case 't' -> stack.push(tuple(stack.popMark()));
      case 0x91 -> {
        List<PickleValue> items = stack.popMark();
        stack.requireHashable(items);
        stack.push(new Sequence(Sequence.Kind.FROZEN_SET, items));
      }
      case 'd' -> {
        List<PickleValue> keysAndValues = stack.popMark();
        stack.requirePairs(keysAndValues);
        stack.push(new Mapping(keysAndValues));
      }
      case 0x85 -> stack.push(tuple(List.of(stack.pop())));
      case 0x86 -> stack.push(tuple(pop(2)));
      case 0x87 -> stack.push(tuple(pop(3)));
      case 'a' -> stack.append(pop(1), Sequence.Kind.LIST);
      case 'e' -> stack.append(stack.popMark(), Sequence.Kind.LIST);
      case 0x90 -> stack.append(stack.popMark(), Sequence.Kind.SET);
      case 's' -> stack.assign(pop(2));
      case 'u' -> stack.assign(stack.popMark());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean memory(int opcode) throws IOException {
    switch (opcode) {
      case '(' -> stack.mark();
      case '0' -> stack.discard();
      case '1' -> stack.popMark();
      case '2' -> stack.push(stack.top());
      case 'p' -> stack.remember(literals.decimal());
      case 'q' -> stack.remember(input.unsignedByte());
      case 'r' -> stack.remember(Integer.toUnsignedLong(input.signedInt()));
      case 0x94 -> stack.rememberNext();
      case 'g' -> stack.recall(literals.decimal());
      case 'h' -> stack.recall(input.unsignedByte());
      case 'j' -> stack.recall(Integer.toUnsignedLong(input.signedInt()));
      case 0x80 -> protocol(input.unsignedByte());
      case 0x95 -> input.length(input.signedLong());
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Whatever would make Python call or look up something. */
  private boolean object(int opcode) throws IOException {
    switch (opcode) {
      case 'c' -> stack.push(globalInText());
      case 0x93 -> stack.push(globalOnStack());
      case 'P' -> persistent(new Text(literals.ascii()));
      case 'Q' -> persistent(stack.pop());
      case 'R' -> call(Call.Kind.REDUCE, pop(2));
      case 0x81 -> call(Call.Kind.NEW, pop(2));
      case 0x92 -> {
        List<PickleValue> parts = pop(3);
        call(Call.Kind.NEW, List.of(parts.get(0), tuple(parts.subList(1, 3))));
      }
      case 'i' -> call(Call.Kind.INSTANCE, List.of(globalInText(), tuple(stack.popMark())));
      case 'o' -> {
        List<PickleValue> parts = stack.popMark();
        if (parts.isEmpty()) {
          throw input.malformed("a class", "a mark");
        }
        call(Call.Kind.INSTANCE, List.of(parts.get(0), tuple(parts.subList(1, parts.size()))));
      }
      case 0x82 -> extension(input.unsignedByte());
      case 0x83 -> extension(input.unsignedShort());
      case 0x84 -> extension(input.signedInt());
      case 'b' -> build();
      case 0x97, 0x98 -> throw input.malformed("a file complete in itself", "a buffer outside it");
      default -> {
        return false;
      }
    }
    return true;
  }

  private void protocol(int version) {
    if (version > NEWEST_PROTOCOL) {
      throw input.malformed("a pickle of protocol 0 to " + NEWEST_PROTOCOL, "protocol " + version);
    }
  }

  private Global globalInText() throws IOException {
    String module = input.utf8(input.line());
    return global(module, input.utf8(input.line()));
  }

  private Global globalOnStack() {
    List<PickleValue> names = pop(2);
    if (names.get(0) instanceof Text module && names.get(1) instanceof Text name) {
      return global(module.value(), name.value());
    }
    throw input.malformed("the names of a module and what is in it", Describe.kind(names.get(0)));
  }

  /** Names can be repeated at no cost in the file, so they must not be long. */
  private Global global(String module, String name) {
    if (module.length() > MAX_NAME || name.length() > MAX_NAME) {
      throw input.malformed("a name of at most " + MAX_NAME + " characters", "a longer one");
    }
    Global global = new Global(module, name);
    foreign.add(global);
    return global;
  }

  private void persistent(PickleValue id) {
    Persistent reference = new Persistent(id);
    foreign.add(reference);
    stack.push(reference);
  }

  private void call(Call.Kind kind, List<PickleValue> calleeAndArguments) {
    stack.push(noted(new Call(kind, calleeAndArguments.get(0), calleeAndArguments.get(1))));
  }

  private void extension(int code) {
    Whole number = new Whole(BigInteger.valueOf(code));
    call(Call.Kind.EXTENSION, List.of(number, tuple(List.of())));
  }

  /** Only what a call would make can be given a state; anything else becomes such a thing. */
  private void build() {
    PickleValue state = stack.pop();
    PickleValue target = stack.pop();
    Call call = target instanceof Call made ? made : built(target);
    call.states().add(state);
    stack.push(call);
  }

  private Call built(PickleValue target) {
    return noted(new Call(Call.Kind.BUILD, target, tuple(List.of())));
  }

  private Call noted(Call call) {
    foreign.add(call);
    return call;
  }

  private List<PickleValue> pop(int count) {
    PickleValue[] popped = new PickleValue[count];
    for (int i = count - 1; i >= 0; i--) {
      popped[i] = stack.pop();
    }
    return List.of(popped);
  }

  private static Sequence tuple(List<PickleValue> items) {
    return new Sequence(Sequence.Kind.TUPLE, List.copyOf(items));
  }
}
