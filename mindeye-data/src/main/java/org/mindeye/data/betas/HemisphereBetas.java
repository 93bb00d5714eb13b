// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.io.IOException;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.formats.tensor.MalformedFileException;

/** The responses of both hemispheres: the vertices of the left one come first. */
record HemisphereBetas(BetaSession left, BetaSession right) implements BetaSession {
  HemisphereBetas {
    for (BetaSession each : new BetaSession[] {left, right}) {
      if (!each.grid().isLine()) {
        throw new MalformedFileException(
            each.source(), "a number for each vertex of a surface", "a grid of " + each.grid());
      }
    }
    if (left.trials() != right.trials()) {
      throw new MalformedFileException(
          right.source(),
          Plural.of(left.trials(), "trial") + ", as " + left.source() + " has,",
          String.valueOf(right.trials()));
    }
  }

  @Override
  public String source() {
    return left.source() + " and " + right.source();
  }

  @Override
  public int trials() {
    return left.trials();
  }

  @Override
  public VolumeGrid grid() {
    return VolumeGrid.ofHemispheres(left.grid().width(), right.grid().width());
  }

  @Override
  public float[][] read(int[] voxels) throws IOException {
    Responses.requireVoxels(source(), grid(), voxels);
    // Those of a hemisphere, and a copy of them among all.
    Responses.requireHeap(source(), 2L * trials(), voxels.length);
    int border = left.grid().width();
    int[] first = IntStream.range(0, voxels.length).filter(i -> voxels[i] < border).toArray();
    int[] second = IntStream.range(0, voxels.length).filter(i -> voxels[i] >= border).toArray();
    float[][] responses = new float[trials()][voxels.length];
    put(left.read(IntStream.of(first).map(i -> voxels[i]).toArray()), first, responses);
    put(right.read(IntStream.of(second).map(i -> voxels[i] - border).toArray()), second, responses);
    return responses;
  }

  private static void put(float[][] own, int[] places, float[][] into) {
    for (int trial = 0; trial < into.length; trial++) {
      for (int i = 0; i < places.length; i++) {
        into[trial][places[i]] = own[trial][i];
      }
    }
  }
}
