package org.mindeye.core.weights;

import java.util.Map;
import org.mindeye.core.internal.pickle.PickleValue;

/**
 * What the two containers of torch have in common: a pickle, and storages beside it.
 *
 * @param pickle names the pickle in messages
 * @param root what it describes
 * @param storages by key, in bytes of the file
 */
record TorchArchive(String pickle, PickleValue root, Map<String, Extent> storages) {
  /**
   * A part of the file.
   *
   * @param position its first byte
   * @param bytes its length
   */
  record Extent(long position, long bytes) {}
}
