// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.probe;

import java.util.HashMap;
import java.util.Map;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.probe.Finding.Kind;

/** Finds pictures that go under two numbers, in one split or in two. */
final class PictureLedger {
  private final Findings findings;
  private final Map<String, Known> known = new HashMap<>();

  /** Where a picture was seen first. */
  private record Known(Split split, long cocoId, String key) {}

  PictureLedger(Findings findings) {
    this.findings = findings;
  }

  void add(Split split, Trial trial, PictureCheck check) {
    Known now = new Known(split, trial.cocoId(), trial.key());
    Known first = check.digest() == null ? null : known.putIfAbsent(check.digest(), now);
    if (first != null && first.cocoId != now.cocoId) {
      findings.add(
          Kind.SAME_PICTURE,
          split,
          trial.origin(),
          describe(now) + " has the same picture as " + describe(first));
    }
  }

  private static String describe(Known picture) {
    return picture.split + " sample " + picture.key + " (coco id " + picture.cocoId + ")";
  }
}
