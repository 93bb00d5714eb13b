// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.pickle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * What a pickle describes. Containers are compared by identity, may be shared and may contain
 * themselves: code that walks through them has to remember where it has been.
 */
public sealed interface PickleValue {
  /** Python's {@code None}. */
  enum Nothing implements PickleValue {
    /** The only one. */
    NONE
  }

  /**
   * A truth value.
   *
   * @param value true or false
   */
  record Bool(boolean value) implements PickleValue {}

  /**
   * An integer of any size.
   *
   * @param value the number
   */
  record Whole(BigInteger value) implements PickleValue {}

  /**
   * A floating-point number.
   *
   * @param value the number
   */
  record Real(double value) implements PickleValue {}

  /**
   * A text.
   *
   * @param value its characters
   */
  record Text(String value) implements PickleValue {}

  /**
   * A class or function, by name only.
   *
   * @param module for example {@code collections}
   * @param name for example {@code OrderedDict}
   */
  record Global(String module, String name) implements PickleValue {
    /**
     * Module and name.
     *
     * @return both, with a dot between
     */
    public String qualified() {
      return module + "." + name;
    }
  }

  /** Bytes. */
  final class Bytes implements PickleValue {
    /** The kinds of bytes. */
    public enum Kind {
      /** Cannot be changed. */
      BYTES,
      /** Can be changed. */
      ARRAY,
      /** What Python 2 called a string. */
      STRING
    }

    private final byte[] content;
    private final Kind kind;

    Bytes(byte[] content, Kind kind) {
      this.content = content;
      this.kind = kind;
    }

    /**
     * The bytes.
     *
     * @return not a copy
     */
    public byte[] content() {
      return content;
    }

    /**
     * Whether Python 2 called this a string.
     *
     * @return false for what are bytes in Python 3
     */
    public boolean isString() {
      return kind == Kind.STRING;
    }

    /**
     * Which kind.
     *
     * @return the kind
     */
    public Kind kind() {
      return kind;
    }
  }

  /** A list, tuple or set. */
  final class Sequence implements PickleValue {
    /** The kinds of sequence. */
    public enum Kind {
      /** Grows. */
      LIST,
      /** Complete when made. */
      TUPLE,
      /** Grows; its order means nothing. */
      SET,
      /** A set, complete when made. */
      FROZEN_SET
    }

    private final Kind kind;
    private final List<PickleValue> items;

    /** Null if Python could take this for a key. */
    private final PickleValue unhashable;

    Sequence(Kind kind, List<PickleValue> items) {
      this.kind = kind;
      this.items = items;
      this.unhashable =
          switch (kind) {
            case LIST, SET -> this;
            case TUPLE -> Hashing.firstUnhashable(items);
            case FROZEN_SET -> null;
          };
    }

    /** What in here cannot be part of a key; null if nothing. */
    PickleValue unhashable() {
      return unhashable;
    }

    /**
     * Which kind.
     *
     * @return the kind
     */
    public Kind kind() {
      return kind;
    }

    /**
     * The items.
     *
     * @return not a copy
     */
    public List<PickleValue> items() {
      return items;
    }
  }

  /** A dictionary, as the assignments that filled it: a key that comes again replaces. */
  final class Mapping implements PickleValue {
    private final List<PickleValue> keysAndValues;

    Mapping(List<PickleValue> keysAndValues) {
      this.keysAndValues = keysAndValues;
    }

    /**
     * The assignments.
     *
     * @return key, value, key, value, …; not a copy
     */
    public List<PickleValue> keysAndValues() {
      return keysAndValues;
    }
  }

  /** Something outside the pickle that the writer referred to. */
  final class Persistent implements PickleValue {
    private final PickleValue id;

    Persistent(PickleValue id) {
      this.id = id;
    }

    /**
     * How the writer called it.
     *
     * @return anything
     */
    public PickleValue id() {
      return id;
    }
  }

  /** What would be an object if something were called, which it is not. */
  final class Call implements PickleValue {
    /** The opcodes that call. */
    public enum Kind {
      /** A function or class with arguments. */
      REDUCE,
      /** A class, made without its constructor; also with keywords. */
      NEW,
      /** A class with arguments, in the manner of old pickles. */
      INSTANCE,
      /** A number of a registry that every Python program keeps for itself. */
      EXTENSION,
      /** Something that is no call but was given a state. */
      BUILD
    }

    private final Kind kind;
    private final PickleValue callee;
    private final PickleValue arguments;
    private final List<PickleValue> states = new ArrayList<>(0);
    private final List<PickleValue> items = new ArrayList<>(0);
    private final List<PickleValue> keysAndValues = new ArrayList<>(0);

    Call(Kind kind, PickleValue callee, PickleValue arguments) {
      this.kind = kind;
      this.callee = callee;
      this.arguments = arguments;
    }

    /**
     * How it would be called.
     *
     * @return the kind
     */
    public Kind kind() {
      return kind;
    }

    /**
     * What would be called.
     *
     * @return usually a {@link Global}
     */
    public PickleValue callee() {
      return callee;
    }

    /**
     * With what.
     *
     * @return usually a tuple; with keywords a tuple of both
     */
    public PickleValue arguments() {
      return arguments;
    }

    /**
     * The states it would be given afterwards.
     *
     * @return usually none or one; not a copy
     */
    public List<PickleValue> states() {
      return states;
    }

    /**
     * What would be appended to it.
     *
     * @return not a copy
     */
    public List<PickleValue> items() {
      return items;
    }

    /**
     * What would be assigned in it.
     *
     * @return key, value, key, value, …; not a copy
     */
    public List<PickleValue> keysAndValues() {
      return keysAndValues;
    }
  }
}
