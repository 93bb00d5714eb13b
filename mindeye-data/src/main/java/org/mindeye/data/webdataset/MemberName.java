// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A member's name taken apart: {@code sample00000000452.coco73k.npy} is the member {@code
 * coco73k.npy} of the sample {@code sample00000000452}. The extension starts at the first dot of
 * the base name; a folder in front belongs to the key.
 *
 * @param key the sample
 * @param extension the member, in lower case
 */
record MemberName(String key, String extension) {

  /** Empty for members that belong to no sample, as in the reference reader. */
  static Optional<MemberName> parse(String name) {
    int base = name.lastIndexOf('/') + 1;
    int dot = name.indexOf('.', base);
    boolean metadata = name.startsWith("__") && name.endsWith("__");
    if (dot <= base || metadata) {
      return Optional.empty();
    }
    String key = name.startsWith("./") ? name.substring(2, dot) : name.substring(0, dot);
    return Optional.of(new MemberName(key, name.substring(dot + 1).toLowerCase(Locale.ROOT)));
  }

  /**
   * Whether a member of a sample has nothing but its extension: {@code .jpg}. Other names that
   * begin with a dot are hidden files, which the reference reader skips, too.
   */
  static boolean lacksKey(String name) {
    String base = name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    return base.startsWith(".") && Members.ALL.contains(base.substring(1));
  }

  /**
   * Whether a name stays where it is unpacked. Nothing is unpacked here, but a key may well become
   * a file name later.
   */
  static boolean isSafe(String name) {
    return !name.isEmpty()
        && !name.startsWith("/")
        && name.indexOf('\\') < 0
        && name.indexOf(':') < 0
        && name.chars().noneMatch(Character::isISOControl)
        && Arrays.stream(name.split("/")).noneMatch(".."::equals);
  }
}
