// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.mindeye.MindEyeException;
import org.mindeye.Printable;
import org.opensearch.client.opensearch._types.OpenSearchException;

/** What documents are made of, and what failures are called. */
final class Words {
  static final String VECTOR = "vector";
  static final String METADATA = "metadata";

  /** Under this name an index says that it is one of ours. */
  static final String MARK = "mindeye";

  static final String FORMAT = "format";
  static final int CURRENT = 1;
  static final String WIDTH = "width";
  static final String ENGINE = "engine";

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  private Words() {}

  /** Whether asking again may help. */
  static boolean mayChange(int status) {
    return status == TOO_MANY_REQUESTS || status >= SERVER_ERROR;
  }

  static UncheckedIOException unreachable(String index, IOException cause) {
    return new UncheckedIOException(
        new IOException(
            Printable.line("OpenSearch, index " + index + ": cannot be reached: " + cause), cause));
  }

  static MindEyeException refused(String index, String what, OpenSearchException cause) {
    return new MindEyeException(
        Printable.line(
            "OpenSearch, index "
                + index
                + ": "
                + what
                + " was refused with status "
                + cause.status()
                + ": "
                + cause.getMessage()),
        cause);
  }
}
