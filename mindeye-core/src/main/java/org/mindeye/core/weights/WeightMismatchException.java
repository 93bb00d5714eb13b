package org.mindeye.core.weights;

import java.util.List;
import org.mindeye.core.MindEyeException;
import org.mindeye.core.Printable;

/** A file of weights that does not fit a network. The message holds the whole difference. */
public final class WeightMismatchException extends MindEyeException {
  private static final long serialVersionUID = 1L;

  /** Names listed of each kind; the rest is counted. */
  private static final int LISTED = 20;

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
    super(
        Printable.line(source)
            + " does not fit "
            + network
            + ":"
            + part("missing from the file", missing)
            + part("in the file, but not in the network", unexpected)
            + part("different", different));
  }

  private static String part(String title, List<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    StringBuilder part = new StringBuilder("\n  " + title + " (" + names.size() + "):");
    names.stream()
        .sorted()
        .limit(LISTED)
        .forEach(name -> part.append("\n    ").append(Printable.line(name)));
    if (names.size() > LISTED) {
      part.append("\n    … and ").append(names.size() - LISTED).append(" more");
    }
    return part.toString();
  }
}
