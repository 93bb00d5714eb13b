// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.Plural;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.TrialSource;

/**
 * One subject's data in a folder, in either form: shards ({@code train/train_subj01_0.tar}, ...;
 * see {@link NsdWebDataset}) or the samples as files ({@code train/train_subj01/}; see {@link
 * SampleFolder}).
 */
public final class SubjectData {
  private SubjectData() {}

  /**
   * Looks which splits are there. No sample is read.
   *
   * @param folder holds {@code train}, {@code val}, {@code test} and the metadata files
   * @param subject the number in the file names, 1 to 99
   * @return the data, of which shards may still be missing
   * @throws IOException if the folder cannot be read
   * @throws MalformedSampleException if the metadata are damaged
   */
  public static SubjectSource open(Path folder, int subject) throws IOException {
    return new WebDatasetSubject(new DatasetLayout(folder, subject));
  }

  /**
   * Looks whose files are in a folder.
   *
   * @param folder holds {@code train}, {@code val}, {@code test} and the metadata files
   * @return the numbers in the names of shards, folders of samples and metadata files, in ascending
   *     order
   * @throws IOException if the folder cannot be read
   */
  public static List<Integer> subjects(Path folder) throws IOException {
    return WebDatasetSubject.subjects(folder);
  }

  /**
   * Opens a split, whatever its form.
   *
   * @param folder holds {@code train}, {@code val}, {@code test} and the metadata files
   * @param subject the number in the file names, 1 to 99
   * @param split which samples
   * @param config what to expect
   * @return the trials, to be closed by the caller
   * @throws IOException if the folder cannot be read
   * @throws MalformedSampleException if shards and samples as files are there both, if a shard is
   *     missing, or the metadata are damaged or promise another number of samples
   */
  public static TrialSource open(Path folder, int subject, Split split, ReaderConfig config)
      throws IOException {
    DatasetLayout layout = new DatasetLayout(folder, subject);
    return isUnpacked(layout, split)
        ? unpacked(layout, split, config)
        : NsdWebDataset.open(folder, subject, split, config);
  }

  private static SampleFolder unpacked(DatasetLayout layout, Split split, ReaderConfig config)
      throws IOException {
    SampleFolder samples =
        SampleFolder.open(layout.unpacked(split), split, config, layout.images());
    if (Files.exists(layout.metadata())) {
      long promised =
          DatasetTotals.read(layout.metadata()).of(split).orElse(samples.count().getAsLong());
      if (promised != samples.count().getAsLong()) {
        throw new MalformedSampleException(
            layout.unpacked(split).toString(),
            null,
            null,
            Plural.of(promised, "sample") + ", as the metadata file states,",
            String.valueOf(samples.count().getAsLong()));
      }
    }
    return samples;
  }

  private static boolean isUnpacked(DatasetLayout layout, Split split) throws IOException {
    Path unpacked = layout.unpacked(split);
    if (!Files.isDirectory(unpacked)) {
      return false;
    }
    if (!layout.existingShards(split).isEmpty()) {
      throw new MalformedSampleException(
          unpacked.toString(),
          null,
          null,
          "either shards or a folder of samples",
          "also " + layout.existingShards(split).get(0) + "; remove one of them");
    }
    return true;
  }

  /**
   * Looks how long the responses of a subject are, for subjects whose voxel count is not known.
   *
   * @param folder holds {@code train}, {@code val}, {@code test} and the metadata files
   * @param subject the number in the file names, 1 to 99
   * @param split whose first sample is looked at
   * @return voxels of its responses
   * @throws IOException if the folder cannot be read
   * @throws MalformedSampleException if there is no sample, or the first one has no responses
   */
  public static int voxels(Path folder, int subject, Split split) throws IOException {
    DatasetLayout layout = new DatasetLayout(folder, subject);
    if (!isUnpacked(layout, split)) {
      return NsdWebDataset.voxels(folder, subject, split);
    }
    try (SampleFolder samples =
        SampleFolder.open(layout.unpacked(split), split, ReaderConfig.of(1))) {
      return samples.voxelsOfFirst();
    }
  }
}
