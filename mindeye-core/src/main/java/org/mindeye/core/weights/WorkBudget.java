package org.mindeye.core.weights;

/**
 * Bounds the work a pickle can cause by using a large part of itself many times. An honest pickle
 * uses each part once, so its own greatest length is enough.
 */
final class WorkBudget {
  private final String source;
  private final long all;
  private long left;

  WorkBudget(String source, long all) {
    this.source = source;
    this.all = all;
    this.left = all;
  }

  /** Takes note of work that grows with the size of a part, before it is done. */
  void spend(long units) {
    left -= units;
    if (left < 0) {
      throw malformed("parts of at most " + all + " bytes and items", "more, by repetition");
    }
  }

  MalformedFileException malformed(String expected, String found) {
    return new MalformedFileException(source, expected, found);
  }
}
