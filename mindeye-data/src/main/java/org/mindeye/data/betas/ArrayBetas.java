// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.nio.ByteBuffer;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;

/** An array in memory, {@code [x, y, z, trials]} or {@code [vertices, trials]}. */
final class ArrayBetas implements BetaSession {
  private final String source;
  private final HeapArray array;
  private final VolumeGrid grid;
  private final int trials;

  ArrayBetas(String source, HeapArray array) {
    this.source = source;
    this.array = array;
    TensorShape shape = array.tensorShape();
    boolean sound = shape.dimension() == 4 || shape.dimension() == 2;
    for (int axis = 0; sound && axis < shape.dimension(); axis++) {
      sound = shape.get(axis) >= 1;
    }
    if (!sound) {
      throw new MalformedFileException(
          source, "betas of [x, y, z, trials] or [vertices, trials]", shape.toString());
    }
    boolean flat = shape.dimension() == 2;
    grid =
        new VolumeGrid(
            (int) shape.get(0), flat ? 1 : (int) shape.get(1), flat ? 1 : (int) shape.get(2));
    trials = (int) shape.get(shape.dimension() - 1);
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public int trials() {
    return trials;
  }

  @Override
  public VolumeGrid grid() {
    return grid;
  }

  @Override
  public float[][] read(int[] voxels) {
    Responses.requireVoxels(source, grid, voxels);
    Responses.requireHeap(source, trials, voxels.length);
    float[][] responses = new float[trials][voxels.length];
    ByteBuffer bytes = array.bytes();
    int width = array.type().bytes();
    byte[] series = new byte[trials * width];
    for (int i = 0; i < voxels.length; i++) {
      int x = voxels[i] % grid.width();
      int y = voxels[i] / grid.width() % grid.height();
      int z = voxels[i] / grid.width() / grid.height();
      int row = (x * grid.height() + y) * grid.depth() + z;
      bytes.position(row * series.length).get(series);
      float[] values = HeapArray.of(array.type(), new TensorShape(trials), series).toFloats();
      for (int trial = 0; trial < trials; trial++) {
        responses[trial][i] = values[trial];
      }
    }
    return Responses.requireFinite(source, grid, voxels, responses);
  }
}
