// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of what is in a store's folder. */
final class StoreNames {
  private static final String STEP = "step-\\d{9,18}";
  private static final String MARK = "[a-z][a-z0-9_-]*";
  private static final String ID = "\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final Pattern CHECKPOINT = Pattern.compile(STEP);
  private static final Pattern TEMPORARY = Pattern.compile("\\." + STEP + ID + "\\.tmp");
  private static final Pattern REPLACED = Pattern.compile("\\.(" + STEP + ")" + ID + "\\.old");
  private static final Pattern MARK_NAME = Pattern.compile(MARK);
  private static final Pattern STAGED_MARK = Pattern.compile("\\." + MARK + ID + "\\.tmp");

  private StoreNames() {}

  static String checkpoint(long step) {
    return String.format(Locale.ROOT, "step-%09d", step);
  }

  /** The step of a checkpoint's folder; empty for every other name. */
  static OptionalLong step(String name) {
    if (!CHECKPOINT.matcher(name).matches()) {
      return OptionalLong.empty();
    }
    long step = Long.parseLong(name.substring("step-".length()));
    return checkpoint(step).equals(name) ? OptionalLong.of(step) : OptionalLong.empty();
  }

  /** A new name beside a checkpoint, for what is not complete yet, or not any more. */
  static Path temporary(Path checkpoint) {
    return beside(checkpoint, ".tmp");
  }

  /** A new name beside a checkpoint, for a complete one that another is about to replace. */
  static Path replaced(Path checkpoint) {
    return beside(checkpoint, ".old");
  }

  private static Path beside(Path checkpoint, String ending) {
    return checkpoint.resolveSibling(
        "." + checkpoint.getFileName() + "." + UUID.randomUUID() + ending);
  }

  static boolean isTemporary(String name) {
    return TEMPORARY.matcher(name).matches();
  }

  /** The checkpoint's name from the name it has while it is replaced. */
  static Optional<String> ofReplaced(String name) {
    Matcher matcher = REPLACED.matcher(name);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Whether a file is a mark that was being written. */
  static boolean isStagedMark(String name) {
    return STAGED_MARK.matcher(name).matches();
  }

  static void checkMark(String name) {
    if (!MARK_NAME.matcher(name).matches() || CHECKPOINT.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a mark is called by lower-case letters, digits, '-' and '_', like best, but not '"
              + name
              + "'");
    }
  }
}
