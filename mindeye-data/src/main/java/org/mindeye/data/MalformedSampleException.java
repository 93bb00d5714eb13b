// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.util.Optional;
import org.mindeye.MindEyeException;
import org.mindeye.Printable;

/** Data that is damaged, incomplete or not what the format demands. */
public final class MalformedSampleException extends MindEyeException {
  private static final long serialVersionUID = 1L;

  /** The file. */
  private final String shard;

  /** The sample, or null. */
  private final String sample;

  /** The member, or null. */
  private final String member;

  /** What is wrong. */
  private final String problem;

  /**
   * Creates an exception whose message reads {@code shard S, sample K, member M: expected … but
   * found …}.
   *
   * @param shard the file
   * @param sample the sample's key; null when the trouble is not one sample's
   * @param member the part of the sample; null when the trouble is not one member's
   * @param expected what should be there
   * @param found what is there
   */
  public MalformedSampleException(
      String shard, String sample, String member, String expected, String found) {
    super(
        Printable.line(
            "shard "
                + shard
                + (sample == null ? "" : ", sample " + sample)
                + (member == null ? "" : ", member " + member)
                + ": "
                + problem(expected, found)));
    this.shard = shard;
    this.sample = sample;
    this.member = member;
    problem = Printable.line(problem(expected, found));
  }

  private static String problem(String expected, String found) {
    return "expected " + expected + " but found " + found;
  }

  /**
   * Adds what went wrong underneath.
   *
   * @param cause the original exception
   * @return this exception
   */
  public MalformedSampleException causedBy(Throwable cause) {
    initCause(cause);
    return this;
  }

  /**
   * The file.
   *
   * @return its name
   */
  public String shard() {
    return shard;
  }

  /**
   * The sample.
   *
   * @return its key, or null when the trouble is not one sample's
   */
  public String sample() {
    return sample;
  }

  /**
   * The part of the sample.
   *
   * @return the member's name, or null when the trouble is not one member's
   */
  public String member() {
    return member;
  }

  /**
   * What is wrong, for messages that name the place in other words.
   *
   * @return {@code expected … but found …}
   */
  public String problem() {
    return problem;
  }

  /**
   * The sample, where the trouble is one sample's.
   *
   * @return its shard and key, or empty
   */
  public Optional<SampleOrigin> origin() {
    return Optional.ofNullable(sample).map(key -> new SampleOrigin(shard, key));
  }
}
