// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.retrieve;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.data.TrialImage;
import org.mindeye.retrieval.ExactIndex;

/**
 * What is searched.
 *
 * @param index its ids are positions in the pictures
 * @param pictures what is there
 */
record Gallery(ExactIndex index, List<Picture> pictures) implements AutoCloseable {
  private static final int BATCH = 32;

  /** Longer vectors take longer to compare in bfloat16, and are found alike in float32. */
  private static final int LONGEST_ROUNDED = 4096;

  /** Encodes pictures as tokens of the model's space, and compares in the encoder's format. */
  static Gallery encode(
      List<Picture> pictures, ClipImageEncoder clip, ClipSpace space, Device device) {
    requireSpace(clip, space);
    try (ExactIndex.Builder builder = builder(space, clip.precision(), device)) {
      int from = 0;
      while (from < pictures.size()) {
        int to = sameSize(pictures, from);
        try (CallScope scope = CallScope.open(device)) {
          NDManager manager = scope.manager();
          ImageBatch images = images(pictures.subList(from, to), manager);
          ClipTokens tokens =
              space.equals(clip.space())
                  ? clip.encodeTokens(images, manager)
                  : clip.encodePooled(images, manager);
          builder.add(tokens.toUnitVectors(), LongStream.range(from, to).toArray());
        }
        from = to;
      }
      return new Gallery(builder.build(), pictures);
    }
  }

  /** The pictures that are found, and their scores, are the same in every format. */
  private static ExactIndex.Builder builder(ClipSpace space, Precision precision, Device device) {
    boolean rounded = space.size() <= LONGEST_ROUNDED;
    return ExactIndex.builder(space.size(), rounded ? precision : Precision.FLOAT32, device);
  }

  private static void requireSpace(ClipImageEncoder clip, ClipSpace space) {
    if (!space.equals(clip.space()) && !space.equals(clip.finalSpace())) {
      throw new MindEyeException(
          String.format(
              Locale.ROOT,
              "--clip: the model predicts %s tokens, but this CLIP makes %s (or %s at its end);"
                  + " give"
                  + " the one that it was trained with",
              space,
              clip.space(),
              clip.finalSpace()));
    }
  }

  /** Behind the last picture that goes into one batch: batches hold pictures of one size. */
  private static int sameSize(List<Picture> pictures, int from) {
    TrialImage first = pictures.get(from).image();
    int to = from + 1;
    while (to < pictures.size()
        && to < from + BATCH
        && pictures.get(to).image().width() == first.width()
        && pictures.get(to).image().height() == first.height()) {
      to++;
    }
    return to;
  }

  private static ImageBatch images(List<Picture> pictures, NDManager owner) {
    TrialImage first = pictures.get(0).image();
    int pixels = Math.multiplyExact(3, first.height() * first.width());
    float[] values = new float[Math.multiplyExact(pictures.size(), pixels)];
    for (int i = 0; i < pictures.size(); i++) {
      System.arraycopy(pictures.get(i).image().toFloats(), 0, values, i * pixels, pixels);
    }
    Shape shape = new Shape(pictures.size(), 3, first.height(), first.width());
    return ImageBatch.of(Torch.copy(owner, values, shape));
  }

  /** Takes tokens as a file has them. */
  static Gallery of(TokenFile file, ClipSpace space, Precision precision, Device device) {
    file.requireSpace(space);
    List<Picture> pictures = new ArrayList<>();
    try (ExactIndex.Builder builder = builder(space, precision, device)) {
      for (int from = 0; from < file.rows(); from += BATCH) {
        int to = Math.min(from + BATCH, file.rows());
        try (CallScope scope = CallScope.open(device)) {
          NDArray rows =
              file.load(from, to, scope.manager())
                  .toType(DataType.FLOAT32, false)
                  .reshape(to - from, space.tokens(), space.width());
          long[] ids = LongStream.range(from, to).toArray();
          builder.add(ClipTokens.of(rows).toUnitVectors(), ids);
        }
      }
      for (int i = 0; i < file.rows(); i++) {
        Long id = file.cocoId(i);
        pictures.add(new Picture(id == null ? "row " + i : "coco " + id, id, null));
      }
      return new Gallery(builder.build(), pictures);
    }
  }

  @Override
  public void close() {
    index.close();
  }
}
