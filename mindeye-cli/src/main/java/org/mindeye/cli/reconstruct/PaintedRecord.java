// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.mindeye.core.document.MayBeAbsent;
import org.mindeye.training.RunRecord.Software;

/**
 * What {@code reconstruct.json} holds.
 *
 * @param software what painted, when the folder was begun
 * @param request what was asked for
 * @param pictures what is done, in the order in which it was painted
 */
record PaintedRecord(Software software, PaintingRequest request, List<Picture> pictures) {
  PaintedRecord {
    pictures = List.copyOf(pictures);
  }

  /**
   * One reconstruction.
   *
   * @param key of the sample
   * @param cocoId of the seen picture
   * @param response SHA-256 sum of the voxels it was painted from
   * @param file the chosen picture
   * @param blurry what the low-level branch saw; null without one
   * @param candidates the chosen one first
   * @param seconds how long it took
   */
  record Picture(
      String key,
      long cocoId,
      String response,
      String file,
      @MayBeAbsent String blurry,
      List<Painted> candidates,
      double seconds) {
    Picture {
      candidates = List.copyOf(candidates);
    }

    /** All that was kept. */
    Stream<String> files() {
      Stream<String> kept = candidates.stream().map(Painted::file);
      return Stream.concat(Stream.of(file), Stream.concat(Stream.ofNullable(blurry), kept))
          .filter(Objects::nonNull);
    }

    /** The one that was chosen. */
    Painted chosen() {
      return candidates.get(0);
    }
  }

  /**
   * One candidate.
   *
   * @param seed paints it again, alone
   * @param score how similar it is to what the brain says; null if that was not asked for
   * @param file the picture; null if it was not kept
   */
  record Painted(long seed, @MayBeAbsent Double score, @MayBeAbsent String file) {}
}
