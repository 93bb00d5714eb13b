// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.util.SortedMap;
import java.util.TreeMap;
import org.mindeye.Plural;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.Trial;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;

/** Turns a {@link Trial} into the members of a sample. */
final class SampleEncoder {
  private final ElementType voxelType;

  SampleEncoder(ElementType voxelType) {
    this.voxelType = voxelType;
  }

  /** Members by extension, in the order they are written. */
  SortedMap<String, byte[]> encode(Trial trial) {
    SortedMap<String, byte[]> members = new TreeMap<>();
    EncodedImage image = trial.image().encoded();
    members.put(image.format().extension(), image.bytes());
    members.put(Members.VOXELS, Npy.encode(voxels(trial)));
    members.put(Members.COCO, Npy.encode(HeapArray.ofLongs(new long[] {trial.cocoId()}, 1)));
    members.put(Members.TRIAL, Npy.encode(trialIds(trial)));
    members.put(
        Members.DISTINCT_REPEATS,
        Npy.encode(HeapArray.ofLongs(new long[] {trial.distinctRepeats()}, 1)));
    return members;
  }

  private HeapArray voxels(Trial trial) {
    if (trial.repeats() != Members.REPEATS || trial.distinctRepeats() > Members.REPEATS) {
      throw trial
          .origin()
          .malformed(
              Members.VOXELS,
              Members.REPEATS + " repeats (pad images shown less often with copies)",
              trial.repeats() + ", " + trial.distinctRepeats() + " of them distinct");
    }
    return trial.stored(0, Members.REPEATS, voxelType);
  }

  private static HeapArray trialIds(Trial trial) {
    long[] ids = trial.trialIds();
    if (ids.length < 1 || ids.length > Members.REPEATS) {
      throw trial
          .origin()
          .malformed(
              Members.TRIAL, "1 to " + Members.REPEATS + " trial ids", Plural.of(ids.length, "id"));
    }
    return HeapArray.ofLongs(ids, ids.length);
  }
}
