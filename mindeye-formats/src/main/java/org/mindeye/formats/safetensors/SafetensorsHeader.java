// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.safetensors;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mindeye.Plural;
import org.mindeye.formats.internal.magic.Magic;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorInfo;

/**
 * What a safetensors file says about itself, checked: the tensors lie one behind the other and fill
 * the file.
 *
 * @param metadata what the writer noted
 * @param tensors by name, in the order of their elements in the file
 */
record SafetensorsHeader(Map<String, String> metadata, Map<String, Placed> tensors) {
  /** The limit of the reference implementation. */
  static final int MAX_BYTES = Magic.MAX_JSON;

  /** The key that is not a tensor. */
  static final String METADATA = "__metadata__";

  /**
   * A tensor and where its elements are.
   *
   * @param info the tensor
   * @param begin first byte, counted from the end of the header
   * @param end behind the last byte
   */
  record Placed(TensorInfo info, long begin, long end) {}

  /**
   * Reads the JSON text and compares it with the file.
   *
   * @param source names the file in messages
   * @param json the header
   * @param dataBytes what follows the header
   */
  static SafetensorsHeader parse(String source, String json, long dataBytes) {
    SafetensorsHeaderParser parser = new SafetensorsHeaderParser(source);
    parser.parse(json);
    Map<String, Placed> sorted = new LinkedHashMap<>();
    long end = 0;
    Iterable<Placed> inOrder =
        parser.tensors().values().stream()
                .sorted(Comparator.comparingLong(Placed::begin).thenComparingLong(Placed::end))
            ::iterator;
    for (Placed tensor : inOrder) {
      checkLength(source, tensor);
      if (tensor.begin() != end) {
        throw malformed(
            source, tensor.info(), "the elements to begin at byte " + end, offsets(tensor));
      }
      end = tensor.end();
      sorted.put(tensor.info().name(), tensor);
    }
    if (end != dataBytes) {
      throw new MalformedFileException(
          source,
          Plural.of(end, "byte") + " behind the header, where the last tensor ends",
          dataBytes + (dataBytes < end ? " (an incomplete download?)" : ""));
    }
    return new SafetensorsHeader(parser.metadata(), sorted);
  }

  private static void checkLength(String source, Placed tensor) {
    long bytes;
    try {
      bytes = tensor.info().type().bytes();
      for (long length : tensor.info().shape().axes()) {
        bytes = Math.multiplyExact(bytes, length);
      }
    } catch (ArithmeticException tooLarge) {
      throw malformed(
          source,
          tensor.info(),
          "a shape whose size fits 63 bits",
          tensor.info().type() + " " + tensor.info().shape());
    }
    if (tensor.end() - tensor.begin() != bytes) {
      throw malformed(
          source,
          tensor.info(),
          Plural.of(bytes, "byte") + " for " + tensor.info().type() + " " + tensor.info().shape(),
          offsets(tensor));
    }
  }

  private static String offsets(Placed tensor) {
    return "data_offsets [" + tensor.begin() + "," + tensor.end() + "]";
  }

  private static MalformedFileException malformed(
      String source, TensorInfo info, String expected, String found) {
    return new MalformedFileException(source + ": tensor '" + info.name() + "'", expected, found);
  }
}
