// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.mindeye.core.engine.CallScope;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.tensor.TensorInfo;

/**
 * Named tensors in a file, read when asked for: opening checks the file's structure, {@link #load}
 * and {@link #copyInto} read one tensor. Files and tensors of many gigabytes are normal; the memory
 * needed besides the tensor itself is one window of a few megabytes.
 *
 * <p>The views ({@link #renamed}, {@link #under}, …) are cheap, share the file, and close it when
 * they are closed. Reading is safe from several threads, which take turns.
 *
 * <p>Reading fails with an {@link java.io.UncheckedIOException} if the file cannot be read (any
 * more), with an {@link IllegalStateException} after closing, and with a {@link
 * MalformedFileException} if it does not hold what it should.
 */
public interface StateDict extends AutoCloseable {
  /**
   * The tensors of an open file.
   *
   * @param file closed with the dictionary
   * @return its tensors, to be read into the engine's
   */
  static StateDict of(TensorFile file) {
    return new FileStateDict(file);
  }

  /**
   * Names the file in messages.
   *
   * @return the path the dictionary was opened with
   */
  String source();

  /**
   * All tensors.
   *
   * @return their names in the order of the file; cannot be changed
   */
  Set<String> names();

  /**
   * What the file says about a tensor.
   *
   * @param name the tensor
   * @return type and shape
   * @throws IllegalArgumentException if there is no such tensor
   */
  TensorInfo info(String name);

  /**
   * Reads a tensor.
   *
   * @param name the tensor
   * @param owner the manager that owns the result, on whose device it is made
   * @return a copy, of the shape {@link #info} gives and the type {@link TensorTypes#dataType}
   *     gives it: every floating type becomes float32
   * @throws IllegalArgumentException if there is no such tensor
   */
  NDArray load(String name, NDManager owner);

  /**
   * Reads a tensor into an existing one, a network's parameter for example, without a second copy
   * of it. The target's memory stays the same; no gradient is recorded.
   *
   * @param name the tensor
   * @param target of the same shape and of a type that {@link TensorTypes#fits}; its content is
   *     overwritten
   * @throws IllegalArgumentException if there is no such tensor
   * @throws org.mindeye.core.tensor.ShapeMismatchException if the target has another shape or type
   * @throws MalformedFileException if a number is too large for the target's type; the target is
   *     then partly overwritten
   */
  void copyInto(String name, NDArray target);

  /** Takes a tensor some rows at a time. */
  @FunctionalInterface
  interface RowReader {
    /**
     * Takes the next rows.
     *
     * @param first the number of the first of them, from 0
     * @param rows a range of the tensor's first axis, of the type that {@link #load} gives; freed
     *     when this returns
     */
    void read(long first, NDArray rows);
  }

  /**
   * Reads a tensor in windows of whole rows, for numbers that become something smaller than
   * themselves. What is needed is one window of a few megabytes, or a row; for a tensor that a view
   * cuts or transposes, the whole.
   *
   * @param name the tensor
   * @param reader is given all rows, in their order
   * @param device where the rows are made
   * @throws IllegalArgumentException if there is no such tensor
   */
  default void forEachRows(String name, RowReader reader, Device device) {
    try (CallScope scope = CallScope.open(device)) {
      reader.read(0, load(name, scope.manager()));
    }
  }

  /**
   * What the file's writer noted beside the tensors.
   *
   * @return keys and texts; empty if the format or the file has none
   */
  default Map<String, String> metadata() {
    return Map.of();
  }

  /**
   * Releases the file. Closing twice is harmless.
   *
   * @throws java.io.UncheckedIOException if the file cannot be closed
   */
  @Override
  void close();

  /**
   * The same tensors under other names.
   *
   * @param rename gives each tensor its new name
   * @return a view
   * @throws MalformedFileException if two tensors would get the same name
   */
  default StateDict renamed(UnaryOperator<String> rename) {
    return DerivedStateDict.of(this, rename, name -> true);
  }

  /**
   * Names that start with the prefix lose it, others stay as they are.
   *
   * @param prefix for example {@code module.}, which multi-device training adds
   * @return a view
   * @throws MalformedFileException if two tensors would get the same name
   */
  default StateDict withPrefixStripped(String prefix) {
    return renamed(name -> name.startsWith(prefix) ? name.substring(prefix.length()) : name);
  }

  /**
   * The tensors whose names pass a test.
   *
   * @param keep says which
   * @return a view
   */
  default StateDict filtered(Predicate<String> keep) {
    return DerivedStateDict.of(this, UnaryOperator.identity(), keep);
  }

  /**
   * The tensors under their network's own names: without what training programs put before and
   * between them. Taken away are {@code module.}, {@code _orig_mod.}, {@code _fsdp_wrapped_module.}
   * and {@code _checkpoint_wrapped_module.} wherever they stand, and {@code model.}, {@code
   * ema_model.} and {@code online_model.} at the beginning.
   *
   * @return a view, or this if there is nothing to take away
   * @throws MalformedFileException if two tensors would get the same name, because the file holds
   *     the weights twice: names both and the method that chooses; or as for {@link
   *     #requireWeights}
   */
  default StateDict unwrapped() {
    return Wrappers.off(this);
  }

  /**
   * One network's tensors, whether the file holds a whole model or the network alone: {@link
   * #unwrapped}, and {@link #under} the part's prefix if any name then starts with it.
   *
   * @param prefix of the part in the whole model, for example {@code voxel2clip.}
   * @return a view
   * @throws MalformedFileException as for {@link #unwrapped}
   */
  default StateDict partOf(String prefix) {
    return Wrappers.partOf(this, prefix);
  }

  /**
   * Refuses a file that holds no numbers: no tensor at all, or only empty ones, as in the stub that
   * DeepSpeed leaves beside the files of its ranks.
   *
   * @throws MalformedFileException then
   */
  default void requireWeights() {
    Wrappers.requireWeights(this);
  }

  /**
   * What to do about a tensor that is missing under its own name, but is there behind a prefix.
   *
   * @param missing a network's own name for a tensor
   * @return the end of a message, with the prefix and the method that takes it off; empty if the
   *     tensor is not there at all
   */
  default String prefixRemedy(String missing) {
    return Wrappers.remedy(this, missing);
  }

  /**
   * The tensors whose names start with a prefix, which they lose: one part of a larger model.
   *
   * @param prefix for example {@code voxel2clip.}
   * @return a view
   */
  default StateDict under(String prefix) {
    return DerivedStateDict.of(
        this, name -> name.substring(prefix.length()), name -> name.startsWith(prefix));
  }
}
