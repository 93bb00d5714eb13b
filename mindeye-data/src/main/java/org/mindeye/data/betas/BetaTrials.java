// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.OptionalLong;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.betas.BetaStudy.ShownSession;
import org.mindeye.formats.io.HeapBudget;

/**
 * The trials of one split of a study, z-scored session by session. Files are read as trials are
 * asked for: single trials one session at a time; pictures, whose responses come from several
 * sessions, one by one where nothing is to be scaled and trials lie together in the files, which
 * stay open until the source is closed, else all at once by the first iterator, and kept as long.
 */
public final class BetaTrials implements TrialSource {
  private static final int FEWEST_FOR_STATISTICS = 2;

  private final BetaStudy study;
  private final SplitPlan plan;
  private final Split split;
  private final BetaNormalization normalization;
  private final TrialGrouping grouping;
  private final int[] voxels;

  /** Where the responses to each picture of the split are, in the order of first showing. */
  private final Map<Long, List<Place>> places = new LinkedHashMap<>();

  /** What pictures are read from one by one. */
  private final OpenSessions open;

  private List<Trial> kept;
  private boolean closed;

  /** A trial by its session's place in the study, and its own in the session. */
  private record Place(int session, int trial) {}

  private BetaTrials(
      BetaStudy study,
      SplitPlan plan,
      Split split,
      BetaNormalization normalization,
      TrialGrouping grouping) {
    this.study = Objects.requireNonNull(study, "study");
    this.plan = Objects.requireNonNull(plan, "plan");
    this.split = Objects.requireNonNull(split, "split");
    this.normalization = Objects.requireNonNull(normalization, "normalization");
    this.grouping = Objects.requireNonNull(grouping, "grouping");
    voxels = study.region().indices();
    open = new OpenSessions(study);
    for (int session = 0; session < study.sessions().size(); session++) {
      long[] pictures = study.sessions().get(session).pictures();
      for (int trial = 0; trial < pictures.length; trial++) {
        if (isOf(split, pictures[trial])) {
          places
              .computeIfAbsent(pictures[trial], p -> new ArrayList<>())
              .add(new Place(session, trial));
        }
      }
    }
  }

  /**
   * Takes a split of a study. No response is read yet.
   *
   * @param study the responses and what was shown
   * @param plan which pictures belong to which split
   * @param split which of them to take
   * @param normalization how sessions are made comparable
   * @param grouping what a sample is
   * @return the trials
   * @throws MindEyeException if there are none, or if a session has fewer than two trials to take
   *     mean and deviation of
   */
  public static BetaTrials of(
      BetaStudy study,
      SplitPlan plan,
      Split split,
      BetaNormalization normalization,
      TrialGrouping grouping) {
    BetaTrials trials = new BetaTrials(study, plan, split, normalization, grouping);
    if (trials.places.isEmpty()) {
      throw new MindEyeException(
          study.name() + ": expected trials of the " + split + " split but found none: " + plan);
    }
    if (normalization != BetaNormalization.NONE) {
      for (ShownSession session : study.sessions()) {
        trials.requireStatistics(session);
      }
    }
    return trials;
  }

  private void requireStatistics(ShownSession session) {
    int count = 0;
    for (boolean counts : statistics(session)) {
      count += counts ? 1 : 0;
    }
    if (count < FEWEST_FOR_STATISTICS) {
      throw new MindEyeException(
          session.betas().source()
              + ": expected "
              + FEWEST_FOR_STATISTICS
              + " or more training trials to take mean and deviation of but found "
              + count);
    }
  }

  private boolean isOf(Split wanted, long picture) {
    return picture >= 0 && plan.of(picture).filter(wanted::equals).isPresent();
  }

  private boolean[] statistics(ShownSession session) {
    return StandardBetas.statistics(session, plan, normalization);
  }

  @Override
  public Split split() {
    return split;
  }

  @Override
  public int voxelCount() {
    return voxels.length;
  }

  @Override
  public OptionalLong count() {
    return OptionalLong.of(grouping == TrialGrouping.SINGLE_TRIALS ? responses() : places.size());
  }

  /**
   * How many trials the samples are made of.
   *
   * @return responses of all pictures of the split together
   */
  public long responses() {
    return places.values().stream().mapToLong(List::size).sum();
  }

  /**
   * Starts at the first trial.
   *
   * @return trials one by one; its methods throw {@link MindEyeException} for a damaged file, and
   *     {@link UncheckedIOException} for one that cannot be read
   * @throws IllegalStateException if the source is closed
   */
  @Override
  public Iterator<Trial> iterator() {
    requireOpen();
    if (grouping == TrialGrouping.SINGLE_TRIALS) {
      return new Sessions();
    }
    if (kept == null && areTogether()) {
      return new Pictures();
    }
    if (kept == null) {
      kept = pictures();
    }
    return Collections.unmodifiableList(kept).iterator();
  }

  /** Whether pictures can be read one by one. */
  private boolean areTogether() {
    return normalization == BetaNormalization.NONE && study.hasTrialsTogether();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the trials of " + study.name() + " are closed");
    }
  }

  private List<Trial> pictures() {
    HeapBudget.ofThisProcess()
        .require(
            study.name() + ": " + Plural.of(responses(), "response"),
            2 * Float.BYTES * responses() * voxels.length,
            "take fewer sessions, or single trials, which are read session by session");
    Map<Place, float[]> responses = new HashMap<>();
    for (int session = 0; session < study.sessions().size(); session++) {
      int at = session;
      List<Place> wanted =
          places.values().stream().flatMap(List::stream).filter(p -> p.session == at).toList();
      if (!wanted.isEmpty()) {
        float[][] all = read(session);
        wanted.forEach(place -> responses.put(place, all[place.trial]));
      }
    }
    List<Trial> trials = new ArrayList<>();
    places.forEach(
        (picture, shown) ->
            trials.add(
                trial(
                    "picture" + picture,
                    picture,
                    shown,
                    shown.stream().map(responses::remove).toArray(float[][]::new))));
    return trials;
  }

  private Trial trial(String key, long picture, List<Place> shown, float[][] responses) {
    long[] numbers =
        shown.stream()
            .mapToLong(p -> study.sessions().get(p.session).firstTrial() + p.trial)
            .toArray();
    Trial trial =
        new Trial(
            new SampleOrigin(study.name(), key),
            study.pictures().apply(picture),
            responses,
            picture,
            numbers,
            responses.length);
    if (grouping != TrialGrouping.AVERAGES || responses.length == 1) {
      return trial;
    }
    float[][] mean = {trial.meanVoxels()};
    return new Trial(trial.origin(), trial.image(), mean, picture, numbers, 1);
  }

  /** The responses of a session, made comparable. */
  private float[][] read(int number) {
    ShownSession session = study.sessions().get(number);
    try {
      return StandardBetas.of(session, plan, normalization).read(voxels);
    } catch (IOException e) {
      throw new UncheckedIOException(session.betas().source(), e);
    }
  }

  /** Pictures whose responses are read when they are asked for. */
  private final class Pictures implements Iterator<Trial> {
    private final Iterator<Map.Entry<Long, List<Place>>> left = places.entrySet().iterator();

    @Override
    public boolean hasNext() {
      return left.hasNext();
    }

    @Override
    public Trial next() {
      requireOpen();
      Map.Entry<Long, List<Place>> next = left.next();
      float[][] responses =
          next.getValue().stream().map(BetaTrials.this::read).toArray(float[][]::new);
      return trial("picture" + next.getKey(), next.getKey(), next.getValue(), responses);
    }
  }

  private float[] read(Place place) {
    try {
      return open.read(place.session, place.trial, voxels);
    } catch (IOException e) {
      String source = study.sessions().get(place.session).betas().source();
      throw new UncheckedIOException(source, e);
    }
  }

  /** Single trials, one session in memory at a time. */
  private final class Sessions implements Iterator<Trial> {
    private final List<Place> order =
        places.values().stream()
            .flatMap(List::stream)
            .sorted((a, b) -> a.session != b.session ? a.session - b.session : a.trial - b.trial)
            .toList();

    private int next;
    private int session = -1;
    private float[][] responses;

    @Override
    public boolean hasNext() {
      return next < order.size();
    }

    @Override
    public Trial next() {
      requireOpen();
      if (!hasNext()) {
        throw new NoSuchElementException("no more trials of " + study.name());
      }
      Place place = order.get(next);
      if (place.session != session) {
        responses = null; // before the next session takes as much
        responses = read(place.session);
        session = place.session;
      }
      next++;
      ShownSession shown = study.sessions().get(place.session);
      return trial(
          "trial" + (shown.firstTrial() + place.trial),
          shown.pictures()[place.trial],
          List.of(place),
          new float[][] {responses[place.trial]});
    }
  }

  /** Forgets what was kept, and closes the files. Closing twice is harmless. */
  @Override
  public void close() {
    closed = true;
    kept = null;
    try {
      open.close();
    } catch (IOException e) {
      throw new UncheckedIOException(study.name(), e);
    }
  }

  @Override
  public String toString() {
    return study.name()
        + ", "
        + split
        + ": "
        + Plural.of(places.size(), "picture")
        + ", "
        + Plural.of(responses(), "response")
        + " of "
        + Plural.of(voxels.length, "voxel");
  }
}
