// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;
import java.util.stream.Stream;
import org.mindeye.formats.io.CloseOnFailure;

/**
 * What is compared.
 *
 * @param originals what was seen
 * @param reconstructions what was painted
 * @param blurry what the low-level branch saw; null for protocols that do not blend
 */
record PictureSets(PictureSet originals, PictureSet reconstructions, PictureSet blurry)
    implements Closeable {
  /** All there are. */
  Stream<PictureSet> all() {
    return Stream.of(originals, reconstructions, blurry).filter(Objects::nonNull);
  }

  @Override
  public void close() throws IOException {
    CloseOnFailure parts = new CloseOnFailure();
    all().forEach(parts::add);
    parts.closeAll();
  }
}
