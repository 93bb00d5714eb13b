// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;

/**
 * The trials of one split, one after the other, wherever they come from: shards, a folder, a
 * simulation, an array. What reads data takes this and not one of its kinds.
 *
 * <p>Every iterator starts at the first trial and gives the same trials in the same order. Not safe
 * for concurrent use.
 */
public interface TrialSource extends Iterable<Trial>, AutoCloseable {
  /**
   * What the trials are for.
   *
   * @return their split
   */
  Split split();

  /**
   * The length of every response.
   *
   * @return voxels
   */
  int voxelCount();

  /**
   * How many trials there are, if that is known before all are read.
   *
   * @return the number, or empty
   */
  OptionalLong count();

  /**
   * Starts at the first trial.
   *
   * @return trials one by one; its methods throw {@link MalformedSampleException} for a damaged
   *     file or sample
   * @throws IllegalStateException if the source is closed
   */
  @Override
  Iterator<Trial> iterator();

  /**
   * Reads everything, for training in memory.
   *
   * @return the trials in their order
   * @throws MalformedSampleException if a file or a sample is damaged
   */
  default List<Trial> readAll() {
    List<Trial> trials = new ArrayList<>();
    forEach(trials::add);
    return trials;
  }

  /** Closes the files of unfinished iterators. Closing twice is harmless. */
  @Override
  void close();

  /**
   * Trials that are in memory already.
   *
   * @param split what they are for
   * @param trials at least one, all of one voxel count
   * @return a source of them; closing it does nothing
   * @throws IllegalArgumentException if there is none
   * @throws MalformedSampleException if voxel counts differ; named by the trial
   */
  static TrialSource of(Split split, List<Trial> trials) {
    return new TrialList(split, trials);
  }

  /**
   * The same trials with as many responses each, as published recipes expect them: where a picture
   * was shown less often, its responses come again in turns (of two: first, second, first). Which
   * are distinct is still known.
   *
   * @param source any trials; closed with the result
   * @param repeats of every trial, 1 or more
   * @return a source of them; its iterators throw {@link MalformedSampleException} for a trial of
   *     more responses
   */
  static TrialSource padded(TrialSource source, int repeats) {
    return new PaddedTrials(source, repeats);
  }
}
