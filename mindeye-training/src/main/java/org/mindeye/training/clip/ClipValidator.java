// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mindeye.core.clip.ClipVisionOutput;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.training.ModelValidator;
import org.mindeye.training.NamedValues;
import org.mindeye.training.Score;

/** Judges towers by whole descriptions, so the same whenever it is asked about the same weights. */
final class ClipValidator implements ModelValidator<ClipTowers> {
  private final ClipTask task;
  private final List<DescribedPicture> pictures;
  private final int batchSize;
  private final int pool;

  ClipValidator(ClipTask task, DescribedSplit split, int batchSize, int pool) {
    this.task = task;
    this.pictures = split.pictures();
    this.batchSize = batchSize;
    this.pool = pool;
  }

  @Override
  public int samples() {
    return pictures.size();
  }

  @Override
  public List<Score> scores() {
    return ClipScores.of(task);
  }

  @Override
  public NamedValues score(ClipTowers model, int epoch) {
    List<double[]> images = new ArrayList<>();
    long[] rightPatches = new long[task.places().size()];
    for (int from = 0; from < pictures.size(); from += batchSize) {
      look(model, pictures.subList(from, end(from, batchSize)), images, rightPatches);
    }
    List<double[]> texts =
        embed(model, pictures.stream().map(DescribedPicture::description).toList());
    NamedValues scores =
        NamedValues.NONE
            .with(ClipScores.TEXT_TO_IMAGE, found(images, texts, true))
            .with(ClipScores.IMAGE_TO_TEXT, found(images, texts, false));
    for (ClipTask.Question question : task.questions()) {
      scores = scores.with(question.name(), answered(question, images, model));
    }
    for (int i = 0; i < rightPatches.length; i++) {
      double patches = (double) pictures.size() * pictures.get(0).places().of(i).length;
      scores = scores.with(ClipScores.name(task.places().get(i)), rightPatches[i] / patches);
    }
    return scores;
  }

  private int end(int from, int length) {
    return Math.min(pictures.size(), from + length);
  }

  private static void look(
      ClipTowers model, List<DescribedPicture> some, List<double[]> images, long[] rightPatches) {
    try (CallScope scope = CallScope.open(model.device())) {
      ClipVisionOutput seen = ClipObjective.seen(model, some, scope.manager());
      images.addAll(rows(ClipVectors.normalized(seen.imageEmbeds()).array()));
      List<NDArray> logits = model.places().forward(seen.tokens());
      for (int question = 0; question < logits.size(); question++) {
        double[] found = Readback.of(logits.get(question).argMax(1));
        int next = 0;
        for (DescribedPicture picture : some) {
          for (int label : picture.places().of(question)) {
            rightPatches[question] += (int) found[next++] == label ? 1 : 0;
          }
        }
      }
    }
  }

  private List<double[]> embed(ClipTowers model, List<Description> descriptions) {
    List<double[]> vectors = new ArrayList<>();
    for (int from = 0; from < descriptions.size(); from += batchSize) {
      List<Description> some =
          descriptions.subList(from, Math.min(descriptions.size(), from + batchSize));
      try (CallScope scope = CallScope.open(model.device())) {
        NDArray words = Mentions.words(some, task, scope.manager());
        vectors.addAll(rows(model.texts().forward(words).array()));
      }
    }
    return vectors;
  }

  private static List<double[]> rows(NDArray matrix) {
    double[] all = Readback.of(matrix);
    int width = (int) matrix.getShape().get(1);
    List<double[]> rows = new ArrayList<>();
    for (int from = 0; from < all.length; from += width) {
      rows.add(Arrays.copyOfRange(all, from, from + width));
    }
    return rows;
  }

  /** The share of pictures that are found by their texts, or find them, in pools one by one. */
  private double found(List<double[]> images, List<double[]> texts, boolean byText) {
    int right = 0;
    for (int from = 0; from < pictures.size(); from += pool) {
      int to = end(from, pool);
      for (int i = from; i < to; i++) {
        double[] query = byText ? texts.get(i) : images.get(i);
        int best = from + nearest(query, (byText ? images : texts).subList(from, to));
        DescribedPicture text = pictures.get(byText ? i : best);
        DescribedPicture image = pictures.get(byText ? best : i);
        right += text.description().fits(image.description()) ? 1 : 0;
      }
    }
    return (double) right / pictures.size();
  }

  private double answered(ClipTask.Question question, List<double[]> images, ClipTowers model) {
    List<double[]> answers = embed(model, question.answers());
    int right = 0;
    for (int i = 0; i < images.size(); i++) {
      right += nearest(images.get(i), answers) == question.right(pictures.get(i)) ? 1 : 0;
    }
    return (double) right / images.size();
  }

  private static int nearest(double[] query, List<double[]> candidates) {
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < candidates.size(); i++) {
      double similarity = 0;
      double[] candidate = candidates.get(i);
      for (int k = 0; k < query.length; k++) {
        similarity += query[k] * candidate[k];
      }
      if (similarity > most) {
        most = similarity;
        best = i;
      }
    }
    return best;
  }
}
