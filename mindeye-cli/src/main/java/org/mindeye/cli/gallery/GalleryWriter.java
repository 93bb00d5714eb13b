// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.console.OutputFile;
import org.mindeye.cli.console.PrecisionNames;
import org.mindeye.cli.console.StepProgress;
import org.mindeye.cli.train.StopRequest;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.NpyEmbeddings;
import org.mindeye.retrieval.clip.ClipRetrievalFolder;
import org.mindeye.retrieval.gallery.GalleryAddition;
import org.mindeye.retrieval.gallery.GalleryFolder;
import org.mindeye.retrieval.gallery.GalleryOrigin;
import org.mindeye.retrieval.gallery.GalleryPart;
import org.mindeye.retrieval.gallery.PartKind;
import picocli.CommandLine.Model.CommandSpec;

/** Builds a gallery, or adds to one. */
final class GalleryWriter {
  private static final String PICTURES = "pictures";
  private static final String EMBEDDINGS = "embeddings";
  private static final String CLIP_RETRIEVAL = "a folder of clip-retrieval";

  private final CommandSpec spec;
  private final Path gallery;
  private final SourceOptions source;
  private final IndexOptions index;
  private final Console console;

  GalleryWriter(
      CommandSpec spec, Path gallery, SourceOptions source, IndexOptions index, Console console) {
    this.spec = spec;
    this.gallery = gallery;
    this.source = source;
    this.index = index;
    this.console = console;
  }

  /** Refuses a folder that is something already, unless its pictures can be continued. */
  void requireNew() throws IOException {
    OutputFile.requireFolder(gallery);
    if (GalleryFolder.isOne(gallery)) {
      if (missing() > 0 || source.arePictures() && EncodingFolder.isIn(gallery)) {
        return;
      }
      throw new FileAlreadyExistsException(
          gallery.toString(), null, "is a gallery already; `mindeye gallery add` adds to it");
    }
    boolean half = Files.exists(gallery.resolve(EncodingFolder.NAME));
    if (half && !source.arePictures()) {
      throw new FileAlreadyExistsException(
          gallery.toString(),
          null,
          "has pictures that are half encoded: continue with the same command, or delete it");
    }
    if (Files.exists(gallery) && !holdsOnlyOurs()) {
      throw new FileAlreadyExistsException(
          gallery.toString(), null, "is there already, and no gallery: choose another name");
    }
  }

  private boolean holdsOnlyOurs() throws IOException {
    if (!Files.isDirectory(gallery)) {
      return false;
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(gallery)) {
      files = all.toList();
    }
    for (Path file : files) {
      boolean ours =
          switch (file.getFileName().toString()) {
            case EncodingFolder.NAME -> EncodingFolder.isOurs(file);
            case DataPictures.NAME -> DataPictures.areOurs(file);
            case FolderLock.NAME -> true;
            default -> GalleryFolder.isLeftOfPart(file.getFileName().toString());
          };
      if (!ours) {
        return false;
      }
    }
    return true;
  }

  /** Vectors of an addition that ended early. */
  private long missing() throws IOException {
    return GalleryFolder.isOne(gallery) ? GalleryFolder.read(gallery).missing() : 0;
  }

  private long size() throws IOException {
    return GalleryFolder.isOne(gallery) ? GalleryFolder.read(gallery).size() : 0;
  }

  void requireThere() throws IOException {
    GalleryFolder.read(gallery);
  }

  void write(String device, String precision) throws IOException {
    Device where = Misuse.accepted(spec, () -> Torch.device(device));
    Precision format = PrecisionNames.askedWithoutBackbone(spec, precision, where);
    try (StopRequest stop = StopRequest.listen(console, "what is complete is kept");
        StepProgress progress = new StepProgress(console, stop::requested, System::nanoTime)) {
      try {
        if (source.pictures() != null) {
          fromPictures(format, progress, where);
        } else if (source.arePictures()) {
          fromData(format, progress, where);
        } else if (source.embeddings() != null) {
          fromEmbeddings(format, progress, where);
        } else {
          fromClipRetrieval(format, progress, where);
        }
      } catch (CancellationException e) {
        if (!stop.requested()) {
          throw e;
        }
        progress.close();
        console.say(
            "%s%s",
            e.getMessage(),
            source.arePictures() || missing() > 0
                ? "; the same command goes on"
                : "; nothing was added");
      }
      stop.done();
    }
  }

  private void fromPictures(Precision format, StepProgress progress, Device where)
      throws IOException {
    PictureList list = PictureList.in(source.pictures());
    try (ClipImageEncoder clip = source.clip().load(format, where)) {
      encode(list, PICTURES, clip, origin(clip, PICTURES), progress);
    }
  }

  private void fromData(Precision format, StepProgress progress, Device where) throws IOException {
    try (SubjectSource data = source.data().open(console);
        ClipImageEncoder clip = source.clip().load(format, where)) {
      Set<Split> splits = source.data().split().map(Set::of).orElseGet(data::splits);
      String whose = "subject " + data.subject() + " (" + words(splits) + ")";
      String what = "pictures of " + whose;
      GalleryOrigin made = origin(clip, what);
      String place = source.data().path().toAbsolutePath() + ", " + whose;
      try (DataPictures pictures = DataPictures.claim(gallery)) {
        EncodingFolder.requireSame(
            gallery,
            half ->
                new EncodingRecord.Request(
                    place, half.sum(), half.count(), made, clip.precision()));
        PictureList list = pictures.write(data, splits, place, progress);
        encode(list, what, clip, made, progress);
      }
    }
  }

  /** What the vectors of pictures will be, which has to fit before long work. */
  private GalleryOrigin origin(ClipImageEncoder clip, String what) throws IOException {
    GalleryOrigin origin = new GalleryOrigin(source.layer().space(clip), clip.fingerprint());
    requireFit(origin, what);
    return origin;
  }

  private static String words(Set<Split> splits) {
    return splits.stream().map(Split::toString).collect(Collectors.joining(", "));
  }

  private void encode(
      PictureList list,
      String what,
      ClipImageEncoder clip,
      GalleryOrigin origin,
      StepProgress progress)
      throws IOException {
    EncodingRecord.Request request =
        new EncodingRecord.Request(
            list.origin(), list.sum(), list.names().size(), origin, clip.precision());
    try (EncodingFolder folder = EncodingFolder.claim(gallery, request)) {
      int before = folder.record().looked();
      if (before > 0) {
        console.say("%s of %d encoded before", Plural.of(before, "picture"), request.count());
      }
      new PictureEncoder(clip, source.layer()).finish(list, folder, source.skipDamaged(), progress);
      List<String> skipped = folder.record().skipped();
      if (folder.record().rows() == 0) {
        throw new MindEyeException(
            list.origin() + ": expected at least one picture that can be read but found none");
      }
      folder.adding(size());
      if (folder.isAdded(size())) {
        print(gallery + ": " + Plural.of(folder.record().rows(), "vector") + " were added before");
      } else {
        append(origin, new EncodedPictures(list, folder), what, list.folder(), progress);
      }
      folder.delete();
      if (!skipped.isEmpty()) {
        print(Plural.of(skipped.size(), "picture") + " left out: " + String.join(", ", skipped));
      }
    }
  }

  private void fromEmbeddings(Precision format, StepProgress progress, Device where)
      throws IOException {
    long[] shape = Npy.info(source.embeddings()).shape().axes();
    try (NpyEmbeddings rows = NpyEmbeddings.open(List.of(source.embeddings()))) {
      ClipSpace space =
          shape.length == 3
              ? new ClipSpace(Math.toIntExact(shape[1]), Math.toIntExact(shape[2]))
              : new ClipSpace(1, rows.width());
      GalleryOrigin origin = declared(space, format, where);
      requireFit(origin, EMBEDDINGS);
      EmbeddingSource named = source.names() == null ? rows : NamedRows.read(rows, source.names());
      append(origin, named, EMBEDDINGS, null, progress);
    }
  }

  private void fromClipRetrieval(Precision format, StepProgress progress, Device where)
      throws IOException {
    try (ClipRetrievalFolder folder =
        ClipRetrievalFolder.open(source.clipRetrieval(), source.modality())) {
      GalleryOrigin origin = declared(new ClipSpace(1, folder.width()), format, where);
      requireFit(origin, CLIP_RETRIEVAL);
      append(origin, folder, CLIP_RETRIEVAL, null, progress);
    }
  }

  /** Beside embeddings, --clip says what made them. */
  private GalleryOrigin declared(ClipSpace space, Precision format, Device where)
      throws IOException {
    if (!source.clip().given()) {
      return new GalleryOrigin(space, null);
    }
    try (ClipImageEncoder clip = source.clip().load(format, where)) {
      ClipFingerprint fingerprint = clip.fingerprint();
      GalleryOrigin made = new GalleryOrigin(PictureEncoder.of(clip, space).space(), fingerprint);
      made.require("--clip", "the file of embeddings", new GalleryOrigin(space, null));
      return made;
    }
  }

  /** Before long work, not after it. */
  private void requireFit(GalleryOrigin origin, String what) throws IOException {
    if (!GalleryFolder.isOne(gallery)) {
      return;
    }
    GalleryFolder there = GalleryFolder.read(gallery);
    there.origin().require(gallery.toString(), "what is added", origin);
    for (GalleryPart half : there.unfinishedParts()) {
      if (!half.source().equals(what)) {
        throw new FileAlreadyExistsException(
            gallery.toString(),
            null,
            Plural.of(there.missing(), "vector")
                + " of "
                + half.source()
                + " are not added yet, and these are "
                + what
                + "; finish that first with the command it began with");
      }
    }
  }

  private void append(
      GalleryOrigin origin, EmbeddingSource rows, String what, Path pictures, StepProgress progress)
      throws IOException {
    PartKind kind = index.kind(spec, rows.size());
    GalleryAddition addition =
        index
            .addition(spec, kind, what)
            .withPictures(pictures)
            .withListener(new GraphProgress(progress));
    GalleryFolder now = GalleryFolder.append(gallery, origin, rows, addition);
    progress.close();
    print(
        gallery
            + ": "
            + Plural.of(rows.size(), "vector")
            + " of "
            + Plural.of(rows.width(), "number")
            + " added, "
            + now.size()
            + " in all; "
            + (kind == PartKind.EXACT ? "searched exactly" : "searched by a graph"));
  }

  private void print(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
