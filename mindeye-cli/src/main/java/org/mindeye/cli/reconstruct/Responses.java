// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import java.io.IOException;
import java.util.List;
import org.mindeye.data.Trial;

/** The responses that are painted, read when the model's voxels are known. */
@FunctionalInterface
interface Responses {
  /** Mean responses of so many voxels, and what was seen, in order; at least one. */
  List<Trial> read(int voxels) throws IOException;
}
