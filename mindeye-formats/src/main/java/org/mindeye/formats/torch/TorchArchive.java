// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.util.List;
import java.util.Map;
import org.mindeye.formats.internal.pickle.PickleValue;

/**
 * What the two containers of torch have in common: a pickle, and storages beside it.
 *
 * @param pickle names the pickle in messages
 * @param root what it describes
 * @param storages by key, in bytes of the file
 * @param foreign all that Python would have looked up or called, in every pickle it would have read
 */
record TorchArchive(
    String pickle, PickleValue root, Map<String, Extent> storages, List<PickleValue> foreign) {
  /**
   * A part of the file.
   *
   * @param position its first byte
   * @param bytes its length
   */
  record Extent(long position, long bytes) {}

  /** What all storages take in the file. */
  long stored() {
    return storages.values().stream().mapToLong(Extent::bytes).sum();
  }
}
