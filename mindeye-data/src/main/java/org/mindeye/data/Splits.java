// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mindeye.MindEyeException;

/** Checks that hold between splits. */
public final class Splits {
  private static final int NAMED_IDS = 20;

  private Splits() {}

  /**
   * Refuses splits that are used for what they are not for.
   *
   * @param training of what is trained on
   * @param validation of what epochs are compared on
   * @throws IllegalArgumentException if one is another split; says why for the test split
   */
  public static void requireUses(Split training, Split validation) {
    validation.requireForSelection();
    requireUse("training", Split.TRAIN, training);
    requireUse("validation", Split.VALIDATION, validation);
  }

  private static void requireUse(String use, Split expected, Split found) {
    if (found != expected) {
      throw new IllegalArgumentException(
          use + " split: expected " + expected + " but was " + found);
    }
  }

  /**
   * Refuses data whose test or validation images were also trained on. Within one split an image
   * may occur several times.
   *
   * @param splits the trials of each split; every iterable is walked once
   * @throws MindEyeException if an image, known by its coco id, is in two splits; the message names
   *     the splits and the ids
   */
  public static void requireDisjoint(Map<Split, ? extends Iterable<Trial>> splits) {
    Map<Split, List<Long>> ids = new EnumMap<>(Split.class);
    splits.forEach(
        (split, trials) -> {
          List<Long> own = ids.computeIfAbsent(split, s -> new ArrayList<>());
          trials.forEach(trial -> own.add(trial.cocoId()));
        });
    overlap(ids)
        .ifPresent(
            message -> {
              throw new MindEyeException(message);
            });
  }

  /**
   * Looks for images that are in two splits.
   *
   * @param ids the coco ids of each split
   * @return which splits share which ids, and what to do; empty if none do
   */
  public static Optional<String> overlap(Map<Split, ? extends Collection<Long>> ids) {
    Map<Long, Split> home = new HashMap<>();
    Map<Split, Map<Split, SortedSet<Long>>> shared = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      if (ids.containsKey(split)) {
        for (Long id : ids.get(split)) {
          Split first = home.putIfAbsent(id, split);
          if (first != null && first != split) {
            shared
                .computeIfAbsent(first, s -> new EnumMap<>(Split.class))
                .computeIfAbsent(split, s -> new TreeSet<>())
                .add(id);
          }
        }
      }
    }
    return shared.isEmpty() ? Optional.empty() : Optional.of(describe(shared));
  }

  private static String describe(Map<Split, Map<Split, SortedSet<Long>>> shared) {
    return shared.entrySet().stream()
        .flatMap(
            first ->
                first.getValue().entrySet().stream()
                    .map(second -> describe(first.getKey(), second.getKey(), second.getValue())))
        .collect(Collectors.joining("; ", "", "; remove them from one of the splits"));
  }

  private static String describe(Split first, Split second, SortedSet<Long> ids) {
    String named =
        ids.stream().limit(NAMED_IDS).map(String::valueOf).collect(Collectors.joining(", "));
    String more = ids.size() > NAMED_IDS ? ", and " + (ids.size() - NAMED_IDS) + " more" : "";
    return String.format(
        Locale.ROOT,
        "expected no image in two splits but %s and %s share %d, coco ids %s%s",
        first,
        second,
        ids.size(),
        named,
        more);
  }
}
