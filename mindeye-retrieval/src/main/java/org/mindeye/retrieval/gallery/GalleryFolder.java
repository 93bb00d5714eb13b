// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.gallery;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.mindeye.Plural;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.numpy.NpyFile;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.JoinedIndex;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.gallery.GalleryManifest.Stored;
import org.mindeye.retrieval.internal.folder.SummedFile;
import org.mindeye.retrieval.jvector.JVectorIndex;

/**
 * A gallery in a folder: what was added, part by part, each searched exactly or by a graph, with
 * what is known about its vectors and the encoder that made them.
 *
 * <pre>{@code
 * GalleryFolder.append(folder, origin, source, addition);
 * try (NeighborIndex index = GalleryFolder.read(folder).openIndex()) {
 *   List<Neighbor> found = index.search(query, SearchRequest.of(16));
 * }
 * }</pre>
 *
 * <p>The folder holds {@code gallery.json} and a folder for each part. A part is there when {@code
 * gallery.json} names it; what an addition left of a part when it was killed is deleted by the next
 * one. Ids count through all parts. Who reads a gallery while it grows has it as it was.
 */
public final class GalleryFolder {
  private static final String PART = "part-";
  private static final String VECTORS = "vectors.npy";
  private static final String USE = "adds to a gallery";

  private final Path folder;
  private final GalleryManifest manifest;

  private GalleryFolder(Path folder, GalleryManifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /**
   * Whether a folder is a gallery.
   *
   * @param folder need not exist
   * @return whether it has a {@code gallery.json}
   */
  public static boolean isOne(Path folder) {
    return GalleryManifest.isIn(folder);
  }

  /**
   * Whether something in the folder of a gallery is what an addition left that was killed in its
   * first part, which the next one deletes.
   *
   * @param name of a file or folder in it
   * @return whether it is a part, or one that was not complete
   */
  public static boolean isLeftOfPart(String name) {
    return name.startsWith(PART) || name.startsWith("." + PART);
  }

  /**
   * Reads what a gallery says about itself; no vector is looked at.
   *
   * @param folder of a gallery
   * @return the gallery, as it is now
   * @throws IOException if it cannot be read
   * @throws org.mindeye.formats.tensor.MalformedFileException if there is none, a byte of what it
   *     says was changed, or it is of another version
   */
  public static GalleryFolder read(Path folder) throws IOException {
    return new GalleryFolder(folder, GalleryManifest.read(folder));
  }

  /**
   * Adds vectors to a gallery, or begins one with them. Many vectors that are searched by graphs
   * become several parts, each in the gallery as soon as it is complete. An addition that ended
   * early is continued by the same call, behind the last complete part.
   *
   * @param folder of the gallery; is made if there is none, the folder it is in must exist
   * @param origin what the vectors are
   * @param source lent, and not needed afterwards; its own ids are not kept
   * @param addition how
   * @return the gallery with them
   * @throws IOException if the source cannot be read or the disk refuses, or another process adds
   *     to it; the gallery is as before then, but for parts that are complete
   * @throws FileAlreadyExistsException if an addition of other vectors has not been finished
   * @throws org.mindeye.MindEyeException if the gallery is of another encoder or space, or damaged
   * @throws ShapeMismatchException if the source's vectors do not fill the space
   */
  public static GalleryFolder append(
      Path folder, GalleryOrigin origin, EmbeddingSource source, GalleryAddition addition)
      throws IOException {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(addition, "addition");
    if (source.width() != origin.space().size()) {
      throw new ShapeMismatchException(
          "gallery: expected vectors of "
              + Plural.of(origin.space().size(), "number")
              + ", tokens of "
              + origin.space()
              + ", but they have "
              + source.width());
    }
    boolean begun = !Files.exists(folder);
    if (begun) {
      Files.createDirectory(folder);
    }
    try (CloseOnFailure failed = new CloseOnFailure()) {
      if (begun) {
        failed.undo(() -> deleteEmpty(folder));
      }
      try (FolderLock lock = FolderLock.acquire(folder, USE)) {
        GalleryManifest manifest =
            GalleryManifest.isIn(folder)
                ? GalleryManifest.read(folder)
                : GalleryManifest.of(origin);
        manifest.origin().require(folder.toString(), "what is added", origin);
        deleteUnnamed(folder, manifest);
        requireSame(folder, manifest, source, addition);
        return failed.done(new GalleryFolder(folder, finished(folder, manifest, source, addition)));
      }
    }
  }

  /** Writes the parts that are not there, one after the other. */
  private static GalleryManifest finished(
      Path folder, GalleryManifest before, EmbeddingSource source, GalleryAddition addition)
      throws IOException {
    GalleryManifest manifest = before;
    for (long done = manifest.unfinishedVectors(); done < source.size(); ) {
      long left = source.size() - done;
      int there = manifest.unfinishedParts().size();
      int parts = Math.toIntExact(parts(left, addition));
      if (there + parts > 1) {
        addition.listener().part(there + 1, there + parts);
      }
      SomeRows rows = new SomeRows(source, done, (left + parts - 1) / parts);
      manifest = manifest.with(write(folder, manifest, rows, addition), source.size());
      manifest.write(folder);
      done += rows.size();
    }
    return manifest;
  }

  private static void deleteEmpty(Path folder) throws IOException {
    if (!GalleryManifest.isIn(folder)) {
      Folders.delete(folder);
    }
  }

  /** How many parts of nearly the same size some vectors become. */
  private static long parts(long vectors, GalleryAddition addition) {
    return addition.kind() == PartKind.EXACT
        ? 1
        : (vectors + addition.perGraph() - 1) / addition.perGraph();
  }

  /** Refuses to continue an addition with other vectors: the ends of each part are compared. */
  private static void requireSame(
      Path folder, GalleryManifest manifest, EmbeddingSource source, GalleryAddition addition)
      throws IOException {
    GalleryManifest.Unfinished half = manifest.unfinished();
    if (half == null) {
      return;
    }
    boolean same = half.vectors() == source.size() && half.source().equals(addition.source());
    long first = 0;
    for (Stored stored : manifest.unfinishedParts()) {
      long last = stored.part().count() - 1;
      try (NpyFile file = NpyFile.open(folder.resolve(stored.part().name()).resolve(VECTORS))) {
        for (long row : new long[] {0, last}) {
          same =
              same
                  && Arrays.equals(
                      file.read(row, row + 1).toFloats(),
                      EmbeddingSource.directions(source, first + row, 1));
        }
      }
      first += stored.part().count();
    }
    if (!same) {
      throw new FileAlreadyExistsException(
          folder.toString(),
          null,
          manifest.unfinishedVectors()
              + " of "
              + Plural.of(half.vectors(), "vector")
              + " of "
              + half.source()
              + " are there, and these are others; finish that first with the vectors it began"
              + " with");
    }
  }

  /** What a killed process left. */
  private static void deleteUnnamed(Path folder, GalleryManifest manifest) throws IOException {
    List<String> named = manifest.parts().stream().map(stored -> stored.part().name()).toList();
    List<Path> unnamed;
    try (Stream<Path> all = Files.list(folder)) {
      unnamed =
          all.filter(path -> path.getFileName().toString().startsWith(PART))
              .filter(path -> !named.contains(path.getFileName().toString()))
              .toList();
    }
    for (Path left : unnamed) {
      Folders.delete(left);
    }
  }

  private static Stored write(
      Path folder, GalleryManifest before, EmbeddingSource source, GalleryAddition addition)
      throws IOException {
    String name = String.format(Locale.ROOT, "%s%04d", PART, before.parts().size() + 1);
    Path part = folder.resolve(name);
    List<SummedFile> files;
    if (addition.kind() == PartKind.EXACT) {
      files = ExactPart.write(part, source, addition.listener());
    } else {
      JVectorIndex.build(source, part, addition.graph(), addition.listener());
      files = List.of(SummedFile.read(part.resolve(JVectorIndex.MANIFEST)));
    }
    String pictures = addition.pictures() == null ? null : place(folder, addition.pictures());
    return new Stored(
        new GalleryPart(name, addition.kind(), source.size(), addition.source(), pictures), files);
  }

  /** From the gallery's folder where they lie in it: it may be moved with them. */
  private static String place(Path folder, Path pictures) {
    Path gallery = folder.toAbsolutePath().normalize();
    Path absolute = pictures.toAbsolutePath().normalize();
    return absolute.startsWith(gallery)
        ? gallery.relativize(absolute).toString().replace(File.separatorChar, '/')
        : absolute.toString();
  }

  /**
   * What the vectors are.
   *
   * @return space and encoder
   */
  public GalleryOrigin origin() {
    return manifest.origin();
  }

  /**
   * The number of vectors.
   *
   * @return of all parts
   */
  public long size() {
    return manifest.size();
  }

  /**
   * The number of vectors that an addition lacks which ended early.
   *
   * @return how many {@link #append} has to add to finish it; 0 if there is none
   */
  public long missing() {
    return manifest.unfinished() == null
        ? 0
        : manifest.unfinished().vectors() - manifest.unfinishedVectors();
  }

  /**
   * What was added.
   *
   * @return the parts, in the order of their ids
   */
  public List<GalleryPart> parts() {
    return manifest.parts().stream().map(Stored::part).toList();
  }

  /**
   * What is complete of an addition that ended early.
   *
   * @return the last of {@link #parts()}; none if there is no such addition
   */
  public List<GalleryPart> unfinishedParts() {
    return manifest.unfinishedParts().stream().map(Stored::part).toList();
  }

  /**
   * The part that a vector belongs to.
   *
   * @param id of the vector
   * @return its part
   * @throws IndexOutOfBoundsException if there is no such vector
   */
  public GalleryPart partOf(long id) {
    Objects.checkIndex(id, size());
    long before = 0;
    for (GalleryPart part : parts()) {
      before += part.count();
      if (id < before) {
        return part;
      }
    }
    throw new IllegalStateException("id " + id);
  }

  /**
   * Where the pictures lie that a vector's part was made of.
   *
   * @param id of the vector
   * @return their folder; empty if there are none
   * @throws IndexOutOfBoundsException if there is no such vector
   */
  public Optional<Path> picturesOf(long id) {
    return Optional.ofNullable(partOf(id).pictures()).map(folder::resolve);
  }

  /**
   * Opens all parts for searching. Opening compares the sums of {@code gallery.json}: the
   * beginnings and ends of large files, and all of the others.
   *
   * @return an index whose results have the metadata; the caller closes it
   * @throws IOException if a file cannot be read
   * @throws org.mindeye.MindEyeException if a file is missing or damaged
   */
  public NeighborIndex openIndex() throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      List<NeighborIndex> parts = new ArrayList<>();
      for (Stored stored : manifest.parts()) {
        Path part = folder.resolve(stored.part().name());
        for (SummedFile file : stored.files()) {
          file.requireEnds(part, GalleryManifest.NAME);
        }
        parts.add(
            opened.add(
                stored.part().kind() == PartKind.EXACT
                    ? ExactPart.open(part, stored)
                    : JVectorIndex.open(part)));
      }
      return opened.done(JoinedIndex.of(parts));
    }
  }

  /**
   * Reads all files and compares them with their sums.
   *
   * @throws IOException if one cannot be read
   * @throws org.mindeye.formats.tensor.MalformedFileException if a single byte was changed
   */
  public void verify() throws IOException {
    for (Stored stored : manifest.parts()) {
      Path part = folder.resolve(stored.part().name());
      for (SummedFile file : stored.files()) {
        file.requireAll(part, GalleryManifest.NAME);
      }
      if (stored.part().kind() == PartKind.JVECTOR) {
        JVectorIndex.verify(part);
      }
    }
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
