// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;

/**
 * What a shard holds, looked through once without decoding more than its first sample.
 *
 * @param samples how many there are
 * @param members of the first sample that are read here, by extension: type and shape, or the size
 *     of the picture
 */
public record ShardContents(long samples, SortedMap<String, String> members) {
  /** Takes a copy. */
  public ShardContents {
    members = new TreeMap<>(members);
  }

  /**
   * Looks through a shard.
   *
   * @param shard a tar file
   * @return what is in it
   * @throws IOException if it cannot be read
   * @throws MalformedSampleException if it is damaged, or holds no sample
   */
  public static ShardContents read(Path shard) throws IOException {
    try (TarSampleReader reader =
        TarSampleReader.open(shard, ReaderConfig.of(1).maxMemberBytes())) {
      RawSample first = reader.next();
      SortedMap<String, String> members = new TreeMap<>();
      for (Map.Entry<String, byte[]> member : first.members().entrySet()) {
        if (member.getValue() != null) {
          members.put(member.getKey(), form(first, member.getKey(), member.getValue()));
        }
      }
      long samples = 1;
      while (reader.next() != null) {
        samples++;
      }
      return new ShardContents(samples, members);
    }
  }

  private static String form(RawSample sample, String extension, byte[] content) {
    if (Members.IMAGES.contains(extension)) {
      return EncodedImage.of(sample.origin(), content, ImageLimits.DEFAULT).toString();
    }
    HeapArray array = Npy.decode(sample.origin() + ": " + extension, content);
    return array.type() + " " + array.tensorShape();
  }
}
