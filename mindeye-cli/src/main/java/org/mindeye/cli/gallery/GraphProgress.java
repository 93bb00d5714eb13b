// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import org.mindeye.cli.console.StepProgress;
import org.mindeye.retrieval.jvector.BuildListener;

/** Shows what a build does, and at which of several graphs it is. */
final class GraphProgress implements BuildListener {
  private final StepProgress progress;
  private String graph = "";

  GraphProgress(StepProgress progress) {
    this.progress = progress;
  }

  @Override
  public void part(int number, int of) {
    graph = "graph " + number + " of " + of + ", ";
  }

  @Override
  public void progressed(Stage stage, int done, int count) {
    String step =
        switch (stage) {
          case VECTORS -> "writing vectors";
          case CODES -> "training codes";
          case GRAPH -> "connecting vectors";
        };
    progress.progressed(graph + step, done, count);
  }
}
