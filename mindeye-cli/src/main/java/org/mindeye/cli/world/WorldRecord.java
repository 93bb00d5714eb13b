// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import java.io.IOException;
import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.core.document.MayBeAbsent;
import org.mindeye.training.DataFingerprint;
import org.mindeye.training.ProcessRecord;
import org.mindeye.training.RunFolder;

/**
 * Who trained a network of the small world on what.
 *
 * @param process versions, device and threads of the first part of the run
 * @param training the training scenes
 * @param validation the validation scenes
 * @param test the test scenes; null in records that do not note them
 */
record WorldRecord(
    ProcessRecord process,
    DataFingerprint training,
    DataFingerprint validation,
    @MayBeAbsent DataFingerprint test) {

  /** Refuses scenes that a run did not begin with: another Java may paint other pixels. */
  void requireBegun(RunFolder run) throws IOException {
    WorldRecord begun = run.record(WorldRecord.class);
    if (!scenes().equals(begun.scenes())) {
      throw new MindEyeException(
          run.description()
              + ": the run began with other scenes "
              + begun.scenes()
              + " than are painted here "
              + scenes()
              + "; resume it with the Java and the version of this command that it began with");
    }
  }

  private List<DataFingerprint> scenes() {
    return List.of(training, validation);
  }
}
