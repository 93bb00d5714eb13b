// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.matlab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatFile.Entry;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sources;

/** Version 5: read whole, as one cannot know where a variable is. */
final class MatFile5 extends MatFile {
  /** Larger files are of version 7.3. */
  private static final long MOST_BYTES = 1L << 30;

  private static final Map<MatlabType, ElementType> TYPES =
      Map.of(
          MatlabType.Double, ElementType.FLOAT64,
          MatlabType.Single, ElementType.FLOAT32,
          MatlabType.Int8, ElementType.INT8,
          MatlabType.UInt8, ElementType.UINT8,
          MatlabType.Int16, ElementType.INT16,
          MatlabType.UInt16, ElementType.UINT16,
          MatlabType.Int32, ElementType.INT32,
          MatlabType.UInt32, ElementType.INT64,
          MatlabType.Int64, ElementType.INT64);

  private final String source;
  private final MatElements elements;
  private final Map<String, Matrix> matrices;
  private boolean closed;

  private MatFile5(String source, MatElements elements, Map<String, Matrix> matrices) {
    this.source = source;
    this.elements = elements;
    this.matrices = matrices;
  }

  static MatFile5 read(Path file) throws IOException {
    String source = file.toString();
    long bytes = Files.size(file);
    if (bytes > MOST_BYTES) {
      throw new MalformedFileException(
          source,
          "at most 1 GiB in a MATLAB file before version 7.3",
          Plural.of(bytes, "byte") + "; save it with -v7.3");
    }
    HeapBudget.ofThisProcess().require(source, 3 * bytes, "save it with -v7.3");
    MatElements elements = MatElements.of(source, Files.readAllBytes(file));
    return new MatFile5(source, elements, matrices(source, elements.plain()));
  }

  private static Map<String, Matrix> matrices(String source, byte[] plain) {
    Map<String, Matrix> matrices = new LinkedHashMap<>();
    try {
      for (Entry entry : Mat5.newReader(Sources.wrap(plain)).readMat().getEntries()) {
        matrices.put(entry.getName(), (Matrix) entry.getValue());
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      MalformedFileException refused =
          new MalformedFileException(
              source, "a MATLAB file of version 5", "one that cannot be read (" + e + ")");
      refused.initCause(e);
      throw refused;
    }
    return matrices;
  }

  @Override
  public List<String> names() {
    requireOpen();
    return elements.names();
  }

  @Override
  public HeapArray array(String name) {
    requireOpen();
    String place = source + ": variable '" + Printable.name(name) + "'";
    Matrix matrix = matrices.get(name);
    if (matrix == null) {
      throw elements
          .other(name)
          .map(kind -> new MalformedFileException(place, "an array of real numbers", kind))
          .orElseGet(
              () ->
                  new MalformedFileException(
                      source,
                      "a variable '" + name + "'",
                      Printable.line("only " + String.join(", ", names()))));
    }
    ElementType type = matrix.isLogical() ? ElementType.BOOL : TYPES.get(matrix.getType());
    if (type == null) {
      throw new MalformedFileException(
          place, "integers of up to 64 bits with sign, or floats", "" + matrix.getType());
    }
    int[] dimensions = matrix.getDimensions();
    long[] axes = new long[dimensions.length];
    for (int axis = 0; axis < axes.length; axis++) {
      axes[axis] = dimensions[axis];
    }
    byte[] content =
        HeapBudget.ofThisProcess()
            .allocate(
                place,
                Math.multiplyExact(matrix.getNumElements(), type.bytes()),
                "save it with -v7.3");
    ByteBuffer target = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < matrix.getNumElements(); i++) {
      switch (type) {
        case FLOAT64 -> target.putDouble(matrix.getDouble(i));
        case FLOAT32 -> target.putFloat(matrix.getFloat(i));
        case INT64 -> target.putLong(matrix.getLong(i));
        case INT32 -> target.putInt((int) matrix.getLong(i));
        case INT16, UINT16 -> target.putShort((short) matrix.getLong(i));
        default -> target.put((byte) matrix.getLong(i));
      }
    }
    return Axes.reversed(place, HeapArray.of(type, new TensorShape(Axes.reversed(axes)), content));
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(source + " is closed: read before, or open it again");
    }
  }

  @Override
  public void close() {
    closed = true;
    matrices.clear();
  }
}
