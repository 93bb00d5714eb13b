// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.internal.picture;

import java.util.Arrays;
import java.util.List;

/**
 * Follows the scans of a progressive JPEG. A file that was cut between two of them and ended
 * properly is a picture without its finest details; decoders then guess, each version of libjpeg in
 * its own way, and none warns.
 */
final class ProgressiveScans {
  private static final int RST0 = 0xd0;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;

  /** Decoders guess if one of the first ten coefficients of a block is incomplete. */
  private static final int LOOKED_AT = 10;

  private static final int MISSING = 99;

  private final byte[] bytes;
  private final List<JpegFrame.Component> components;

  /** How many low bits of each coefficient are still to come. */
  private final int[][] missing;

  private ProgressiveScans(byte[] bytes, JpegFrame frame) {
    this.bytes = bytes;
    this.components = frame.components();
    this.missing = new int[components.size()][64];
    Arrays.stream(missing).forEach(bits -> Arrays.fill(bits, MISSING));
  }

  /** Refuses a file that ends too early. What else may be wrong is the decoder's to say. */
  static void requireComplete(byte[] bytes, JpegFrame frame) throws UnreadablePictureException {
    ProgressiveScans scans = new ProgressiveScans(bytes, frame);
    scans.follow();
    boolean complete =
        Arrays.stream(scans.missing)
            .allMatch(bits -> Arrays.stream(bits, 0, LOOKED_AT).allMatch(count -> count == 0));
    if (!complete) {
      throw new UnreadablePictureException(
          "a complete JPG", "a progressive one that ends before its last scans (cut off?)");
    }
  }

  private void follow() {
    int at = 2;
    while (at + 3 < bytes.length) {
      int marker = Bytes.at(bytes, at + 1);
      if (Bytes.at(bytes, at) != 0xff || marker == 0) {
        at++;
      } else if (marker == EOI) {
        return;
      } else if (marker >= RST0 && marker < EOI) {
        at += 2;
      } else {
        int length = Bytes.shortAt(bytes, at + 2);
        if (marker == SOS) {
          note(at + 4, length - 2);
        }
        at += marker == 0xff ? 1 : 2 + length;
      }
    }
  }

  private void note(int at, int length) {
    int count = length < 1 || at + length > bytes.length ? 0 : Bytes.at(bytes, at);
    if (count == 0 || length < 4 + 2 * count) {
      return;
    }
    int first = Bytes.at(bytes, at + 1 + 2 * count);
    int last = Math.min(63, Bytes.at(bytes, at + 2 + 2 * count));
    int low = Bytes.at(bytes, at + 3 + 2 * count) & 15;
    for (int i = 0; i < count; i++) {
      int id = Bytes.at(bytes, at + 1 + 2 * i);
      for (int c = 0; c < missing.length; c++) {
        if (components.get(c).id() == id && first <= last) {
          Arrays.fill(missing[c], first, last + 1, low);
        }
      }
    }
  }
}
