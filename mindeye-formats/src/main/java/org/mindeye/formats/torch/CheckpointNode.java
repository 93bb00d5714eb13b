// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.formats.internal.StridedLayout;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.TensorShape;

/**
 * A value of a checkpoint, as plain data. Values may be shared and may contain themselves. Names,
 * numbers and truth values are equal by value; everything else by identity.
 */
public sealed interface CheckpointNode {
  /** Python's {@code None}. */
  enum Null implements CheckpointNode {
    /** The only one. */
    NONE
  }

  /**
   * A truth value.
   *
   * @param value true or false
   */
  record Bool(boolean value) implements CheckpointNode {}

  /**
   * An integer.
   *
   * @param value of any size
   */
  record Whole(BigInteger value) implements CheckpointNode, Comparable<Whole> {
    // Comparable, as Real and Text are, so that a file cannot slow hash tables down with
    // collisions.
    @Override
    public int compareTo(Whole other) {
      return value.compareTo(other.value);
    }
  }

  /**
   * A floating-point number.
   *
   * @param value the number
   */
  record Real(double value) implements CheckpointNode, Comparable<Real> {
    @Override
    public int compareTo(Real other) {
      return Double.compare(value, other.value);
    }
  }

  /**
   * A text; also a device ({@code cuda:0}) or an element type ({@code torch.float32}).
   *
   * @param value its characters
   */
  record Text(String value) implements CheckpointNode, Comparable<Text> {
    @Override
    public int compareTo(Text other) {
      return value.compareTo(other.value);
    }

    @Override
    public String toString() {
      return "text '" + Printable.name(value) + "'";
    }
  }

  /** Bytes. */
  final class Blob implements CheckpointNode {
    private final byte[] content;

    Blob(byte[] content) {
      this.content = content;
    }

    /**
     * The bytes.
     *
     * @return a copy
     */
    public byte[] content() {
      return content.clone();
    }

    @Override
    public String toString() {
      return Plural.of(content.length, "byte");
    }
  }

  /** A list, tuple or set. */
  final class Sequence implements CheckpointNode {
    private final List<CheckpointNode> items = new ArrayList<>(0);

    Sequence() {}

    /**
     * The items; those of a set in the order of the file.
     *
     * @return a view that cannot be changed
     */
    public List<CheckpointNode> items() {
      return Collections.unmodifiableList(items);
    }

    void add(CheckpointNode item) {
      items.add(item);
    }

    @Override
    public String toString() {
      return "sequence of " + items.size();
    }
  }

  /** A dictionary. */
  final class Mapping implements CheckpointNode {
    private final Map<CheckpointNode, CheckpointNode> entries = new LinkedHashMap<>();

    Mapping() {}

    /**
     * All entries. Keys are mostly {@link Text}.
     *
     * @return in the order of the file; a view that cannot be changed
     */
    public Map<CheckpointNode, CheckpointNode> entries() {
      return Collections.unmodifiableMap(entries);
    }

    /**
     * The value of a text.
     *
     * @param key the text
     * @return the value, if there is one
     */
    public Optional<CheckpointNode> get(String key) {
      return Optional.ofNullable(entries.get(new Text(key)));
    }

    void put(CheckpointNode key, CheckpointNode value) {
      entries.put(key, value);
    }

    @Override
    public String toString() {
      return "dictionary of " + entries.size();
    }
  }

  /**
   * A tensor of torch, whose elements stay in the file until they are read from a {@link
   * TorchCheckpoint#stateDict() dictionary of tensors}.
   */
  final class Tensor implements CheckpointNode {
    private final StridedLayout layout;

    Tensor(StridedLayout layout) {
      this.layout = layout;
    }

    /**
     * The elements in the file.
     *
     * @return their type
     */
    public ElementType type() {
      return layout.type();
    }

    /**
     * The axes.
     *
     * @return their lengths; none for a scalar
     */
    public TensorShape shape() {
      return new TensorShape(layout.sizes());
    }

    StridedLayout layout() {
      return layout;
    }

    @Override
    public String toString() {
      return "tensor " + type() + shape();
    }
  }

  /**
   * An array of NumPy.
   *
   * @param array its elements
   */
  record Array(HeapArray array) implements CheckpointNode {}

  /**
   * What Python would make by calling a program's own functions. It is not made: nothing in a file
   * is ever called, imported or looked up.
   *
   * @param global the function or class, or whatever stands in its place
   * @param reason why it is not read
   */
  record Opaque(String global, String reason) implements CheckpointNode {
    @Override
    public String toString() {
      return Printable.name(global) + ", " + reason;
    }
  }
}
