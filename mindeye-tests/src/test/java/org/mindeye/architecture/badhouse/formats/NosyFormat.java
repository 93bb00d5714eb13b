// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.formats;

import ai.djl.ndarray.NDArray;
import org.mindeye.architecture.badhouse.data.Subjects;

public final class NosyFormat {
  private NosyFormat() {}

  public static long elements(NDArray array) {
    return array.size() + Subjects.count();
  }
}
