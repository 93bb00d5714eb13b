// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.Split;
import org.mindeye.data.Subject;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.formats.io.CloseOnFailure;

/**
 * Trials streamed from the published layout (dataset {@code naturalscenesdataset}, folder {@code
 * webdataset_avg_split}), in the order of the files:
 *
 * <pre>{@code
 * try (NsdWebDataset test = NsdWebDataset.open(folder, Subject.SUBJ01, Split.TEST)) {
 *   for (Trial trial : test) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>Each sample has an image ({@code jpg}, {@code jpeg} or {@code png}), {@code nsdgeneral.npy} of
 * {@code [3, voxels]} in 16-, 32- or 64-bit floats, {@code coco73k.npy}, {@code trial.npy} and
 * {@code num_uniques.npy}, in any case; other members are skipped. Shards are numbered from 0, with
 * leading zeros or without, and are not compressed. One sample is in memory at a time. Every
 * iterator starts at the first shard and closes what it opened when it is through, when it fails,
 * and when the dataset is closed. Not safe for concurrent use.
 */
public final class NsdWebDataset implements TrialSource {
  private final List<Path> shards;
  private final Split split;
  private final ReaderConfig config;
  private final long images;
  private final OptionalLong total;
  private final Set<TrialIterator> open = new HashSet<>();
  private boolean closed;

  private NsdWebDataset(
      List<Path> shards, Split split, ReaderConfig config, long images, OptionalLong total) {
    this.shards = List.copyOf(shards);
    this.split = Objects.requireNonNull(split, "split");
    this.config = Objects.requireNonNull(config, "config");
    this.images = images;
    this.total = total;
  }

  /**
   * Opens a split of a subject of the Natural Scenes Dataset.
   *
   * @param folder holds {@code train}, {@code val}, {@code test} and the metadata files
   * @param subject whose data
   * @param split which samples
   * @return the dataset, to be closed by the caller
   * @throws IOException if the folder cannot be read
   * @throws MalformedSampleException if a shard is missing or the metadata are damaged
   */
  public static NsdWebDataset open(Path folder, Subject subject, Split split) throws IOException {
    return open(folder, subject.number(), split, ReaderConfig.of(subject));
  }

  /**
   * Opens a split of any subject, real or simulated. Images of the subjects 1 to 8 have numbers
   * below {@link Subject#IMAGES}. Where the metadata file is present, an iterator that ends with
   * another number of samples than stated there fails.
   *
   * @param folder holds {@code train}, {@code val}, {@code test} and the metadata files
   * @param subject the number in the file names, 1 to 99
   * @param split which samples
   * @param config what to expect
   * @return the dataset, to be closed by the caller
   * @throws IOException if the folder cannot be read
   * @throws MalformedSampleException if a shard is missing or the metadata are damaged
   */
  public static NsdWebDataset open(Path folder, int subject, Split split, ReaderConfig config)
      throws IOException {
    DatasetLayout layout = new DatasetLayout(folder, subject);
    OptionalLong total =
        Files.exists(layout.metadata())
            ? DatasetTotals.read(layout.metadata()).of(split)
            : OptionalLong.empty();
    return new NsdWebDataset(layout.completeShards(split), split, config, layout.images(), total);
  }

  /**
   * Opens shards by name.
   *
   * @param folder what the names are relative to
   * @param pattern one name, or several in braces: {@code train/train_subj01_{0..17}.tar}
   * @param split what the samples are for
   * @param config what to expect
   * @return the dataset, to be closed by the caller
   * @throws IllegalArgumentException if the braces cannot be understood
   */
  public static NsdWebDataset open(Path folder, String pattern, Split split, ReaderConfig config) {
    List<Path> shards = BracePattern.expand(pattern).stream().map(folder::resolve).toList();
    return new NsdWebDataset(shards, split, config, Long.MAX_VALUE, OptionalLong.empty());
  }

  /**
   * Looks how long the responses of a subject are, for subjects whose voxel count is not known.
   *
   * @param folder holds {@code train}, {@code val}, {@code test} and the metadata files
   * @param subject the number in the file names, 1 to 99
   * @param split whose first sample is looked at
   * @return voxels of its responses
   * @throws IOException if the folder cannot be read
   * @throws MalformedSampleException if there is no shard, no sample in the first one, or the
   *     sample has no responses
   */
  public static int voxels(Path folder, int subject, Split split) throws IOException {
    Path shard = new DatasetLayout(folder, subject).completeShards(split).get(0);
    try (TarSampleReader reader =
        TarSampleReader.open(shard, ReaderConfig.of(1).maxMemberBytes())) {
      return SampleDecoder.voxelCount(reader.next());
    }
  }

  /**
   * The files, in the order they are read.
   *
   * @return at least one
   */
  public List<Path> shards() {
    return shards;
  }

  @Override
  public Split split() {
    return split;
  }

  @Override
  public int voxelCount() {
    return config.voxels();
  }

  /**
   * How many samples the metadata file promises.
   *
   * @return the number, or empty without that file
   */
  @Override
  public OptionalLong count() {
    return total;
  }

  /**
   * Starts at the first shard.
   *
   * @return trials one by one; its methods throw {@link MalformedSampleException} for a damaged
   *     file or sample
   * @throws IllegalStateException if the dataset is closed
   */
  @Override
  public Iterator<Trial> iterator() {
    if (closed) {
      throw new IllegalStateException("the dataset is closed");
    }
    TrialIterator iterator = new TrialIterator(shards, config, images, total, open::remove);
    open.add(iterator);
    return iterator;
  }

  /** Closes the files of unfinished iterators. Closing twice is harmless. */
  @Override
  public void close() {
    closed = true;
    CloseOnFailure parts = new CloseOnFailure();
    List.copyOf(open).forEach(parts::add);
    parts.close();
  }

  @Override
  public String toString() {
    return "NsdWebDataset " + shards;
  }
}
