// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.Printable;

/**
 * A file of weights that does not fit a network. The message holds the first names of each kind of
 * difference and counts the others; {@link #details} lists all.
 */
public final class WeightMismatchException extends MindEyeException {
  private static final long serialVersionUID = 1L;

  /** Names listed of each kind in the message; the rest is counted. */
  private static final int LISTED = 20;

  /** The whole difference. */
  private final String details;

  /**
   * Creates an exception that lists, sorted, what does not fit.
   *
   * @param source names the file
   * @param network names the network
   * @param missing parameters the file does not hold
   * @param unexpected tensors the network does not know
   * @param different parameters whose tensor has another shape or type, with both
   */
  public WeightMismatchException(
      String source,
      String network,
      List<String> missing,
      List<String> unexpected,
      List<String> different) {
    super(text(source, network, missing, unexpected, different, LISTED));
    details = text(source, network, missing, unexpected, different, Integer.MAX_VALUE);
  }

  @Override
  public String details() {
    return details;
  }

  private static String text(
      String source,
      String network,
      List<String> missing,
      List<String> unexpected,
      List<String> different,
      int listed) {
    return Printable.line(source)
        + " does not fit "
        + network
        + ":"
        + part("missing from the file", missing, listed)
        + part("in the file, but not in the network", unexpected, listed)
        + part("different", different, listed);
  }

  private static String part(String title, List<String> names, int listed) {
    if (names.isEmpty()) {
      return "";
    }
    StringBuilder part = new StringBuilder("\n  " + title + " (" + names.size() + "):");
    names.stream()
        .sorted()
        .limit(listed)
        .forEach(name -> part.append("\n    ").append(Printable.line(name)));
    if (names.size() > listed) {
      part.append("\n    … and ").append(names.size() - listed).append(" more");
    }
    return part.toString();
  }
}
