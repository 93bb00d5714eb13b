// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.tensor;

/**
 * What a file says about one tensor.
 *
 * @param name its name in the file
 * @param type the elements in the file
 * @param shape the axes; none for a scalar
 */
public record TensorInfo(String name, ElementType type, TensorShape shape) {
  /**
   * How many numbers the tensor holds.
   *
   * @return the product of the axes, 1 for a scalar
   */
  public long size() {
    return shape.size();
  }

  /**
   * How many bytes the elements take in the file, once each.
   *
   * @return size times width; readers refuse files where this overflows
   */
  public long bytes() {
    return Math.multiplyExact(size(), (long) type.bytes());
  }

  @Override
  public String toString() {
    return name + " " + type + " " + shape;
  }
}
