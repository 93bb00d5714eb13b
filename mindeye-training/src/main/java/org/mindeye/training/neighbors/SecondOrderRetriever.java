// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.neighbors;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.CandidateScorer;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.pipeline.VoxelEncoder;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageBatches;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.training.neighbors.SecondOrderResult.Compared;

/**
 * Finds the seen picture in a gallery of any size, as MindEye did in LAION-5B ({@code
 * Retrievals.py} of the original): a model of the final layer says what to ask the gallery for, the
 * pictures of the nearest are read from the disk or fetched, and of these the one is chosen whose
 * tokens of the hidden layer are closest to what a second model says.
 *
 * <p>Pictures that cannot be had are skipped, and the result says why; the original returned white
 * pictures where the search failed, and this throws what the gallery throws.
 *
 * <p>Safe for concurrent callers where its stages are. It owns none of them.
 */
public final class SecondOrderRetriever {
  private final Stages stages;
  private final SecondOrderConfig config;

  private SecondOrderRetriever(Stages stages, SecondOrderConfig config) {
    this.stages = stages;
    this.config = config;
  }

  /**
   * What the steps are made by; all lent.
   *
   * @param finalLayer predicts the vectors that the gallery holds
   * @param index the gallery
   * @param pictures where its pictures are
   * @param hiddenLayer predicts all tokens
   * @param scorer compares pictures with these, as {@link
   *     org.mindeye.core.clip.ClipScorer#ofTokens} does
   */
  public record Stages(
      VoxelEncoder finalLayer,
      NeighborIndex index,
      NeighborPictures pictures,
      VoxelEncoder hiddenLayer,
      CandidateScorer scorer) {}

  /**
   * Puts the steps together.
   *
   * @param stages lent
   * @param config how many neighbours
   * @return the retriever
   * @throws ShapeMismatchException if two stages do not fit each other
   */
  public static SecondOrderRetriever of(Stages stages, SecondOrderConfig config) {
    Objects.requireNonNull(stages, "stages");
    Objects.requireNonNull(config, "config");
    requireSame(
        "the gallery's width",
        stages.finalLayer.space().size(),
        "finalLayer predicts",
        stages.index.width());
    requireSame(
        "the scorer's tokens",
        stages.hiddenLayer.space(),
        "hiddenLayer predicts",
        stages.scorer.space());
    requireSame(
        "the voxels of hiddenLayer",
        stages.finalLayer.voxels(),
        "finalLayer reads",
        stages.hiddenLayer.voxels());
    return new SecondOrderRetriever(stages, config);
  }

  private static void requireSame(String what, Object expected, String as, Object found) {
    if (!expected.equals(found)) {
      throw new ShapeMismatchException(
          what + ": expected " + expected + ", as " + as + ", but was " + found);
    }
  }

  /**
   * Finds the seen picture.
   *
   * @param voxels the mean response to it
   * @return the pictures of the nearest neighbours, the chosen one first
   * @throws MindEyeException if the gallery fails, or the pictures of none of its neighbours can be
   *     had
   * @throws java.io.UncheckedIOException if a server of the gallery fails
   * @throws java.util.concurrent.CancellationException if this thread is interrupted
   */
  public SecondOrderResult retrieve(float[] voxels) {
    float[] query = predicted(stages.finalLayer, voxels);
    List<Neighbor> found = stages.index.search(query, SearchRequest.of(config.asked()));
    PictureWalk walk = PictureWalk.along(found, stages.pictures, config.wanted());
    if (walk.count() == 0) {
      throw new MindEyeException(
          "expected pictures of "
              + Plural.of(found.size(), "neighbour")
              + " but none can be had; the first: "
              + (found.isEmpty() ? "nothing was found" : walk.skipped().get(0).reason()));
    }
    float[] brain = predicted(stages.hiddenLayer, voxels);
    List<Compared> compared = new ArrayList<>();
    for (int i = 0; i < walk.count(); i++) {
      compared.add(new Compared(walk.neighbor(i), walk.image(i), score(walk, i, brain)));
    }
    compared.sort(
        Comparator.comparing(Compared::score, Comparator.reverseOrder())
            .thenComparing(Compared::neighbor, Neighbor.BEST_FIRST));
    return new SecondOrderResult(compared, walk.skipped());
  }

  private static float[] predicted(VoxelEncoder encoder, float[] voxels) {
    try (CallScope scope = CallScope.open(encoder.device())) {
      NDArray row = Torch.copy(scope.manager(), voxels, new Shape(1, voxels.length));
      return encoder
          .encode(VoxelBatch.of(row), scope.manager())
          .projected()
          .toUnitVectors()
          .array()
          .toFloatArray();
    }
  }

  private float score(PictureWalk walk, int number, float[] brain) {
    EncodedImage image = walk.image(number);
    Device device = stages.scorer.device();
    try (CallScope scope = CallScope.open(device)) {
      NDManager manager = scope.manager();
      ImageBatch picture =
          ImageBatches.ofPixels(
              new float[][] {walk.planes(number)}, image.height(), image.width(), manager);
      ClipVectors said = ClipVectors.of(Torch.copy(manager, brain, new Shape(1, brain.length)));
      return stages.scorer.score(square(picture, manager), said)[0];
    }
  }

  private ImageBatch square(ImageBatch picture, NDManager owner) {
    int side = config.side();
    if (side == 0) {
      return picture;
    }
    PixelGrid grid = new PixelGrid(List.of(side), Antialias.ON);
    ImageBatch resized = grid.resize(picture, owner);
    long top = (resized.height() - side) / 2;
    long left = (resized.width() - side) / 2;
    NDArray middle =
        resized
            .array()
            .get(
                new NDIndex()
                    .addAllDim(2)
                    .addSliceDim(top, top + side)
                    .addSliceDim(left, left + side));
    return ImageBatch.of(middle);
  }
}
