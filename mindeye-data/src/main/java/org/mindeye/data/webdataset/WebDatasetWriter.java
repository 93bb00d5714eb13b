// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mindeye.Plural;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.Folders;
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

  /** Where finished shards wait for a next writer if this one does not commit; or null. */
  private final Path kept;

  /** Those that an earlier writer left there. */
  private Set<Path> before;

  private final List<Path> createdFolders = new ArrayList<>();
  private int voxels;
  private boolean done;

  private WebDatasetWriter(DatasetLayout layout, WriterConfig config, Path kept) {
    this.layout = layout;
    this.kept = kept;
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
    return start(folder, subject, config, null);
  }

  /**
   * Starts a dataset, or continues one whose writer was stopped: shards that are complete stay in a
   * folder until all are, and the next writer {@linkplain #skip passes over} their samples.
   *
   * @param folder where the splits' folders go; must exist
   * @param subject the number in the file names, 1 to 99
   * @param config how to cut and store, the same each time
   * @param kept where shards wait, on the same disk; need not exist before the first sample
   * @return the writer, to be closed by the caller; it needs the same samples in the same order
   * @throws FileAlreadyExistsException if the folder already has data of this subject
   * @throws NoSuchFileException if there is no such folder
   * @throws IOException if the folder cannot be read
   */
  public static WebDatasetWriter resume(Path folder, int subject, WriterConfig config, Path kept)
      throws IOException {
    return start(folder, subject, config, Objects.requireNonNull(kept, "kept"));
  }

  private static WebDatasetWriter start(Path folder, int subject, WriterConfig config, Path kept)
      throws IOException {
    Objects.requireNonNull(config, "config");
    DatasetLayout layout = new DatasetLayout(Objects.requireNonNull(folder, "folder"), subject);
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
    return new WebDatasetWriter(layout, config, kept);
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
   * Counts the next sample of a split without writing it, if a shard that an earlier writer left
   * has it.
   *
   * @param split where the sample belongs
   * @return false if it is to be {@linkplain #add added}
   * @throws IOException if the folder of kept shards cannot be read
   */
  public boolean skip(Split split) throws IOException {
    requireActive();
    if (before == null) {
      before = left();
    }
    Path shard = kept(split, (int) (totals.get(split) / config.samplesPerShard()));
    boolean there = shard != null && before.contains(shard);
    if (there) {
      end(split); // a shard before it, which had to be written again
      totals.merge(split, 1L, Long::sum);
    }
    return there;
  }

  /** The shards of an earlier writer. */
  private Set<Path> left() throws IOException {
    if (kept == null || !Files.isDirectory(kept)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(kept)) {
      return files.filter(f -> f.toString().endsWith(".tar")).collect(Collectors.toSet());
    }
  }

  private Path kept(Split split, int index) {
    return kept == null ? null : kept.resolve(layout.shard(split, index).getFileName());
  }

  /**
   * Completes a split's last shard on the disk. Otherwise the commit does.
   *
   * @param split of which there are no more samples
   * @throws IOException if the disk refuses
   */
  public void end(Split split) throws IOException {
    requireActive();
    List<ShardWriter> open = shards.get(split);
    if (!open.isEmpty()) {
      finish(open.get(open.size() - 1));
    }
  }

  /** Twice does nothing more. */
  private void finish(ShardWriter shard) throws IOException {
    if (!shard.isFinished()) {
      shard.finish();
      if (kept != null) {
        shard.publish();
      }
    }
  }

  /**
   * Gives all files their names, the metadata last: where that file is, the dataset is complete.
   *
   * @throws IOException if the disk refuses; what was renamed is taken back
   * @throws IllegalStateException if nothing was added, or the writer is closed
   */
  public void commit() throws IOException {
    requireActive();
    if (totals.values().stream().allMatch(total -> total == 0)) {
      throw new IllegalStateException("nothing was added to the dataset");
    }
    for (ShardWriter shard : allShards()) {
      finish(shard);
    }
    try (CloseOnFailure published = new CloseOnFailure();
        StagedFile metadata = StagedFile.create(layout.metadata())) {
      metadata.output().write(new DatasetTotals(totals).encode());
      metadata.finish();
      ProcessEnd.commit(
          () -> {
            if (kept == null) {
              publishStaged(published);
            } else {
              publishKept(published);
            }
            published.undo(() -> Files.deleteIfExists(layout.metadata()));
            metadata.publish();
          });
      done = published.done(true);
    }
  }

  private void publishStaged(CloseOnFailure published) throws IOException {
    for (ShardWriter shard : allShards()) {
      published.undo(() -> Files.deleteIfExists(shard.target()));
      shard.publish();
    }
  }

  private void publishKept(CloseOnFailure published) throws IOException {
    for (Split split : Split.values()) {
      long count = (totals.get(split) - 1 + config.samplesPerShard()) / config.samplesPerShard();
      if (count > 0) {
        folder(split);
      }
      for (int index = 0; index < count; index++) {
        Path from = kept(split, index);
        Path to = layout.shard(split, index);
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        published.undo(() -> Files.move(to, from, StandardCopyOption.ATOMIC_MOVE));
      }
      if (count > 0) {
        Folders.force(layout.folder(split));
      }
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
    ShardWriter last = open.isEmpty() ? null : open.get(open.size() - 1);
    if (last != null && !last.isFinished() && last.samples() < config.samplesPerShard()) {
      return last;
    }
    if (last != null && totals.get(split) % config.samplesPerShard() != 0) {
      throw new IllegalStateException("the " + split + " split has ended");
    }
    end(split);
    int index = (int) (totals.get(split) / config.samplesPerShard());
    if (kept == null) {
      folder(split);
    }
    ShardWriter next =
        new ShardWriter(kept == null ? layout.shard(split, index) : kept(split, index));
    open.add(next);
    return next;
  }

  private void folder(Split split) throws IOException {
    Path folder = layout.folder(split);
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(folder);
      createdFolders.add(folder);
    }
  }

  private List<ShardWriter> allShards() {
    return shards.values().stream().flatMap(List::stream).toList();
  }
}
