// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mindeye.Plural;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.ProcessEnd;
import org.mindeye.formats.io.StagedFile;

/**
 * Writes one subject's data in the published layout, to be read by {@link NsdWebDataset} or by the
 * original's loader: {@code train/train_subj01_0.tar}, …, {@code metadata_subj01.json}.
 *
 * <pre>{@code
 * try (WebDatasetWriter writer = WebDatasetWriter.create(folder, 1, WriterConfig.DEFAULT)) {
 *   for (Trial trial : trials) {
 *     writer.add(Split.TRAIN, trial);
 *   }
 *   writer.commit();
 * }
 * }</pre>
 *
 * <p>Nothing appears under its final name before {@link #commit()}; a writer that is closed without
 * it, after a failure for example, leaves nothing behind, and neither does a process that ends
 * before. The same trials in the same order give the same bytes. Existing data of the subject are
 * never replaced. Not safe for concurrent use.
 */
public final class WebDatasetWriter implements AutoCloseable {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final DatasetLayout layout;
  private final WriterConfig config;
  private final SampleEncoder encoder;
  private final Map<Split, List<ShardWriter>> shards = new EnumMap<>(Split.class);
  private final Map<Split, Long> totals = new EnumMap<>(Split.class);
  private final Set<String> names = new HashSet<>();
  private final List<Path> createdFolders = new ArrayList<>();
  private int voxels;
  private boolean done;

  private WebDatasetWriter(DatasetLayout layout, WriterConfig config) {
    this.layout = layout;
    this.config = config;
    this.encoder = new SampleEncoder(config.voxelType());
    for (Split split : Split.values()) {
      totals.put(split, 0L);
      shards.put(split, new ArrayList<>());
    }
  }

  /**
   * Starts a dataset.
   *
   * @param folder where the splits' folders go; must exist
   * @param subject the number in the file names, 1 to 99
   * @param config how to cut and store
   * @return the writer, to be closed by the caller
   * @throws FileAlreadyExistsException if the folder already has data of this subject
   * @throws NoSuchFileException if there is no such folder
   * @throws IOException if the folder cannot be read
   */
  public static WebDatasetWriter create(Path folder, int subject, WriterConfig config)
      throws IOException {
    DatasetLayout layout = new DatasetLayout(folder, subject);
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "no such folder: create it first");
    }
    List<Path> existing = new ArrayList<>();
    for (Split split : Split.values()) {
      existing.addAll(layout.existingShards(split));
    }
    if (Files.exists(layout.metadata())) {
      existing.add(layout.metadata());
    }
    if (!existing.isEmpty()) {
      throw new FileAlreadyExistsException(
          existing.get(0).toString(),
          null,
          "data are never replaced: delete them or choose another folder");
    }
    return new WebDatasetWriter(layout, Objects.requireNonNull(config, "config"));
  }

  /**
   * The key of a sample in the published style.
   *
   * @param number 0 or more
   * @return for example {@code sample00000000452}
   */
  public static String key(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("a sample's number is not negative but was " + number);
    }
    return String.format(Locale.ROOT, "sample%011d", number);
  }

  /**
   * Appends a sample to a split. Its key becomes part of the members' names.
   *
   * @param split where to
   * @param trial three repeats; as many voxels as all trials before
   * @throws org.mindeye.data.MalformedSampleException if the trial does not fit the format: another
   *     number of repeats or voxels, a key that is not a plain name or was used before in this
   *     split, an image number the subject cannot have seen, a value too large for the voxels' type
   * @throws IOException if the disk refuses; close the writer then
   */
  public void add(Split split, Trial trial) throws IOException {
    requireActive();
    check(split, trial);
    var members = encoder.encode(trial);
    shard(split).add(trial.key(), members);
    names.add(split + "/" + trial.key());
    voxels = trial.voxelCount();
    totals.merge(split, 1L, Long::sum);
  }

  /**
   * Gives all files their names, the metadata last: where that file is, the dataset is complete.
   *
   * @throws IOException if the disk refuses; what was renamed is taken back
   * @throws IllegalStateException if nothing was added, or the writer is closed
   */
  public void commit() throws IOException {
    requireActive();
    List<ShardWriter> all = allShards();
    if (all.isEmpty()) {
      throw new IllegalStateException("nothing was added to the dataset");
    }
    for (ShardWriter shard : all) {
      shard.finish();
    }
    try (CloseOnFailure published = new CloseOnFailure();
        StagedFile metadata = StagedFile.create(layout.metadata())) {
      metadata.output().write(new DatasetTotals(totals).encode());
      metadata.finish();
      ProcessEnd.commit(
          () -> {
            for (ShardWriter shard : all) {
              published.undo(() -> Files.deleteIfExists(shard.target()));
              shard.publish();
            }
            metadata.publish();
          });
      done = published.done(true);
    }
  }

  /**
   * Deletes everything unless it was committed. Closing twice is harmless.
   *
   * @throws IOException if the disk refuses; what can be deleted is deleted all the same
   */
  @Override
  public void close() throws IOException {
    CloseOnFailure parts = new CloseOnFailure();
    if (!done) {
      createdFolders.forEach(folder -> parts.undo(() -> deleteIfEmpty(folder)));
    }
    allShards().forEach(parts::add); // closed before their folders are looked at
    done = true;
    parts.closeAll();
  }

  /** Another writer may have put its subject into the folder meanwhile. */
  private static void deleteIfEmpty(Path folder) throws IOException {
    boolean empty;
    try (Stream<Path> files = Files.list(folder)) {
      empty = files.findAny().isEmpty();
    }
    if (empty) {
      Files.delete(folder);
    }
  }

  private void requireActive() {
    if (done) {
      throw new IllegalStateException("the writer is committed or closed");
    }
  }

  private void check(Split split, Trial trial) {
    if (!KEY.matcher(trial.key()).matches()) {
      throw trial.origin().malformed(null, "a key matching " + KEY, "'" + trial.key() + "'");
    }
    if (names.contains(split + "/" + trial.key())) {
      throw trial.origin().malformed(null, "every key once in " + split, "a second sample of it");
    }
    if (trial.cocoId() >= layout.images()) {
      throw trial
          .origin()
          .malformed(
              Members.COCO,
              "an image number of 0 to " + (layout.images() - 1),
              trial.cocoId() + "; subjects with other images have numbers from 9 on");
    }
    if (voxels != 0 && voxels != trial.voxelCount()) {
      throw trial
          .origin()
          .malformed(
              Members.VOXELS,
              Plural.of(voxels, "voxel") + " as before",
              String.valueOf(trial.voxelCount()));
    }
  }

  /** The shard the next sample goes to; a full one is completed on the disk first. */
  private ShardWriter shard(Split split) throws IOException {
    List<ShardWriter> open = shards.get(split);
    if (!open.isEmpty() && open.get(open.size() - 1).samples() < config.samplesPerShard()) {
      return open.get(open.size() - 1);
    }
    if (open.isEmpty()) {
      Path folder = layout.folder(split);
      if (!Files.isDirectory(folder)) {
        Files.createDirectory(folder);
        createdFolders.add(folder);
      }
    } else {
      open.get(open.size() - 1).finish();
    }
    ShardWriter next = new ShardWriter(layout.shard(split, open.size()));
    open.add(next);
    return next;
  }

  private List<ShardWriter> allShards() {
    return shards.values().stream().flatMap(List::stream).toList();
  }
}
