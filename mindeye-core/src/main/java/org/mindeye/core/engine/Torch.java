// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.formats.tensor.ElementType;

/**
 * Starts DJL's PyTorch engine and opens root managers.
 *
 * <p>The engine starts offline: it downloads nothing and sends no telemetry, whatever is missing
 * becomes an exception. Set the system property {@code ai.djl.offline} yourself to decide
 * otherwise.
 *
 * <p>On Linux it also makes OpenMP's threads spin only briefly while they wait for each other
 * ({@code GOMP_SPINCOUNT=1000}), unless the environment has {@code GOMP_SPINCOUNT} or {@code
 * OMP_WAIT_POLICY}: with OpenMP's own default everything becomes many times slower where other work
 * shares the machine. That must happen before libtorch is loaded: start the engine through this
 * class, or anything that uses it, before other users of DJL do; a warning says where it came too
 * late. On a busy macOS or Windows machine, set {@code OMP_WAIT_POLICY=PASSIVE} yourself.
 *
 * <p>On Linux it has the C library take the memory of large tensors in large pages ({@code
 * THP_MEM_ALLOC_ENABLE=1}), and use what tensors below 64 MiB free for the next ones, unless the
 * environment has {@code MALLOC_MMAP_THRESHOLD_}, {@code MALLOC_TRIM_THRESHOLD_}, {@code
 * MALLOC_TOP_PAD_} or {@code GLIBC_TUNABLES}.
 */
public final class Torch {
  /** Floating types that DJL hands to the engine without ending the process. */
  private static final Set<DataType> FLOATING =
      Set.of(DataType.FLOAT16, DataType.FLOAT32, DataType.FLOAT64);

  private static final Pattern DEVICE = Pattern.compile("cpu|gpu\\d{1,2}");

  static {
    if (System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
  }

  private Torch() {}

  /**
   * Names a device.
   *
   * @param name {@code cpu}, or {@code gpu0}, {@code gpu1}, …
   * @return the device
   * @throws IllegalArgumentException for any other name, several devices, or a GPU this machine or
   *     this libtorch does not offer
   */
  public static Device device(String name) {
    if (!DEVICE.matcher(Objects.requireNonNull(name, "name")).matches()) {
      String hint =
          name.contains(",") ? "; one process drives one device: start one process per device" : "";
      throw new IllegalArgumentException(
          "device '" + name + "': expected cpu or gpu followed by its number, as in gpu0" + hint);
    }
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    Device device = Device.gpu(Integer.parseInt(name.substring("gpu".length())));
    requirePresent(device);
    return device;
  }

  /**
   * Refuses a device that is not there, before any work for it is begun.
   *
   * @param device where something is to live
   * @throws NullPointerException if it is null
   * @throws IllegalArgumentException for a GPU this machine or this libtorch does not offer
   */
  public static void requirePresent(Device device) {
    Objects.requireNonNull(device, "device");
    if (device.isGpu() && device.getDeviceId() >= engine().getGpuCount()) {
      throw new IllegalArgumentException(
          "device 'gpu"
              + device.getDeviceId()
              + "': the engine sees "
              + Plural.of(engine().getGpuCount(), "GPU")
              + "; use cpu, or run with a CUDA build of libtorch 2.7.1"
              + " (PYTORCH_LIBRARY_PATH, PYTORCH_VERSION, PYTORCH_FLAVOR)");
    }
  }

  /**
   * Opens a root manager, an owner of native memory.
   *
   * @param device where its tensors live
   * @return a manager the caller closes
   * @throws IllegalArgumentException for a GPU this machine or this libtorch does not offer
   * @throws MindEyeException if the engine does not start; says what to do
   */
  public static NDManager newManager(Device device) {
    requirePresent(device);
    return engine().newBaseManager(device);
  }

  /**
   * The running engine.
   *
   * @return DJL's PyTorch engine
   * @throws MindEyeException if it does not start; says what to do, for example which native
   *     library to add to the class path
   */
  public static Engine engine() {
    return EngineStart.engine();
  }

  /**
   * Copies heap data into native memory of its own. ({@code NDManager.create} wraps the buffer on
   * the CPU: a view of such an array reads freed memory once the array object is collected.)
   *
   * @param owner the manager that owns the result
   * @param data the values, row by row
   * @param shape the axes
   * @return a float32 tensor
   */
  public static NDArray copy(NDManager owner, float[] data, Shape shape) {
    Alive.require("owner", owner);
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(shape, "shape");
    try (NDArray wrapped = owner.create(FloatBuffer.wrap(data), shape, DataType.FLOAT32)) {
      return wrapped.duplicate();
    }
  }

  /**
   * Lets the engine read a part of a file where it is mapped, without a copy. The tensor keeps the
   * mapping; a view of it does not, so keep the tensor for as long as its views.
   *
   * @param owner the manager that owns the result, of the CPU
   * @param mapped the elements, little-endian, on a machine that is
   * @param shape the axes
   * @param type FLOAT16, FLOAT32 or FLOAT64
   * @return a tensor that must not be written to
   * @throws IllegalArgumentException for another type
   */
  public static NDArray mapped(
      NDManager owner, MappedByteBuffer mapped, Shape shape, ElementType type) {
    Alive.require("owner", owner);
    ByteBuffer elements = mapped.order(ByteOrder.nativeOrder());
    return switch (type) {
      case FLOAT16 -> owner.create(elements, shape, DataType.FLOAT16);
      case FLOAT32 -> owner.create(elements, shape, DataType.FLOAT32);
      case FLOAT64 -> owner.create(elements, shape, DataType.FLOAT64);
      default -> throw new IllegalArgumentException("type: expected a float but was " + type);
    };
  }

  /**
   * Copies heap numbers into native memory of their own.
   *
   * @param owner the manager that owns the result
   * @param data the values, row by row
   * @param shape the axes
   * @param type float16, float32 or float64
   * @return a tensor of that type
   * @throws IllegalArgumentException for another type; bfloat16 would end the process
   */
  public static NDArray copy(NDManager owner, double[] data, Shape shape, DataType type) {
    Alive.require("owner", owner);
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(shape, "shape");
    Objects.requireNonNull(type, "type");
    if (!FLOATING.contains(type)) {
      throw new IllegalArgumentException(
          "type: expected float16, float32 or float64 but was "
              + type
              + "; make float32 and convert it");
    }
    try (NDArray wrapped = owner.create(data, shape)) {
      return type == DataType.FLOAT64 ? wrapped.duplicate() : wrapped.toType(type, true);
    }
  }

  /**
   * Copies float16 numbers as they lie in files into native memory of their own, and widens them,
   * by which nothing is lost.
   *
   * @param owner the manager that owns the result
   * @param halves the bits, little-endian, row by row
   * @param shape the axes
   * @return a float32 tensor
   */
  public static NDArray copyHalves(NDManager owner, byte[] halves, Shape shape) {
    Alive.require("owner", owner);
    Objects.requireNonNull(halves, "halves");
    Objects.requireNonNull(shape, "shape");
    ByteBuffer elements = ByteBuffer.wrap(halves).order(ByteOrder.LITTLE_ENDIAN);
    try (NDArray wrapped = owner.create(elements, shape, DataType.FLOAT16)) {
      return wrapped.toType(DataType.FLOAT32, true);
    }
  }

  /**
   * Copies whole numbers, for example indices, into native memory of their own.
   *
   * @param owner the manager that owns the result
   * @param data the values, row by row
   * @param shape the axes
   * @return an int64 tensor
   */
  public static NDArray copy(NDManager owner, long[] data, Shape shape) {
    Alive.require("owner", owner);
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(shape, "shape");
    try (NDArray wrapped = owner.create(data, shape)) {
      return wrapped.duplicate();
    }
  }

  /**
   * Copies flags into native memory of their own.
   *
   * @param owner the manager that owns the result
   * @param data the values, row by row
   * @param shape the axes
   * @return a boolean tensor
   */
  public static NDArray copy(NDManager owner, boolean[] data, Shape shape) {
    Alive.require("owner", owner);
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(shape, "shape");
    try (NDArray wrapped = owner.create(data, shape)) {
      return wrapped.duplicate();
    }
  }

  /**
   * A number to multiply or divide a tensor by where gradients are recorded. {@code x.mul(3)} wraps
   * a heap buffer that the collector may free before the backward pass reads it; the gradient is
   * silently wrong then. Terms of a loss are weighted by {@link org.mindeye.core.optim.LossSum}.
   *
   * <pre>{@code NDArray y = x.mul(Torch.scalar(x, 3));}</pre>
   *
   * @param like what it will be applied to, of a floating type
   * @param value the number
   * @return a scalar of the tensor's type (float32 for a bfloat16 tensor), so that the result has
   *     the tensor's type too, and on its device; owned by its manager
   */
  public static NDArray scalar(NDArray like, double value) {
    DataType type = Alive.require("like", like).getDataType();
    // DJL does not know bfloat16; a scalar of another floating type does not change that of the
    // rest.
    DataType known = type == DataType.UNKNOWN ? DataType.FLOAT32 : type;
    return copy(like.getManager(), new double[] {value}, new Shape(), known);
  }
}
