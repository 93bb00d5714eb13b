// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import ai.djl.ndarray.types.Shape;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipOutputStream;

/**
 * Generated weights in the forms in which others publish theirs, of any size without being in
 * memory. Every number is one that float16 holds exactly, so that all forms hold the same; their
 * sizes are those of trained networks, gains around 1, so that results stay finite.
 */
public final class PublishedWeights {
  private static final int CHUNK = 1 << 16;

  /** Numbers repeat after so many: a prime, so that no two rows are the same. */
  private static final int PERIOD = 65_537;

  private static final float[] PATTERN = pattern();

  private final Map<String, Shape> shapes;

  /** How the weights are written. */
  public enum Form {
    /** One file, float32. */
    SAFETENSORS(".safetensors"),
    /** One file, float16. */
    HALF_SAFETENSORS(".fp16.safetensors"),
    /** Two files and their index, float32. */
    SHARDED_SAFETENSORS(".safetensors.index.json"),
    /** Torch's container since 1.6, float32. */
    BIN(".bin"),
    /** The same in float16. */
    HALF_BIN(".fp16.bin"),
    /** Torch's container before 1.6, float32. */
    LEGACY_BIN(".bin"),
    /** Two of torch's files and their index, float32. */
    SHARDED_BIN(".bin.index.json");

    private final String ending;

    Form(String ending) {
      this.ending = ending;
    }

    private boolean half() {
      return this == HALF_SAFETENSORS || this == HALF_BIN;
    }
  }

  private PublishedWeights(Map<String, Shape> shapes) {
    this.shapes = shapes;
  }

  /**
   * Weights of these names and shapes.
   *
   * @param shapes by name, at least two
   * @return the weights
   */
  public static PublishedWeights of(Map<String, Shape> shapes) {
    return new PublishedWeights(new LinkedHashMap<>(shapes));
  }

  private static float[] pattern() {
    float[] pattern = new float[PERIOD];
    for (int i = 0; i < PERIOD; i++) {
      pattern[i] = (float) Math.rint(1024 * ParityGenerator.signed(1, i)) / 1024;
    }
    return pattern;
  }

  /**
   * The numbers of a tensor.
   *
   * @param name of the tensor, which has to fit into memory
   * @return its elements in row-major order
   */
  public float[] values(String name) {
    Shape shape = shapes.get(name);
    Numbers numbers = Numbers.of(name, shape);
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.at(i);
    }
    return values;
  }

  /** The numbers of one tensor: how much larger than the pattern, around what, from where on. */
  private record Numbers(float factor, float centre, long start) {
    static Numbers of(String name, Shape shape) {
      long start = Math.abs((long) name.hashCode());
      if (shape.dimension() < 2) {
        return new Numbers(1f / 16, name.endsWith("weight") ? 1 : 0, start);
      }
      double deviation = Math.sqrt(3.0 / shape.slice(1).size());
      return new Numbers(Math.scalb(1f, Math.max(-14, Math.getExponent(deviation))), 0, start);
    }

    float at(long i) {
      float number = PATTERN[(int) ((i + start) % PERIOD)];
      return centre == 0 ? factor * number : centre + (float) Math.rint(64 * number) / 1024;
    }
  }

  /**
   * Writes the weights.
   *
   * @param folder where
   * @param stem how their names begin: {@code diffusion_pytorch_model}, for example
   * @param form how
   * @return the file, or the index
   * @throws IOException if it cannot be written
   */
  public Path write(Path folder, String stem, Form form) throws IOException {
    Path file = folder.resolve(stem + form.ending);
    switch (form) {
      case SAFETENSORS, HALF_SAFETENSORS -> safetensors(file, form.half());
      case BIN, HALF_BIN -> zip(file, form.half());
      case LEGACY_BIN -> legacy(file);
      case SHARDED_SAFETENSORS, SHARDED_BIN -> sharded(file, stem, form);
    }
    return file;
  }

  private void sharded(Path index, String stem, Form form) throws IOException {
    boolean pickle = form == Form.SHARDED_BIN;
    List<String> names = new ArrayList<>(shapes.keySet());
    StringBuilder map = new StringBuilder();
    for (int part = 1; part <= 2; part++) {
      int half = names.size() / 2;
      List<String> some = part == 1 ? names.subList(0, half) : names.subList(half, names.size());
      Map<String, Shape> own = new LinkedHashMap<>();
      some.forEach(name -> own.put(name, shapes.get(name)));
      String shard = stem + "-0000" + part + "-of-00002" + (pickle ? ".bin" : ".safetensors");
      Path file = index.resolveSibling(shard);
      if (pickle) {
        of(own).zip(file, false);
      } else {
        of(own).safetensors(file, false);
      }
      some.forEach(
          name -> map.append(map.isEmpty() ? "" : ", ").append(pair(name, '"' + shard + '"')));
    }
    Files.writeString(index, "{\"metadata\": {}, \"weight_map\": {" + map + "}}");
  }

  private static String pair(String key, String value) {
    return '"' + key + "\": " + value;
  }

  private void safetensors(Path file, boolean half) throws IOException {
    StringBuilder header = new StringBuilder("{\"__metadata__\": {\"format\": \"pt\"}");
    long begin = 0;
    for (Map.Entry<String, Shape> each : shapes.entrySet()) {
      long end = begin + each.getValue().size() * (half ? Short.BYTES : Float.BYTES);
      String item =
          String.format(
              Locale.ROOT,
              "{\"dtype\": \"%s\", \"shape\": %s, \"data_offsets\": [%d, %d]}",
              half ? "F16" : "F32",
              axes(each.getValue()),
              begin,
              end);
      header.append(", ").append(pair(each.getKey(), item));
      begin = end;
    }
    header.append('}');
    header.append(" ".repeat((Long.BYTES - header.length() % Long.BYTES) % Long.BYTES));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(number(header.length()));
      out.write(header.toString().getBytes(StandardCharsets.UTF_8));
      for (String name : shapes.keySet()) {
        elements(name, half, out);
      }
    }
  }

  private static String axes(Shape shape) {
    return Arrays.toString(shape.getShape());
  }

  private String pickle(boolean half) {
    StringBuilder pickle = new StringBuilder("}");
    int key = 0;
    for (Map.Entry<String, Shape> each : shapes.entrySet()) {
      String storage = half ? "HalfStorage" : "FloatStorage";
      pickle.append("S'").append(each.getKey()).append("'\n");
      pickle.append(TorchZip.tensor(key++, each.getValue(), storage)).append('s');
    }
    return pickle.append('.').toString();
  }

  private void zip(Path file, boolean half) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(out))) {
      TorchZip.store(zip, "archive/data.pkl", TorchZip.latin1(pickle(half)));
      int key = 0;
      for (Map.Entry<String, Shape> each : shapes.entrySet()) {
        TorchZip.store(
            zip,
            "archive/data/" + key++,
            each.getValue().size() * (half ? Short.BYTES : Float.BYTES),
            entry -> elements(each.getKey(), half, entry));
      }
      TorchZip.store(zip, "archive/version", TorchZip.latin1("3\n"));
    }
  }

  /** Pickles of a magic number, a version, a machine, the weights and their keys; then numbers. */
  private void legacy(Path file) throws IOException {
    StringBuilder keys = new StringBuilder("(l");
    for (int key = 0; key < shapes.size(); key++) {
      keys.append("S'").append(key).append("'\na");
    }
    String magic = "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.";
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(TorchZip.latin1(magic + "\u0080\u0002M\u00e9\u0003." + "}." + pickle(false)));
      out.write(TorchZip.latin1(keys + "."));
      for (Map.Entry<String, Shape> each : shapes.entrySet()) {
        out.write(number(each.getValue().size()));
        elements(each.getKey(), false, out);
      }
    }
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private void elements(String name, boolean half, OutputStream out) throws IOException {
    Shape shape = shapes.get(name);
    Numbers numbers = Numbers.of(name, shape);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long from = 0; from < shape.size(); from += CHUNK) {
      chunk.clear();
      for (long i = from; i < Math.min(shape.size(), from + CHUNK); i++) {
        float value = numbers.at(i);
        if (half) {
          chunk.putShort(half(value));
        } else {
          chunk.putFloat(value);
        }
      }
      out.write(chunk.array(), 0, chunk.position());
    }
  }

  /** Of a number that float16 holds exactly. */
  private static short half(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int exponent = Math.getExponent(value);
    int size =
        exponent >= -14
            ? exponent + 15 << 10 | bits >>> 13 & 0x3ff
            : (int) Math.scalb(Math.abs(value), 24);
    return (short) (sign | size);
  }
}
