// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.internal.kernel.Conversion;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.ReadFailure;
import org.mindeye.formats.tensor.TensorElements;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.Widening;

/**
 * Moves the elements of one file's tensors into native memory, window by window: what is needed
 * besides the tensor is two windows, whatever its size. The windows are kept for the next tensor.
 *
 * <p>Files are read, not mapped: a file that shrinks meanwhile is an exception and not the end of
 * the process, and a closed file can be deleted on every system.
 */
final class TensorTransfer {
  /** Bytes of a window, in the file's element type and in the tensor's. */
  static final int WINDOW = 1 << 24;

  private final String source;
  private ByteBuffer raw = ByteBuffer.allocate(0);
  private ByteBuffer wide = ByteBuffer.allocate(0);

  /**
   * Windows for one file.
   *
   * @param source names the file in messages
   */
  TensorTransfer(String source) {
    this.source = source;
  }

  /** See {@link StateDict#load}. */
  NDArray load(TensorInfo info, TensorElements elements, NDManager owner) {
    try (CallScope scope = CallScope.open(Alive.require("owner", owner).getDevice())) {
      NDArray tensor = TensorTypes.empty(info, scope.manager());
      copyInto(info, elements, tensor);
      return scope.keep(tensor, owner);
    }
  }

  /** See {@link StateDict#copyInto}. */
  void copyInto(TensorInfo info, TensorElements elements, NDArray target) {
    check(source, info, Alive.require("target", target));
    copyFrom(0, info, elements, target);
  }

  /** See {@link StateDict#forEachRows}. */
  void forEachRows(
      TensorInfo info, TensorElements elements, StateDict.RowReader reader, Device device) {
    DataType type = TensorTypes.dataType(info.type());
    Shape whole = TensorTypes.shape(info.shape());
    long rows = whole.dimension() == 0 ? 1 : whole.get(0);
    long row = Math.max(1, info.size() / Math.max(1, rows));
    long step = Math.max(1, WINDOW / (row * type.getNumOfBytes()));
    for (long from = 0; from < rows; from += step) {
      try (CallScope scope = CallScope.open(device)) {
        long count = Math.min(step, rows - from);
        Shape shape = whole.dimension() == 0 ? whole : new Shape(count).addAll(whole.slice(1));
        NDArray window = scope.manager().create(shape, type);
        copyFrom(from * row, info, elements, window);
        reader.read(from, window);
      }
    }
  }

  /** Fills a target from an element of the tensor on. */
  private synchronized void copyFrom(
      long first, TensorInfo info, TensorElements elements, NDArray target) {
    ElementType type = info.type();
    DataType targetType = DataTypes.of(target);
    // Halves that stay what they are travel under the name of float16, which the engine knows.
    boolean sameHalf = DataTypes.isHalf(targetType) && type.name().equals(targetType.name());
    DataType readType = sameHalf ? DataType.FLOAT16 : TensorTypes.dataType(type);
    int step = WINDOW / Math.max(type.bytes(), readType.getNumOfBytes());
    try (CallScope scope = CallScope.open(target.getDevice())) {
      long size = target.size();
      NDArray flat = target.reshape(size);
      for (long from = 0; from < size; from += step) {
        int count = (int) Math.min(step, size - from);
        raw = window(raw, count * type.bytes());
        elements.read((first + from) * type.bytes(), raw);
        raw.flip();
        ByteBuffer ready = sameHalf ? raw : widened(info, count);
        try (NDArray chunk = scope.manager().create(ready, new Shape(count), readType);
            NDArray part = flat.get(new NDIndex("{}:{}", from, from + count))) {
          if (sameHalf && targetType == DataType.BFLOAT16) {
            Conversion.storeBits(part, chunk);
          } else {
            store(source, info, chunk, part);
          }
        }
      }
    } catch (IOException e) {
      throw ReadFailure.of(source, "tensor '" + info.name() + "'", e);
    }
  }

  /** Overwrites a target of the same shape, in its own type. */
  static void store(String source, TensorInfo info, NDArray values, NDArray target) {
    if (values.getDataType() == target.getDataType()) {
      LinearCombination.assign(target, values);
    } else if (Conversion.store(target, values)) {
      DataType type = DataTypes.of(target);
      throw new MalformedFileException(
          source + ": tensor '" + info.name() + "'",
          "numbers that a parameter of " + type + " can hold",
          "larger ones; declare the parameter as float32");
    }
  }

  private ByteBuffer widened(TensorInfo info, int count) {
    if (!Widening.isNeeded(info.type())) {
      return raw;
    }
    wide = window(wide, count * TensorTypes.dataType(info.type()).getNumOfBytes());
    Widening.widen(source, info, raw, wide);
    return wide;
  }

  /** A direct buffer of exactly this many bytes: the engine reads it where it lies. */
  private static ByteBuffer window(ByteBuffer kept, int bytes) {
    ByteBuffer buffer = kept.capacity() >= bytes ? kept : ByteBuffer.allocateDirect(bytes);
    return buffer.clear().limit(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Refuses a target that the tensor cannot be read into. */
  static void check(String source, TensorInfo info, NDArray target) {
    String tensor = source + ": tensor '" + info.name() + "'";
    if (!target.getShape().equals(TensorTypes.shape(info.shape()))) {
      throw new ShapeMismatchException(
          tensor + " is " + info.shape() + " but its target is " + target.getShape());
    }
    DataType targetType = DataTypes.of(target);
    if (!TensorTypes.fits(info.type(), targetType)) {
      throw new ShapeMismatchException(
          tensor
              + " is "
              + info.type()
              + " and can be read into "
              + TensorTypes.dataType(info.type())
              + (info.type().isFloating() ? ", float16 and bfloat16" : "")
              + " but its target is "
              + targetType);
    }
  }
}
