// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.util.Objects;

/**
 * Where a sample comes from, so that messages can say it.
 *
 * @param shard the file that holds the sample, or {@link #MEMORY}
 * @param key the sample's name, unique within its shard
 */
public record SampleOrigin(String shard, String key) {
  /** Stands for the shard of samples that were never in a file. */
  public static final String MEMORY = "memory";

  /** Checks that both names are there, and that the key is not empty. */
  public SampleOrigin {
    Objects.requireNonNull(shard, "shard");
    Objects.requireNonNull(key, "key");
    if (key.isEmpty()) {
      throw new IllegalArgumentException("shard " + shard + ": a sample's key is not empty");
    }
  }

  /**
   * The origin of a sample made by a program.
   *
   * @param key the sample's name
   * @return an origin in {@link #MEMORY}
   */
  public static SampleOrigin memory(String key) {
    return new SampleOrigin(MEMORY, key);
  }

  /**
   * A complaint about this sample.
   *
   * @param member which part of the sample, such as {@code nsdgeneral.npy}
   * @param expected what should be there
   * @param found what is there
   * @return an exception to throw
   */
  public MalformedSampleException malformed(String member, String expected, String found) {
    return new MalformedSampleException(shard, key, member, expected, found);
  }
}
