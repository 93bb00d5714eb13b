// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Targets in a folder: images are encoded once, and every run with the same encoder reads them from
 * there. They are float16, half the size of what the encoder makes and within 0.05 % of it (or
 * 3e-8, whichever is more), and mapped into memory, so that a cache may be much larger than the
 * heap.
 *
 * <pre>{@code
 * TargetCache cache = TargetCache.fill(folder, encoder, TargetLayer.HIDDEN, trials, (done, count) -> {});
 * TrainingSplit split = new TrainingSplit(Split.TRAIN, trials, cache.targets(trials));
 * }</pre>
 *
 * <p>The folder holds {@code cache.json}, which says what made the targets, {@code images.idx},
 * which image each row is of, and {@code tokens.f16}, the rows. It may be filled from several sets
 * of data, as long as a number means the same image in all of them. Images that are encoded stay so
 * when a process is killed, whenever that is, and the next one encodes the rest; a power cut takes
 * the last few with it. Every change of a byte is noticed: of what describes the rows when the
 * cache is opened, of a row when it is read.
 *
 * <p>Whatever takes {@link CachedTargets} takes those of a cache: training, and scoring what was
 * trained. The low-level recipe has no use for one: it learns latents of an autoencoder, and its
 * teacher, which is no CLIP tower, sees every image changed in another way in each step.
 *
 * <p>What is opened is what there was then: others may add images meanwhile. Nothing has to be
 * closed; safe for concurrent use.
 */
public final class TargetCache {
  static final String INDEX = "images.idx";
  static final String TOKENS = "tokens.f16";
  private static final String USE = "encodes pictures";

  private final TargetContents contents;
  private final TargetRows rows;

  /** Is notified while images are encoded. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Some are encoded, and stay so. Called before the first image, too, even if there is none.
     *
     * @param done how many
     * @param count how many have to be; those that were there before are not among them
     */
    void encoded(int done, int count);
  }

  private TargetCache(TargetContents contents, TargetRows rows) {
    this.contents = contents;
    this.rows = rows;
  }

  static String remedy(Path file) {
    return "delete the folder " + file.toAbsolutePath().getParent() + " to encode all images again";
  }

  /**
   * Whether a folder is a cache, complete or not.
   *
   * @param folder need not exist
   * @return whether it has a {@code cache.json}
   */
  public static boolean isOne(Path folder) {
    Objects.requireNonNull(folder, "folder");
    return TargetContents.areIn(folder);
  }

  /**
   * Opens what there is.
   *
   * @param folder of a cache
   * @return the cache
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if there is none, it is of another version, a byte of what it
   *     says about its rows was changed, or rows are missing
   */
  public static TargetCache open(Path folder) throws IOException {
    Objects.requireNonNull(folder, "folder");
    return open(TargetContents.read(folder, new IdentityHashMap<>()));
  }

  private static TargetCache open(TargetContents contents) throws IOException {
    return new TargetCache(contents, contents.map());
  }

  /**
   * Refuses a folder that {@link #fill} would refuse, whatever the trials: before these are read.
   *
   * @param folder of the cache, which need not exist; the folder it is in must
   * @param encoder the CLIP image encoder
   * @param layer which of its embeddings
   * @throws IOException if it cannot be read, is a file, holds other things, or has no place
   * @throws MindEyeException if the cache is damaged, or was made by another encoder, in another
   *     format or of another layer: names what differs
   */
  public static void requireUsable(Path folder, ClipImageEncoder encoder, TargetLayer layer)
      throws IOException {
    Objects.requireNonNull(folder, "folder");
    usable(folder, TargetOrigin.of(encoder, layer), new IdentityHashMap<>());
  }

  /** What is in a folder that can be filled; empty if it is no cache yet. */
  private static Optional<TargetContents> usable(
      Path folder, TargetOrigin origin, Map<TrialImage, String> pictures) throws IOException {
    requireNothingElse(folder);
    if (!isOne(folder)) {
      return Optional.empty();
    }
    TargetContents there = TargetContents.read(folder, pictures);
    there.origin().require(folder, origin);
    return Optional.of(there);
  }

  /**
   * Encodes the images that a cache lacks, or begins one with them.
   *
   * @param folder of the cache; is made if there is none, the folder it is in must exist
   * @param encoder the CLIP image encoder; not used if all images are there
   * @param layer which of its embeddings
   * @param trials whose images are needed; one that is there twice is encoded once
   * @param progress is notified; may throw to end it, and what is encoded by then stays
   * @return the cache with them
   * @throws IOException if it cannot be read, the disk refuses, or another process fills it; what
   *     was there, and what was encoded before the failure, stays
   * @throws MindEyeException if it was made by another encoder, in another format or of another
   *     layer, or has another image under one of the numbers: names what differs. Also if it is
   *     damaged, or a target does not fit float16
   * @throws org.mindeye.data.MalformedSampleException if a picture is damaged
   */
  public static TargetCache fill(
      Path folder,
      ClipImageEncoder encoder,
      TargetLayer layer,
      List<Trial> trials,
      Progress progress)
      throws IOException {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(trials, "trials");
    Objects.requireNonNull(progress, "progress");
    TargetOrigin origin = TargetOrigin.of(encoder, layer);
    Map<TrialImage, String> pictures = new IdentityHashMap<>();
    Optional<TargetContents> before = usable(folder, origin, pictures);
    // Looking at all pictures takes a while: what can be refused without it is by now.
    trials.forEach(trial -> pictures.put(trial.image(), TargetIndex.picture(trial.image())));
    if (before.isPresent() && before.get().missing(trials).isEmpty()) {
      progress.encoded(0, 0);
      return open(before.get());
    }
    boolean begun = !Files.exists(folder);
    if (begun) {
      Files.createDirectory(folder);
    } else {
      requireNothingElse(folder); // another process may have made it
    }
    try (FolderLock lock = FolderLock.acquire(folder, USE);
        CloseOnFailure failed = new CloseOnFailure()) {
      if (begun) {
        failed.undo(() -> deleteIfEmpty(folder, lock));
      }
      StagedFile.sweep(folder);
      if (!isOne(folder)) {
        TargetContents.begin(folder, origin);
      }
      // Rows are not mapped yet: Windows cuts nothing off a file that is.
      TargetContents there = TargetContents.read(folder, pictures);
      there.origin().require(folder, origin); // another process may have begun it
      encode(encoder, there, trials, progress);
      return failed.done(open(TargetContents.read(folder, pictures)));
    }
  }

  /** Refuses a file, a folder of other things, and one in no folder. */
  private static void requireNothingElse(Path folder) throws IOException {
    if (isOne(folder)) {
      return;
    }
    if (!Files.exists(folder)) {
      if (!Files.isDirectory(folder.toAbsolutePath().normalize().getParent())) {
        throw new NoSuchFileException(folder.toString(), null, "its folder does not exist");
      }
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new FileAlreadyExistsException(
          folder.toString(), null, "is a file, and a target cache is a folder; give another one");
    }
    try (Stream<Path> files = Files.list(folder)) {
      Optional<Path> other =
          files
              .filter(file -> !file.getFileName().toString().equals(FolderLock.NAME))
              .filter(file -> !StagedFile.isStaged(file))
              .sorted()
              .findFirst();
      if (other.isPresent()) {
        throw new FileAlreadyExistsException(
            folder.toString(),
            null,
            "holds other things, for example "
                + other.get().getFileName()
                + ", and no target cache; give another folder");
      }
    }
  }

  /** What failed before its first image leaves nothing behind. */
  private static void deleteIfEmpty(Path folder, FolderLock lock) throws IOException {
    if (!isOne(folder) || TargetContents.read(folder, Map.of()).index().size() == 0) {
      lock.delete();
      Folders.delete(folder);
    }
  }

  private static void encode(
      ClipImageEncoder encoder, TargetContents there, List<Trial> trials, Progress progress)
      throws IOException {
    List<Trial> missing = there.missing(trials);
    progress.encoded(0, missing.size());
    try (TargetWriter writer = there.writer()) {
      for (int from = 0; from < missing.size(); from += CachedTargets.BATCH) {
        int to = Math.min(missing.size(), from + CachedTargets.BATCH);
        List<Trial> some = missing.subList(from, to);
        writer.add(
            some,
            some.stream().map(there::picture).toList(),
            CachedTargets.encodeNow(encoder, there.origin().layer(), some));
        progress.encoded(to, missing.size());
      }
    }
  }

  /**
   * What made the targets.
   *
   * @return encoder, format and layer
   */
  public TargetOrigin origin() {
    return contents.origin();
  }

  /**
   * How many images there are.
   *
   * @return 0 or more
   */
  public int size() {
    return contents.index().size();
  }

  /**
   * The targets of samples, which stay in the cache until a batch needs them.
   *
   * @param trials the split; positions in this list are the batches' {@link
   *     org.mindeye.data.loader.TrialBatch#indices()}
   * @return the targets, float32 as others, but rounded to float16
   * @throws MindEyeException if an image is not there, or is another one than that which was
   *     encoded under its number
   */
  public CachedTargets targets(List<Trial> trials) {
    int[] places = trials.stream().mapToInt(contents::row).toArray();
    return new CachedTargets(
        origin().space(), origin().encoder(), new Kept(rows, places, origin().space()), trials);
  }

  /** Some rows, by the positions of the samples they belong to. */
  private record Kept(TargetRows rows, int[] places, ClipSpace space)
      implements CachedTargets.Rows {
    @Override
    public String description() {
      return "encoded once, kept in float16";
    }

    @Override
    public Function<NDManager, NDArray> read(int[] samples) {
      byte[] halves = rows.read(Arrays.stream(samples).map(sample -> places[sample]).toArray());
      Shape shape = new Shape(samples.length, space.tokens(), space.width());
      return owner -> Torch.copyHalves(owner, halves, shape);
    }
  }

  /**
   * Reads all rows and compares them with their sums.
   *
   * @throws MalformedFileException if a single bit was changed; names the image
   */
  public void verify() {
    IntStream.range(0, size()).forEach(rows::read);
  }

  @Override
  public String toString() {
    return contents.folder()
        + ": targets of "
        + Plural.of(size(), "image")
        + ", "
        + origin().space();
  }
}
