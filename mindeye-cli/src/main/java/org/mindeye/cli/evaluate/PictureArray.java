// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.formats.TensorFiles;
import org.mindeye.formats.WeightFormat;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.numpy.NpyFile;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.ReadFailure;
import org.mindeye.formats.tensor.TensorElements;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;

/**
 * Pictures that are an array in a file, of which one is in memory at a time: {@code [pictures, 3,
 * height, width]} or {@code [pictures, height, width, 3]}, floats in [0, 1] or bytes.
 */
final class PictureArray implements PictureSet {
  private static final int CHANNELS = 3;
  private static final String IDS = "coco_ids";
  private static final String KEYS = "keys";
  private static final float LEVELS = 255;

  /** What decoders paint may leave [0, 1], but not by so much. */
  private static final float OVERSHOOT = 0.5f;

  private final String source;
  private final Closeable file;
  private final TensorElements elements;
  private final ElementType type;
  private final int count;
  private final PictureSize size;
  private final boolean channelsLast;
  private final List<String> ids;

  private PictureArray(
      String source, Closeable file, TensorInfo info, TensorElements elements, long[] ids) {
    this.source = source;
    this.file = file;
    this.elements = elements;
    type = info.type();
    long[] axes = info.shape().axes();
    boolean four = axes.length == 4 && axes[0] > 0 && axes[0] <= Integer.MAX_VALUE;
    boolean first = four && axes[1] == CHANNELS;
    channelsLast = four && axes[3] == CHANNELS;
    if (first == channelsLast || !(type.isFloating() || type == ElementType.UINT8)) {
      throw new MalformedFileException(
          source,
          "pictures: floats or bytes of the shape [pictures, 3, height, width] or [pictures,"
              + " height, width, 3]",
          type + " " + Arrays.toString(axes));
    }
    count = (int) axes[0];
    size = size(axes[channelsLast ? 1 : 2], axes[channelsLast ? 2 : 3]);
    this.ids = ids == null ? null : Arrays.stream(ids).mapToObj(Long::toString).toList();
    if (ids != null && ids.length != count) {
      throw new MindEyeException(
          source + ": " + Plural.of(count, "picture") + " but " + ids.length + " " + IDS);
    }
  }

  private PictureSize size(long height, long width) {
    double bytes = (double) height * width * CHANNELS * type.bytes();
    if (bytes < 1 || bytes > Integer.MAX_VALUE - 8) {
      throw new MalformedFileException(
          source, "pictures that fit into memory", "some of " + width + "x" + height + " pixels");
    }
    return new PictureSize((int) height, (int) width);
  }

  /**
   * Opens a file; numbers of pictures may lie beside them as {@value #IDS}.
   *
   * @param file .npy, .npz, safetensors, or what {@code torch.save} wrote: a tensor, or a
   *     dictionary with one
   * @throws IOException if it cannot be read
   * @throws MindEyeException if it holds no pictures, or several arrays
   */
  static PictureArray open(Path file) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      if (WeightFormat.detect(file) == WeightFormat.NPY) {
        NpyFile array = opened.add(NpyFile.open(file));
        long rows = array.rows();
        return opened.done(
            new PictureArray(
                file.toString(), array::close, array.info(0, rows), array.elements(0, rows), null));
      }
      TensorFile tensors = opened.add(TensorFiles.open(file));
      String name = only(tensors);
      long[] ids = tensors.names().contains(IDS) ? tensors.array(IDS).toLongs() : null;
      return opened.done(
          new PictureArray(
              file.toString(), tensors::close, tensors.info(name), tensors.elements(name), ids));
    }
  }

  private static String only(TensorFile tensors) {
    List<String> names =
        tensors.names().stream().filter(name -> !name.equals(IDS) && !name.equals(KEYS)).toList();
    if (names.size() != 1) {
      throw new MindEyeException(
          tensors.source()
              + ": expected one array of pictures but found "
              + Plural.of(names.size(), "array")
              + (names.isEmpty() ? "" : " (" + listed(names) + ")")
              + "; save the pictures alone");
    }
    return names.get(0);
  }

  private static String listed(List<String> names) {
    String some = String.join(", ", names.subList(0, Math.min(3, names.size())));
    return names.size() > 3 ? some + ", …" : some;
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public Optional<List<String>> ids() {
    return Optional.ofNullable(ids);
  }

  @Override
  public PictureSize sizeOf(int index) {
    return size;
  }

  @Override
  public PicturePixels read(int index) {
    int values = CHANNELS * size.height() * size.width();
    byte[] bytes = new byte[values * type.bytes()];
    try {
      elements.read((long) index * bytes.length, ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw ReadFailure.of(source, "picture " + index, e);
    }
    float[] pixels = HeapArray.of(type, new TensorShape(values), bytes).toFloats();
    if (type == ElementType.UINT8) {
      for (int i = 0; i < values; i++) {
        pixels[i] /= LEVELS;
      }
    } else {
      requireRange(index, pixels);
    }
    return new PicturePixels(size, channelsLast ? planes(pixels) : pixels);
  }

  private void requireRange(int index, float[] pixels) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float pixel : pixels) {
      if (!Float.isFinite(pixel)) {
        throw new NotFiniteException(
            source
                + ": picture "
                + index
                + ": expected finite numbers but one is "
                + pixel
                + "; paint it again, or leave it out");
      }
      low = Math.min(low, pixel);
      high = Math.max(high, pixel);
    }
    if (low < -OVERSHOOT || high > 1 + OVERSHOOT) {
      throw new MindEyeException(
          String.format(
              Locale.ROOT,
              "%s: picture %d: expected numbers in [0, 1] but they reach from %.4g to %.4g; divide"
                  + " levels by 255, or bring [-1, 1] to [0, 1]",
              source,
              index,
              low,
              high));
    }
  }

  private float[] planes(float[] pixels) {
    int plane = pixels.length / CHANNELS;
    float[] planes = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      planes[i % CHANNELS * plane + i / CHANNELS] = pixels[i];
    }
    return planes;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
