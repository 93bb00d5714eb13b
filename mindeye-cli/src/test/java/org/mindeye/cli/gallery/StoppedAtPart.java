// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.util.concurrent.CancellationException;
import org.mindeye.retrieval.jvector.BuildListener;

/** Ends an addition in one of its parts, as a signal ends it. */
final class StoppedAtPart implements BuildListener {
  private final int last;
  private int part;

  StoppedAtPart(int last) {
    this.last = last;
  }

  @Override
  public void part(int number, int of) {
    part = number;
  }

  @Override
  public void progressed(Stage stage, int done, int count) {
    if (part == last) {
      throw new CancellationException("stopped");
    }
  }
}
