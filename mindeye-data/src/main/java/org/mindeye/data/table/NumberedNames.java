// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.table;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The order of files that are numbered: {@code betas_2} comes before {@code betas_10}. */
final class NumberedNames implements Comparator<Path> {
  private static final Pattern PART = Pattern.compile("[0-9]+|[^0-9]+");

  @Override
  public int compare(Path a, Path b) {
    String first = a.getFileName().toString();
    String second = b.getFileName().toString();
    List<String> left = parts(first);
    List<String> right = parts(second);
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      int order = compare(left.get(i), right.get(i));
      if (order != 0) {
        return order;
      }
    }
    int order = Integer.compare(left.size(), right.size());
    return order != 0 ? order : first.compareTo(second); // 1 and 01
  }

  private static List<String> parts(String name) {
    List<String> parts = new ArrayList<>();
    for (Matcher matcher = PART.matcher(name); matcher.find(); ) {
      parts.add(matcher.group());
    }
    return parts;
  }

  private static int compare(String a, String b) {
    return isNumber(a) && isNumber(b)
        ? new BigInteger(a).compareTo(new BigInteger(b))
        : a.compareTo(b);
  }

  private static boolean isNumber(String part) {
    return part.charAt(0) >= '0' && part.charAt(0) <= '9';
  }
}
