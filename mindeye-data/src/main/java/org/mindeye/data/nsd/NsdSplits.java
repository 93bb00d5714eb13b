// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.data.betas.SplitPlan;

/** Divides the pictures that a subject saw. */
public final class NsdSplits {
  private NsdSplits() {}

  /**
   * Divides the pictures of some sessions.
   *
   * @param design who saw what
   * @param subject whose trials, and which sessions
   * @param sessions of which trials count
   * @param config how to divide
   * @param noise draws the pictures for validation
   * @return the plan; pictures are numbered as {@link NsdId}
   * @throws MindEyeException if the design has fewer trials, or there are not enough pictures
   */
  public static SplitPlan of(
      NsdDesign design,
      NsdSubject subject,
      SessionRange sessions,
      NsdSplitConfig config,
      NoiseSource noise) {
    SortedMap<NsdId, Integer> shown = new TreeMap<>();
    for (NsdId picture : pictures(design, subject, sessions)) {
      shown.merge(picture, 1, Integer::sum);
    }
    Set<NsdId> shared = new HashSet<>();
    design.shared().forEach(id -> shared.add(id.toNsdId()));
    Map<Split, List<Long>> ids = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      ids.put(split, new ArrayList<>());
    }
    shown.forEach(
        (picture, trials) -> {
          if (!shared.contains(picture)) {
            ids.get(Split.TRAIN).add((long) picture.value());
          } else if (trials >= config.fewestTestTrials()) {
            ids.get(Split.TEST).add((long) picture.value());
          }
        });
    List<Long> training = ids.get(Split.TRAIN);
    if (config.validationPictures() >= training.size()) {
      throw new MindEyeException(
          design
              + ": expected more pictures to train on than the "
              + config.validationPictures()
              + " for validation but found "
              + Plural.of(training.size(), "picture")
              + " in "
              + sessions);
    }
    int[] order = noise.permutation(training.size());
    for (int i = 0; i < config.validationPictures(); i++) {
      ids.get(Split.VALIDATION).add(training.get(order[i]));
    }
    training.removeAll(new HashSet<>(ids.get(Split.VALIDATION)));
    return SplitPlan.of(ids);
  }

  /** The pictures of all trials of some sessions. */
  static List<NsdId> pictures(NsdDesign design, NsdSubject subject, SessionRange sessions) {
    long needed = (long) sessions.last() * subject.trialsPerSession();
    if (needed > design.trials() || subject.number() > design.subjects()) {
      throw new MindEyeException(
          design
              + ": expected subject "
              + subject.number()
              + " and "
              + Plural.of(needed, "trial")
              + " for "
              + sessions
              + " but found fewer");
    }
    List<NsdId> pictures = new ArrayList<>();
    for (long t = (sessions.first() - 1L) * subject.trialsPerSession(); t < needed; t++) {
      pictures.add(design.image(subject.number(), (int) t).toNsdId());
    }
    return pictures;
  }
}
