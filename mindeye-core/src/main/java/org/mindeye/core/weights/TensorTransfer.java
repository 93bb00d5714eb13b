package org.mindeye.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.Map;
import org.mindeye.core.kernel.Alive;
import org.mindeye.core.kernel.CallScope;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * Moves the elements of one file's tensors into native memory, window by window: what is needed
 * beside the tensor is two windows, whatever its size. The windows are kept for the next tensor.
 *
 * <p>Files are read, not mapped: a file that shrinks meanwhile is an exception and not the end of
 * the process, and a closed file can be deleted on every system.
 */
final class TensorTransfer {
  /** Bytes of a window, in the file's element type and in the tensor's. */
  static final int WINDOW = 1 << 24;

  /** The elements of one tensor: little-endian, the last axis fastest, without gaps. */
  @FunctionalInterface
  interface Elements {
    /**
     * Fills the buffer to its limit.
     *
     * @param firstByte counted from the first element
     * @param into empty
     * @throws IOException if that many bytes are not there
     */
    void read(long firstByte, ByteBuffer into) throws IOException;

    /** Elements that lie in a file as they are, from a position on. */
    static Elements in(FileChannel channel, long position) {
      return (firstByte, into) -> {
        long at = position + firstByte;
        while (into.hasRemaining()) {
          int count = channel.read(into, at);
          if (count < 0) {
            throw new EOFException("the file ends at byte " + at);
          }
          at += count;
        }
      };
    }
  }

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

  /** Finds what belongs to a name. */
  static <T> T require(String source, Map<String, T> tensors, String name) {
    T found = tensors.get(name);
    if (found == null) {
      throw new IllegalArgumentException(source + ": no tensor is called '" + name + "'");
    }
    return found;
  }

  /** See {@link StateDict#load}. */
  NDArray load(TensorInfo info, Elements elements, NDManager owner) {
    try (CallScope scope = CallScope.open(Alive.require("owner", owner).getDevice())) {
      NDArray tensor = scope.manager().create(info.shape(), info.type().tensorType());
      copyInto(info, elements, tensor);
      return scope.keep(tensor, owner);
    }
  }

  /** See {@link StateDict#copyInto}. */
  synchronized void copyInto(TensorInfo info, Elements elements, NDArray target) {
    check(source, info, Alive.require("target", target));
    ElementType type = info.type();
    DataType tensorType = type.tensorType();
    int step = WINDOW / Math.max(type.bytes(), tensorType.getNumOfBytes());
    try (CallScope scope = CallScope.open(target.getDevice())) {
      NDArray flat = target.reshape(info.size());
      for (long from = 0; from < info.size(); from += step) {
        int count = (int) Math.min(step, info.size() - from);
        raw = window(raw, count * type.bytes());
        elements.read(from * type.bytes(), raw);
        ByteBuffer ready = widened(info, count);
        try (NDArray chunk = scope.manager().create(ready, new Shape(count), tensorType)) {
          flat.set(new NDIndex(from + ":" + (from + count)), chunk);
        }
      }
    } catch (IOException e) {
      throw failure(source, "tensor '" + info.name() + "'", e);
    }
  }

  /**
   * What to throw where reading failed: a file that its user has closed is no fault of the disk.
   */
  static RuntimeException failure(String source, String part, IOException e) {
    boolean closed = e instanceof ClosedChannelException;
    return closed && !(e instanceof ClosedByInterruptException)
        ? new IllegalStateException(
            source + " is closed: read " + part + " before, or open it again")
        : new UncheckedIOException(source + ": " + part, e);
  }

  private ByteBuffer widened(TensorInfo info, int count) {
    raw.flip();
    if (!Widening.isNeeded(info.type())) {
      return raw;
    }
    wide = window(wide, count * info.type().tensorType().getNumOfBytes());
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
    if (!target.getShape().equals(info.shape())) {
      throw new ShapeMismatchException(
          tensor + " is " + info.shape() + " but its target is " + target.getShape());
    }
    if (target.getDataType() != info.type().tensorType()) {
      throw new IllegalArgumentException(
          tensor
              + " is "
              + info.type()
              + " and can be read into "
              + info.type().tensorType()
              + " but its target is "
              + target.getDataType());
    }
  }
}
