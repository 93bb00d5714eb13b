// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.TestTrials;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;

/** A folder with a table of six trials and its pictures, whose responses each test writes. */
abstract class TableTestCase {
  static final int OWN = 12;
  static final int VOXELS = 4;
  static final List<String> TABLE =
      List.of(
          "image,split",
          "a.png,train",
          "b.png,train",
          "c.png,val",
          "a.png,train",
          "d.png,test",
          "c.png,val");

  @TempDir Path folder;

  @BeforeEach
  void draw() throws IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    for (String name : List.of("a", "b", "c", "d")) {
      EncodedImage png =
          EncodedImage.png(SampleOrigin.memory(name), TestTrials.pixels(name.charAt(0), 8, 6));
      Files.write(images.resolve(name + ".png"), png.bytes());
    }
    write("trials.csv", TABLE);
  }

  void write(String name, List<String> lines) throws IOException {
    Files.write(folder.resolve(name), lines);
  }

  /** Voxel v of trial t is t + v / 8. */
  static float[] responses(int trials) {
    float[] values = new float[trials * VOXELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / VOXELS + i % VOXELS / 8f;
    }
    return values;
  }

  void writeNpy(float[] values) throws IOException {
    Npy.write(
        folder.resolve("voxels.npy"), HeapArray.ofFloats(values, values.length / VOXELS, VOXELS));
  }

  /** A NIfTI-1 file of 3 x 2 x 1 voxels of float32. */
  void writeNifti(String name, int frames, float[] values) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(352 + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 348);
    short[] axes = {(short) (frames == 1 ? 3 : 4), 3, 2, 1, (short) frames, 1, 1, 1};
    for (int i = 0; i < axes.length; i++) {
      bytes.putShort(40 + 2 * i, axes[i]);
    }
    bytes.putShort(70, (short) 16).putShort(72, (short) 32).putFloat(108, 352);
    bytes.position(344).put("n+1\0".getBytes(StandardCharsets.ISO_8859_1));
    for (int i = 0; i < values.length; i++) {
      bytes.putFloat(352 + 4 * i, values[i]);
    }
    Files.write(folder.resolve(name), bytes.array());
  }
}
