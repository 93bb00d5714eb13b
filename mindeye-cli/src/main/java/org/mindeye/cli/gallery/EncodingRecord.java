// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.document.MayBeAbsent;
import org.mindeye.core.engine.Precision;
import org.mindeye.retrieval.gallery.GalleryOrigin;

/**
 * How far the encoding of a folder of pictures is.
 *
 * @param request what is encoded, and how
 * @param looked how many pictures were looked at
 * @param skipped which of them were left out
 * @param before how many vectors the gallery had when it began to take these; null until then
 */
record EncodingRecord(Request request, int looked, List<String> skipped, @MayBeAbsent Long before) {
  EncodingRecord {
    skipped = List.copyOf(skipped);
  }

  /**
   * What is encoded, and how.
   *
   * @param pictures where they come from, a folder or a data set, with its absolute path
   * @param sum of the list of its pictures
   * @param count how many there are
   * @param origin what their vectors will be
   * @param precision in which the tower multiplies
   */
  record Request(
      String pictures, String sum, int count, GalleryOrigin origin, Precision precision) {
    /** What another request differs in. */
    List<String> differences(Request now) {
      List<String> differences = new ArrayList<>();
      if (!pictures.equals(now.pictures)) {
        differences.add("the pictures of " + pictures);
      } else if (!sum.equals(now.sum)) {
        differences.add("other files in " + pictures);
      }
      if (!origin.space().equals(now.origin.space())) {
        differences.add("as tokens of " + origin.space());
      }
      if (!origin.encoder().equals(now.origin.encoder())) {
        differences.add("with another --clip");
      }
      if (precision != now.precision) {
        differences.add("in " + precision);
      }
      return differences;
    }
  }

  /** Nothing is encoded yet. */
  static EncodingRecord of(Request request) {
    return new EncodingRecord(request, 0, List.of(), null);
  }

  /** How many rows there are. */
  int rows() {
    return looked - skipped.size();
  }

  boolean isComplete() {
    return looked == request.count();
  }

  EncodingRecord with(int lookedNow, List<String> left) {
    List<String> all = new ArrayList<>(skipped);
    all.addAll(left);
    return new EncodingRecord(request, lookedNow, all, before);
  }

  EncodingRecord withBefore(long size) {
    return new EncodingRecord(request, looked, skipped, size);
  }
}
