// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mindeye.evaluation.report.ImageGrid;
import org.mindeye.evaluation.report.ReportImage;

/**
 * Pictures of queries, each beside the nearest pictures that a search found; the right one is
 * marked.
 */
public final class RetrievalGrid {
  private final ImageGrid images;
  private int queries;

  private RetrievalGrid(ImageGrid images) {
    this.images = images;
  }

  /**
   * A picture that was found.
   *
   * @param image the picture
   * @param score its similarity to the query
   * @param right whether it is what the brain saw
   */
  public record Found(ReportImage image, double score, boolean right) {}

  /**
   * Starts a grid.
   *
   * @param caption above it
   * @param nearest how many found pictures a row has room for, at least 1
   * @return an empty grid
   * @throws IllegalArgumentException if there is room for none
   */
  public static RetrievalGrid of(String caption, int nearest) {
    if (nearest < 1) {
      throw new IllegalArgumentException("nearest: expected at least 1 but was " + nearest);
    }
    Stream<String> ranks = IntStream.rangeClosed(1, nearest).mapToObj(rank -> rank + ".");
    return new RetrievalGrid(
        ImageGrid.of(caption, Stream.concat(Stream.of("seen"), ranks).toArray(String[]::new)));
  }

  /**
   * Adds a query.
   *
   * @param name what stands before it
   * @param seen what the brain saw
   * @param found the nearest, best first
   * @return this grid
   * @throws IllegalArgumentException if there are more than the grid has room for
   */
  public RetrievalGrid query(String name, ReportImage seen, List<Found> found) {
    List<ReportImage> row = new ArrayList<>(List.of(seen));
    found.forEach(each -> row.add(marked(each)));
    images.row(name, row.toArray(ReportImage[]::new));
    queries++;
    return this;
  }

  private static ReportImage marked(Found found) {
    String score = String.format(Locale.ROOT, "%.3f", found.score());
    return found.right()
        ? found.image().withCaption(score + ", seen").highlight()
        : found.image().withCaption(score);
  }

  /**
   * Whether there is nothing to show.
   *
   * @return true until a query is added
   */
  public boolean isEmpty() {
    return queries == 0;
  }

  /**
   * The grid as images of a page.
   *
   * @return a row for each query
   */
  public ImageGrid toImages() {
    return images;
  }
}
