// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.safetensors;

import java.util.Objects;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.TensorContent;
import org.mindeye.formats.tensor.TensorInfo;

/**
 * A tensor to be written, whose elements may be made only when it is its turn.
 *
 * @param info name, type and shape
 * @param content hands over exactly {@link TensorInfo#bytes} bytes
 */
public record SafetensorsItem(TensorInfo info, TensorContent content) {
  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if the format has another use for it
   */
  public SafetensorsItem {
    Objects.requireNonNull(content, "content");
    if (info.name().equals(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException("a tensor cannot be called " + info.name());
    }
  }

  /**
   * A tensor that is in the Java heap.
   *
   * @param name its name
   * @param array type, shape and elements
   * @return the item
   * @throws IllegalArgumentException if the format has another use for the name
   */
  public static SafetensorsItem of(String name, HeapArray array) {
    return new SafetensorsItem(
        new TensorInfo(name, array.type(), array.tensorShape()),
        sink -> sink.accept(array.bytes()));
  }
}
