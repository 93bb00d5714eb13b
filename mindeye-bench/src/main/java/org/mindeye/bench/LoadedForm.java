// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

/** Where samples are loaded from. */
public enum LoadedForm {
  /** MindEye's web-dataset: responses and JPEG files in tar files. */
  TAR,
  /** MindEye2's files: responses, and pictures of 16-bit floats, in HDF5. */
  MINDEYE2,
  /** The pictures of the Natural Scenes Dataset: bytes in HDF5. The responses are in memory. */
  NSD,
  /** Targets that are kept in a folder. The responses are in memory. */
  CACHE
}
