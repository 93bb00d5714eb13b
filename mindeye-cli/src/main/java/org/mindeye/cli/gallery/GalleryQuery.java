// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mindeye.cli.evaluate.PictureFiles;
import org.mindeye.cli.retrieve.BrainQueries;
import org.mindeye.cli.retrieve.Query;
import org.mindeye.cli.train.TokenWeights;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.data.TrialImage;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.retrieval.NpyEmbeddings;
import org.mindeye.retrieval.gallery.GalleryFolder;
import org.mindeye.retrieval.gallery.GalleryOrigin;
import org.mindeye.training.MindEyeWeights;

/**
 * Something that is looked for.
 *
 * @param name what it is called
 * @param vector its direction says what is near
 * @param image what it looks like, or what was seen; null if that is not known
 * @param response whether a brain says what it looks like
 */
record GalleryQuery(String name, float[] vector, TrialImage image, boolean response) {
  private static final int BATCH = 64;

  /** Whether the image is what a brain saw. */
  boolean isSeen() {
    return response && image != null;
  }

  /**
   * All that the command line asks for, which the gallery has to be of the same encoder as.
   *
   * @param options what is asked for
   * @param responses null if it is not responses
   * @param gallery is searched
   * @param format in which networks multiply
   * @param where on which device
   */
  static List<GalleryQuery> read(
      QueryOptions options,
      BrainQueries responses,
      GalleryFolder gallery,
      Precision format,
      Device where)
      throws IOException {
    if (!options.pictures().isEmpty()) {
      return ofPictures(options, gallery, format, where);
    }
    return options.query() != null
        ? ofRows(options.query(), gallery)
        : ofResponses(options.weights(), responses, gallery, format, where);
  }

  private static List<GalleryQuery> ofPictures(
      QueryOptions options, GalleryFolder gallery, Precision format, Device where)
      throws IOException {
    List<GalleryQuery> queries = new ArrayList<>();
    try (ClipImageEncoder clip = options.clip().load(format.withoutIntegers(), where)) {
      PictureEncoder encoder = PictureEncoder.of(clip, gallery.origin().space());
      require(gallery, "--clip", encoder.space(), clip.fingerprint());
      for (Path file : options.pictures()) {
        TrialImage image = PictureFiles.read(file);
        String name = file.getFileName().toString();
        queries.add(new GalleryQuery(name, encoder.encode(file), image, false));
      }
    }
    return queries;
  }

  private static List<GalleryQuery> ofRows(Path file, GalleryFolder gallery) throws IOException {
    long[] shape = Npy.info(file).shape().axes();
    try (NpyEmbeddings rows = NpyEmbeddings.open(List.of(file))) {
      ClipSpace space =
          shape.length == 3
              ? new ClipSpace(Math.toIntExact(shape[1]), Math.toIntExact(shape[2]))
              : gallery.origin().space();
      if (rows.width() != space.size()) {
        space = new ClipSpace(1, rows.width());
      }
      require(gallery, file.toString(), space, null);
      List<GalleryQuery> queries = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        float[] vector = new float[rows.width()];
        rows.read(i, vector);
        queries.add(new GalleryQuery("row " + i, vector, null, false));
      }
      return queries;
    }
  }

  private static List<GalleryQuery> ofResponses(
      Path file, BrainQueries responses, GalleryFolder gallery, Precision format, Device where)
      throws IOException {
    MindEyeWeights weights = TokenWeights.open(file);
    try (BackboneEncoder encoder = weights.encoder(format, where)) {
      ClipFingerprint trainedWith =
          weights.record().map(record -> record.targets().validationEncoder()).orElse(null);
      require(gallery, file.toString(), encoder.space(), trainedWith);
      List<Query> all = responses.read(encoder.voxels());
      List<GalleryQuery> queries = new ArrayList<>();
      for (int from = 0; from < all.size(); from += BATCH) {
        List<Query> some = all.subList(from, Math.min(from + BATCH, all.size()));
        float[] vectors = projected(encoder, some, where);
        int size = encoder.space().size();
        for (int i = 0; i < some.size(); i++) {
          Query query = some.get(i);
          queries.add(
              new GalleryQuery(
                  query.name(),
                  Arrays.copyOfRange(vectors, i * size, (i + 1) * size),
                  query.seen() == null ? null : query.seen().image(),
                  true));
        }
      }
      return queries;
    }
  }

  private static float[] projected(BackboneEncoder encoder, List<Query> some, Device where) {
    int voxels = encoder.voxels();
    float[] all = new float[some.size() * voxels];
    for (int i = 0; i < some.size(); i++) {
      System.arraycopy(some.get(i).voxels(), 0, all, i * voxels, voxels);
    }
    try (CallScope scope = CallScope.open(where)) {
      Shape shape = new Shape(some.size(), voxels);
      VoxelBatch batch = VoxelBatch.of(Torch.copy(scope.manager(), all, shape));
      return encoder
          .encode(batch, scope.manager())
          .projected()
          .toUnitVectors()
          .array()
          .toFloatArray();
    }
  }

  private static void require(
      GalleryFolder gallery, String what, ClipSpace space, ClipFingerprint encoder) {
    gallery.origin().require(gallery.toString(), what, new GalleryOrigin(space, encoder));
  }
}
