// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal;

import org.mindeye.formats.tensor.ElementType;

/**
 * Where the elements of a tensor lie. Checked: every element is inside its storage, and no product
 * of these numbers overflows.
 *
 * @param type the elements
 * @param position of the first element in the file, in bytes
 * @param span from the first to the end of the last element, in bytes; 0 if there is none
 * @param sizes the axes
 * @param strides elements from one index to the next, 0 or more, per axis
 */
public record StridedLayout(
    ElementType type, long position, long span, long[] sizes, long[] strides) {
  /**
   * Whether the elements lie row by row without gaps.
   *
   * @return whether they can be read as they lie
   */
  public boolean isContiguous() {
    long expected = 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      if (sizes[axis] != 1 && strides[axis] != expected) {
        return false;
      }
      expected *= sizes[axis];
    }
    return true;
  }
}
