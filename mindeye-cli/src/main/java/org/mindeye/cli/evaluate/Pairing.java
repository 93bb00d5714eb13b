// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;

/**
 * Which reconstruction belongs to which picture.
 *
 * @param by how it was found out
 * @param pairs in the order of the pictures
 */
record Pairing(By by, List<Pair> pairs) {
  /** How many ids a message names. */
  private static final int NAMED = 5;

  /** What decides. */
  enum By {
    /** Numbers or names. */
    ID,
    /** The first with the first, and so on. */
    ORDER
  }

  /**
   * Positions of what belongs together.
   *
   * @param id names the picture
   * @param original among the pictures
   * @param reconstruction among the reconstructions
   * @param blurry among the blurry pictures; -1 without them
   */
  record Pair(String id, int original, int reconstruction, int blurry) {}

  Pairing {
    pairs = List.copyOf(pairs);
  }

  /**
   * Pairs pictures.
   *
   * @param sets what there is
   * @param by how; null for ids where all sides have some, else the order
   * @param common whether what has no partner is left out, and not refused
   * @throws MindEyeException if something has no partner, or an id is there twice
   */
  static Pairing of(PictureSets sets, By by, boolean common) {
    boolean named = sets.all().allMatch(set -> set.ids().isPresent());
    if (by == By.ID && !named) {
      PictureSet nameless = sets.all().filter(set -> set.ids().isEmpty()).findFirst().orElseThrow();
      throw new MindEyeException(
          nameless.source()
              + ": there are no ids to pair by; give pictures as files that are named by them, an"
              + " array coco_ids beside the pictures, or --pair order");
    }
    return named && by != By.ORDER ? byId(sets, common) : byOrder(sets);
  }

  private static Pairing byOrder(PictureSets sets) {
    int count = sets.originals().size();
    sets.all()
        .filter(set -> set.size() != count)
        .findFirst()
        .ifPresent(
            other -> {
              throw new MindEyeException(
                  "pairs by their order: "
                      + sets.originals().source()
                      + " has "
                      + Plural.of(count, "picture")
                      + " but "
                      + other.source()
                      + " has "
                      + other.size()
                      + "; give as many, or ids on both sides");
            });
    Optional<List<String>> ids = sets.all().flatMap(set -> set.ids().stream()).findFirst();
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = ids.isPresent() ? ids.get().get(i) : Integer.toString(i);
      pairs.add(new Pair(id, i, i, sets.blurry() == null ? -1 : i));
    }
    return new Pairing(By.ORDER, pairs);
  }

  private static Pairing byId(PictureSets sets, boolean common) {
    Map<String, Integer> originals = positions(sets.originals());
    Map<String, Integer> painted = positions(sets.reconstructions());
    Map<String, Integer> blurry =
        sets.blurry() == null ? new TreeMap<>() : positions(sets.blurry());
    List<Pair> pairs = new ArrayList<>();
    originals.forEach(
        (id, position) -> {
          boolean blurred = sets.blurry() == null || blurry.containsKey(id);
          if (painted.containsKey(id) && blurred) {
            pairs.add(new Pair(id, position, painted.get(id), blurry.getOrDefault(id, -1)));
          }
        });
    List<String> problems = new ArrayList<>();
    sets.all()
        .skip(1)
        .forEach(
            set -> {
              Map<String, Integer> there = set == sets.blurry() ? blurry : painted;
              note(problems, sets.originals(), originals, set, there);
              note(problems, set, there, sets.originals(), originals);
            });
    if (!problems.isEmpty() && (!common || pairs.isEmpty())) {
      throw new MindEyeException(String.join("; ", problems) + remedy(pairs.size()));
    }
    return new Pairing(By.ID, pairs);
  }

  private static String remedy(int common) {
    return common == 0
        ? "; no id is on both sides: name files by the same ids, or give --pair order where both are"
            + " in the same order"
        : "; give both the same, or --common to score the "
            + Plural.of(common, "picture")
            + " that both have";
  }

  private static Map<String, Integer> positions(PictureSet set) {
    Map<String, Integer> positions = new LinkedHashMap<>();
    List<String> ids = set.ids().orElseThrow();
    for (int i = 0; i < ids.size(); i++) {
      if (positions.put(ids.get(i), i) != null) {
        throw new MindEyeException(
            set.source()
                + ": expected every picture once but "
                + ids.get(i)
                + " is there twice; keep one of the two");
      }
    }
    return positions;
  }

  private static void note(
      List<String> problems,
      PictureSet set,
      Map<String, Integer> here,
      PictureSet other,
      Map<String, Integer> there) {
    List<String> alone = here.keySet().stream().filter(id -> !there.containsKey(id)).toList();
    if (!alone.isEmpty()) {
      String named = String.join(", ", alone.subList(0, Math.min(NAMED, alone.size())));
      problems.add(
          other.source()
              + " lacks "
              + Plural.of(alone.size(), "picture")
              + " of "
              + set.source()
              + " ("
              + named
              + (alone.size() > NAMED ? ", …" : "")
              + ")");
    }
  }

  /** For people: how many, and by what. */
  String words() {
    return Plural.of(pairs.size(), "pair") + (by == By.ID ? " by id" : " by order");
  }
}
