// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mindeye.training.Score;

/**
 * How well towers know pictures that they were not trained on. Besides the scores named here there
 * is one for each {@linkplain ClipTask.Question question}, by its name: the share of pictures whose
 * right answer is the most similar one; and one for each {@linkplain ClipTask.PlaceQuestion
 * question about places}, {@code placeCategory} for example: the share of patches.
 */
public final class ClipScores {
  /**
   * The share of pictures that are nearer to their whole description than all other pictures of the
   * pool that it does not fit.
   */
  public static final String TEXT_TO_IMAGE = "textToImage";

  /** The share of pictures whose nearest description in the pool fits them. */
  public static final String IMAGE_TO_TEXT = "imageToText";

  /** What says which epoch is best. */
  static final Score QUALITY = Score.mean("retrieval", TEXT_TO_IMAGE, IMAGE_TO_TEXT);

  private ClipScores() {}

  static List<Score> of(ClipTask task) {
    List<Score> scores = new ArrayList<>();
    scores.add(Score.share(TEXT_TO_IMAGE));
    scores.add(Score.share(IMAGE_TO_TEXT));
    scores.add(QUALITY);
    task.questions().forEach(question -> scores.add(Score.share(question.name())));
    task.places().forEach(question -> scores.add(Score.share(name(question))));
    return List.copyOf(scores);
  }

  /** {@code placeCategory} for the question {@code category}. */
  static String name(ClipTask.PlaceQuestion question) {
    String name = question.name();
    return "place" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }
}
