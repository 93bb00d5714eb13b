// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.Split;
import org.mindeye.data.Splits;

/** Which picture belongs to which split. A picture that is in none is left out. */
public final class SplitPlan {
  private final Map<Long, Split> splits = new HashMap<>();

  private SplitPlan() {}

  /**
   * A plan.
   *
   * @param pictures the numbers of each split's pictures
   * @return the plan
   * @throws MindEyeException if a picture is in two splits; names the splits and the pictures
   */
  public static SplitPlan of(Map<Split, ? extends Collection<Long>> pictures) {
    Map<Split, List<Long>> ids = new EnumMap<>(Split.class);
    pictures.forEach((split, own) -> ids.put(split, List.copyOf(own)));
    Splits.overlap(ids)
        .ifPresent(
            message -> {
              throw new MindEyeException(message);
            });
    SplitPlan plan = new SplitPlan();
    ids.forEach((split, own) -> own.forEach(id -> plan.splits.put(id, split)));
    return plan;
  }

  /**
   * The split of a picture.
   *
   * @param picture its number
   * @return the split, or empty if it is left out
   */
  public Optional<Split> of(long picture) {
    return Optional.ofNullable(splits.get(picture));
  }

  /**
   * The pictures of a split.
   *
   * @param split which
   * @return their numbers, in ascending order
   */
  public SortedSet<Long> pictures(Split split) {
    SortedSet<Long> pictures = new TreeSet<>();
    splits.forEach(
        (picture, own) -> {
          if (own == split) {
            pictures.add(picture);
          }
        });
    return pictures;
  }

  /**
   * The splits with pictures.
   *
   * @return in the order of {@link Split}
   */
  public Set<Split> splits() {
    Set<Split> there = EnumSet.noneOf(Split.class);
    there.addAll(splits.values());
    return there;
  }

  @Override
  public String toString() {
    return Arrays.stream(Split.values())
        .map(split -> split + " " + Plural.of(pictures(split).size(), "picture"))
        .collect(Collectors.joining(", "));
  }
}
