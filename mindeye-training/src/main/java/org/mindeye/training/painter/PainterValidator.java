// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.data.ImageBatches;
import org.mindeye.evaluation.PixCorr;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.training.LossTerm;
import org.mindeye.training.ModelValidator;
import org.mindeye.training.NamedValues;
import org.mindeye.training.Score;
import org.mindeye.training.SingleNetwork;

/**
 * Judges by the loss of validation pictures, each at a timestep and with noise of its own that stay
 * the same, and by pictures that are painted from their tokens.
 */
final class PainterValidator implements ModelValidator<SingleNetwork<ConditionalUnet>> {
  private static final long NOISE = 0x76616c6964L;
  private static final PixCorr PIX_CORR = PixCorr.on(PixelGrid.unchanged());

  /** Pixels this close have one level of 8 bits. */
  private static final float ONE_COLOR = 1f / 512;

  private final PainterTrainingConfig config;
  private final PainterSplit split;
  private final GalleryPainter gallery;
  private final PaintedListener shown;
  private final Denoising denoising;

  /**
   * A judge.
   *
   * @param config the recipe
   * @param split the validation pictures
   * @param gallery paints them; null where none are painted
   * @param shown is shown what was painted
   */
  PainterValidator(
      PainterTrainingConfig config,
      PainterSplit split,
      GalleryPainter gallery,
      PaintedListener shown) {
    this.config = config;
    this.split = split;
    this.gallery = gallery;
    this.shown = shown;
    denoising = new Denoising(config.denoising());
  }

  @Override
  public int samples() {
    return split.size();
  }

  @Override
  public List<Score> scores() {
    return PainterScores.scores(gallery != null);
  }

  @Override
  public NamedValues score(SingleNetwork<ConditionalUnet> model, int epoch) {
    double loss = loss(model.network());
    NamedValues scores =
        NamedValues.NONE.with(LossTerm.TOTAL, loss).with(PainterScores.DENOISING, loss);
    return gallery == null
        ? scores
        : scores.with(PainterScores.PIX_CORR, paint(model.network(), epoch));
  }

  private double loss(ConditionalUnet network) {
    double sum = 0;
    for (int from = 0; from < split.size(); from += config.batchSize()) {
      int[] rows = PainterSplit.rows(from, Math.min(split.size(), from + config.batchSize()));
      try (CallScope scope = CallScope.open(network.device());
          GradMode off = GradMode.off()) {
        sum += Arrays.stream(errors(network, rows, scope.manager())).sum();
      }
    }
    return sum / split.size();
  }

  /** Timesteps are spread evenly over the pictures, so that all levels of noise count alike. */
  private double[] errors(ConditionalUnet network, int[] rows, NDManager manager) {
    int[] timesteps =
        Arrays.stream(rows)
            .map(row -> (int) ((row + 0.5) / split.size() * denoising.timesteps()))
            .toArray();
    List<NoiseSource> each =
        Arrays.stream(rows).mapToObj(row -> NoiseSource.seeded(config.seed(), NOISE, row)).toList();
    Shape shape = new Shape(rows.length).addAll(split.shape());
    NDArray noise = NoiseSource.perRow(each).normal(manager, shape);
    NDArray clean = split.latents(rows, manager).array();
    Denoising.Task task = denoising.task(clean, noise, timesteps);
    NDArray tokens = split.tokens(rows, manager).array();
    return Readback.of(task.errors(task.answer(network, tokens)));
  }

  private double paint(ConditionalUnet network, int epoch) {
    try (CallScope scope = CallScope.open(network.device())) {
      int count = Math.min(config.gallery().pictures(), split.size());
      ImageBatch seen = ImageBatches.of(split.first(count), scope.manager());
      ImageBatch painted = gallery.paint(network, split, scope.manager());
      shown.onPainted(epoch, seen, painted);
      return pixCorr(seen, painted);
    }
  }

  /** Early pictures may have one color. */
  private static double pixCorr(ImageBatch seen, ImageBatch painted) {
    double sum = 0;
    for (int i = 0; i < seen.batch(); i++) {
      ImageBatch one = row(painted, i);
      NDArray pixels = one.array();
      if (Readback.scalar(pixels.max()) - Readback.scalar(pixels.min()) > ONE_COLOR) {
        sum += PIX_CORR.each(row(seen, i), one)[0];
      }
    }
    return sum / seen.batch();
  }

  private static ImageBatch row(ImageBatch images, int index) {
    return ImageBatch.of(images.array().get(index + ":" + (index + 1)));
  }
}
