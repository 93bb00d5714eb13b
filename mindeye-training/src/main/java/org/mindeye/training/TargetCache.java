// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.SummedDocument;
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
 * there. They are float16, half the size of what the encoder makes and within 0.05 % of it, and
 * mapped into memory, so that a cache may be much larger than the heap.
 *
 * <pre>{@code
 * TargetCache cache = TargetCache.fill(folder, encoder, TargetLayer.HIDDEN, trials, (done, count) -> {});
 * TrainingSplit split = new TrainingSplit(Split.TRAIN, trials, cache.targets(trials));
 * }</pre>
 *
 * <p>The folder holds {@code cache.json}, which says what made the targets, {@code images.idx},
 * which image each row is of, and {@code tokens.f16}, the rows. It may be filled from several sets
 * of data, as long as a number means the same image in all of them. Images that are encoded stay so
 * when a process is killed, whenever that is, and the next one encodes the rest. Every change of a
 * byte is noticed: of what describes the rows when the cache is opened, of a row when it is read.
 *
 * <p>What is opened is what there was then: others may add images meanwhile. Nothing has to be
 * closed; safe for concurrent use.
 */
public final class TargetCache {
  static final String INDEX = "images.idx";
  static final String TOKENS = "tokens.f16";
  private static final String MANIFEST = "cache.json";
  private static final int FORMAT = 1;
  private static final int DIGITS = 12;
  private static final String USE = "encodes pictures";

  private final Path folder;
  private final Summed manifest;
  private final TargetIndex index;
  private final TargetRows rows;

  /** What is known of images by looking at them once. */
  private final Map<TrialImage, String> pictures;

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

  /** What the cache says about itself. */
  private record Manifest(int format, TargetOrigin origin) {}

  /** The file. */
  private record Summed(Manifest cache, String sum) {}

  private TargetCache(
      Path folder,
      Summed manifest,
      TargetIndex index,
      TargetRows rows,
      Map<TrialImage, String> pictures) {
    this.folder = folder;
    this.manifest = manifest;
    this.index = index;
    this.rows = rows;
    this.pictures = pictures;
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
    return Files.isRegularFile(folder.resolve(MANIFEST));
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
    return open(folder, new IdentityHashMap<>());
  }

  private static TargetCache open(Path folder, Map<TrialImage, String> pictures)
      throws IOException {
    Path file = folder.resolve(MANIFEST);
    if (!isOne(folder)) {
      throw new MalformedFileException(
          folder.toString(),
          "the folder of a target cache, with " + MANIFEST,
          Files.exists(folder) ? "none in it" : "no such folder");
    }
    SummedDocument.requireSum(file, remedy(file));
    Document document = Document.read(file);
    int format = document.root().path("cache").path("format").asInt();
    if (format != FORMAT) {
      throw new MalformedFileException(
          file.toString(), "format " + FORMAT, "format " + format + "; " + remedy(file));
    }
    Summed manifest = document.as(Summed.class);
    TargetIndex index = TargetIndex.read(folder.resolve(INDEX), manifest.sum);
    int rowBytes = Math.multiplyExact(manifest.cache.origin.space().size(), Short.BYTES);
    TargetRows rows = TargetRows.map(folder.resolve(TOKENS), index, rowBytes);
    return new TargetCache(folder, manifest, index, rows, pictures);
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
    trials.forEach(trial -> pictures.put(trial.image(), TargetIndex.picture(trial.image())));
    if (isOne(folder)) {
      TargetCache there = open(folder, pictures);
      there.origin().require(folder, origin);
      if (there.missing(trials).isEmpty()) {
        progress.encoded(0, 0);
        return there;
      }
    }
    boolean begun = !Files.exists(folder);
    if (begun) {
      Files.createDirectory(folder);
    } else {
      requireNothingElse(folder);
    }
    try (FolderLock lock = FolderLock.acquire(folder, USE);
        CloseOnFailure failed = new CloseOnFailure()) {
      if (begun) {
        failed.undo(() -> deleteIfEmpty(folder, lock));
      }
      begin(folder, origin);
      TargetCache there = open(folder, pictures);
      there.origin().require(folder, origin); // another process may have begun it
      there.encode(encoder, there.missing(trials), progress);
      return failed.done(open(folder, pictures));
    }
  }

  private static void begin(Path folder, TargetOrigin origin) throws IOException {
    StagedFile.sweep(folder);
    if (!isOne(folder)) {
      SummedDocument.write(
          folder.resolve(MANIFEST), sum -> new Summed(new Manifest(FORMAT, origin), sum));
    }
  }

  /** Refuses a folder of other things. */
  private static void requireNothingElse(Path folder) throws IOException {
    if (isOne(folder)) {
      return;
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
    if (!isOne(folder) || open(folder).size() == 0) {
      lock.delete();
      Folders.delete(folder);
    }
  }

  /** The first trial of each image that is not there. */
  private List<Trial> missing(List<Trial> trials) {
    Map<Long, Trial> missing = new LinkedHashMap<>();
    for (Trial trial : trials) {
      OptionalInt row = index.row(trial.cocoId());
      if (row.isPresent()) {
        requireSame(trial, index.entry(row.getAsInt()).picture());
      } else {
        Trial first = missing.putIfAbsent(trial.cocoId(), trial);
        if (first != null) {
          requireSame(trial, picture(first));
        }
      }
    }
    return List.copyOf(missing.values());
  }

  private String picture(Trial trial) {
    String known = pictures.get(trial.image());
    return known == null ? TargetIndex.picture(trial.image()) : known;
  }

  private void requireSame(Trial trial, String there) {
    String picture = picture(trial);
    if (!picture.equals(there)) {
      throw new MindEyeException(
          folder
              + ": expected one picture for each number, but image "
              + trial.cocoId()
              + " of sample "
              + trial.key()
              + " is another one (SHA-256 "
              + picture.substring(0, DIGITS)
              + ") than that which was encoded ("
              + there.substring(0, DIGITS)
              + "); give each set of data a folder of its own");
    }
  }

  private void encode(ClipImageEncoder encoder, List<Trial> missing, Progress progress)
      throws IOException {
    TargetOrigin origin = origin();
    progress.encoded(0, missing.size());
    try (TargetWriter writer =
        TargetWriter.open(folder, size(), manifest.sum, origin.space().size())) {
      for (int from = 0; from < missing.size(); from += CachedTargets.BATCH) {
        int to = Math.min(missing.size(), from + CachedTargets.BATCH);
        List<Trial> some = missing.subList(from, to);
        writer.add(
            some,
            some.stream().map(this::picture).toList(),
            CachedTargets.encodeNow(encoder, origin.layer(), some));
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
    return manifest.cache.origin;
  }

  /**
   * How many images there are.
   *
   * @return 0 or more
   */
  public int size() {
    return index.size();
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
    int[] places = new int[trials.size()];
    for (int i = 0; i < places.length; i++) {
      Trial trial = trials.get(i);
      OptionalInt row = index.row(trial.cocoId());
      if (row.isEmpty()) {
        throw new MindEyeException(
            folder
                + ": expected the target of image "
                + trial.cocoId()
                + ", which sample "
                + trial.key()
                + " shows, but it is not among the "
                + Plural.of(size(), "image")
                + " there; fill the cache for these samples");
      }
      places[i] = row.getAsInt();
      requireSame(trial, index.entry(places[i]).picture());
    }
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
    public int most() {
      return CachedTargets.BATCH;
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
    return folder + ": targets of " + Plural.of(size(), "image") + ", " + origin().space();
  }
}
