// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.probe;

import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.Trial;
import org.mindeye.formats.io.Sha256;

/**
 * What is known of a sample's picture after it was decoded.
 *
 * @param digest of what it is made of; null if that cannot even be read
 * @param failure why it cannot be decoded; null if it can
 */
record PictureCheck(String digest, MalformedSampleException failure) {
  static PictureCheck of(Trial trial) {
    String digest = null;
    try {
      digest = Sha256.of(trial.image().content());
      trial.image().check();
      return new PictureCheck(digest, null);
    } catch (MalformedSampleException e) {
      return new PictureCheck(digest, e);
    }
  }
}
