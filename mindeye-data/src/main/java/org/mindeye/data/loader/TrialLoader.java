// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Trial;

/**
 * Batches of trials that are in memory.
 *
 * <pre>{@code
 * TrialLoader loader = new TrialLoader(trials, LoaderConfig.training(32, seed));
 * for (int epoch = 0; epoch < epochs; epoch++) {
 *   for (TrialBatch batch : loader.epoch(epoch)) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>An epoch is the same on every call: it depends on the trials, the configuration and its
 * number, not on the epochs before, so a resumed run continues where it stopped. Immutable and safe
 * for concurrent use.
 */
public final class TrialLoader {
  /** Streams of random numbers, one per purpose. */
  private static final long ORDER = 0x6f72646572L;

  private static final long REPEATS = 0x72657065L;

  private final List<Trial> trials;
  private final LoaderConfig config;

  /**
   * Creates a loader.
   *
   * @param trials the samples; positions in this list are the batches' {@link TrialBatch#indices()}
   * @param config how to make batches
   * @throws IllegalArgumentException if there is no trial, or fewer than one batch and incomplete
   *     ones are dropped
   * @throws org.mindeye.data.MalformedSampleException if trials differ in voxels, or in repeats
   *     where one repeat is chosen for a whole batch
   */
  public TrialLoader(List<Trial> trials, LoaderConfig config) {
    this.trials = List.copyOf(trials);
    this.config = Objects.requireNonNull(config, "config");
    if (this.trials.isEmpty()) {
      throw new IllegalArgumentException("a loader needs at least one trial");
    }
    if (batchesPerEpoch() == 0) {
      throw new IllegalArgumentException(
          Plural.of(this.trials.size(), "trial")
              + " do not fill one batch of "
              + config.batchSize()
              + " and incomplete batches are dropped; use a smaller batch or KEEP");
    }
    requireUniform();
  }

  private void requireUniform() {
    Trial first = trials.get(0);
    for (Trial trial : trials) {
      if (trial.voxelCount() != first.voxelCount()) {
        throw trial
            .origin()
            .malformed(
                "voxels",
                first.voxelCount() + " as in sample " + first.key(),
                String.valueOf(trial.voxelCount()));
      }
      if (config.repeats() == RepeatPolicy.AS_PUBLISHED && trial.repeats() != first.repeats()) {
        throw trial
            .origin()
            .malformed(
                "voxels",
                Plural.of(first.repeats(), "repeat") + " as in sample " + first.key(),
                String.valueOf(trial.repeats()));
      }
    }
  }

  /**
   * How many samples there are.
   *
   * @return the number of trials
   */
  public int size() {
    return trials.size();
  }

  /**
   * How to make batches.
   *
   * @return the configuration
   */
  public LoaderConfig config() {
    return config;
  }

  /**
   * How many batches an epoch has.
   *
   * @return at least 1
   */
  public int batchesPerEpoch() {
    int full = trials.size() / config.batchSize();
    boolean incomplete = full * config.batchSize() < trials.size();
    return config.lastBatch() == LastBatch.KEEP && incomplete ? full + 1 : full;
  }

  /**
   * How many samples an epoch leaves out because they do not fill a batch; others in each epoch.
   *
   * @return 0 unless {@link LastBatch#DROP} was chosen
   */
  public int leftOutPerEpoch() {
    return config.lastBatch() == LastBatch.KEEP ? 0 : trials.size() % config.batchSize();
  }

  /**
   * One pass.
   *
   * @param epoch its number, from 0
   * @return the batches; may be walked through several times, with the same result
   */
  public Iterable<TrialBatch> epoch(int epoch) {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch must not be negative but was " + epoch);
    }
    return () -> new Epoch(epoch);
  }

  /** The batches of one epoch, cut from its order. */
  private final class Epoch implements Iterator<TrialBatch> {
    private final int epoch;
    private final int[] order;
    private final float[] draws;
    private int step;

    Epoch(int epoch) {
      this.epoch = epoch;
      this.order =
          EpochOrder.draw(config.order(), trials, NoiseSource.seeded(config.seed(), ORDER, epoch));
      this.draws = new float[trials.size()];
      NoiseSource.seeded(config.seed(), REPEATS, epoch).uniform(draws);
    }

    @Override
    public boolean hasNext() {
      return step < batchesPerEpoch();
    }

    @Override
    public TrialBatch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("epoch " + epoch + " has " + Plural.of(step, "batch"));
      }
      int from = step * config.batchSize();
      int to = Math.min(from + config.batchSize(), order.length);
      int[] indices = Arrays.copyOfRange(order, from, to);
      List<Trial> members = Arrays.stream(indices).mapToObj(trials::get).toList();
      List<Response> responses = responses(members, from);
      return new TrialBatch(epoch, step++, members, indices, responses);
    }

    private List<Response> responses(List<Trial> members, int from) {
      if (config.repeats() == RepeatPolicy.VOXEL_SELECT) {
        NoiseSource noise = NoiseSource.seeded(config.seed(), REPEATS, epoch, step);
        return RepeatDraw.draw(members, noise);
      }
      return IntStream.range(0, members.size())
          .mapToObj(i -> response(members.get(i), draws[from + i]))
          .toList();
    }

    private Response response(Trial trial, float draw) {
      return switch (config.repeats()) {
        case AS_PUBLISHED -> Response.one(step % trial.repeats());
        case RANDOM_PER_SAMPLE -> Response.one((int) (draw * (double) trial.repeats()));
        case MEAN -> Response.mean();
        case VOXEL_SELECT -> throw new IllegalStateException("drawn for the whole batch");
      };
    }
  }
}
