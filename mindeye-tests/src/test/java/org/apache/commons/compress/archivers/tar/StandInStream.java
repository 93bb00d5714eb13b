// SPDX-License-Identifier: Apache-2.0
package org.apache.commons.compress.archivers.tar;

import java.io.InputStream;

/**
 * Has the package of Commons Compress, and takes a charset or leaves it to the machine as its
 * streams do.
 */
public final class StandInStream {
  private final String said;

  public StandInStream(InputStream in) {
    this(in, "the machine's");
  }

  public StandInStream(InputStream in, String charset) {
    said = in + charset;
  }

  @Override
  public String toString() {
    return said;
  }
}
