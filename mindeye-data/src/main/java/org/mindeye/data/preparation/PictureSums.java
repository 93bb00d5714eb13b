// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.preparation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.mindeye.MindEyeException;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.formats.io.StagedFile;

/**
 * The CRC-32C of the picture of every sample, in the folder of unfinished work: a file for as many
 * samples as a shard has, which is there before the shard is. A picture that was written again in
 * the meantime is noticed by it, also where its file has the size and the time of before. The sum
 * takes a tenth of a second for a gigabyte, beside what it takes to read the pictures.
 */
final class PictureSums {
  private final Path work;
  private final int perShard;
  private Split split;

  /** How many samples of the split have come. */
  private long number;

  /** Of the shard that is being written: where its sums are, and those an earlier call noted. */
  private Path file;

  private ByteBuffer noted;
  private final List<Integer> sums = new ArrayList<>();
  private boolean isNew;

  PictureSums(Path work, int perShard) {
    this.work = work;
    this.perShard = perShard;
  }

  /** Takes the sum of a sample's picture, before the sample is written. */
  void add(Split to, Trial trial) throws IOException {
    if (to != split) {
      split = to;
      number = 0;
    }
    if (number % perShard == 0) {
      String name = String.format(Locale.ROOT, "sums_%s_%d.crc", to.folder(), number / perShard);
      file = work.resolve(name);
      noted = Files.exists(file) ? ByteBuffer.wrap(Files.readAllBytes(file)) : null;
      isNew = noted == null;
      sums.clear();
    }
    number++;
    sums.add(sum(trial.image()));
    noteIfComplete();
  }

  private static int sum(TrialImage picture) {
    CRC32C sum = new CRC32C();
    sum.update(
        ByteBuffer.allocate(2 * Integer.BYTES)
            .putInt(picture.height())
            .putInt(picture.width())
            .flip());
    sum.update(picture.content());
    return (int) sum.getValue();
  }

  /**
   * The sample whose sum was taken last is written.
   *
   * @param before whether an earlier call wrote it: then its picture has to be that of then
   */
  void written(Trial trial, boolean before) throws IOException {
    if (!before) {
      isNew = true;
      noteIfComplete();
    } else if (noted != null && !isNoted(sums.size() - 1)) {
      throw new MindEyeException(
          work
              + ": expected to continue with the pictures that it was begun with, but picture "
              + trial.cocoId()
              + " of sample "
              + trial.key()
              + " is another one now; give the same, or delete the folder to start from nothing");
    }
  }

  private boolean isNoted(int at) {
    int start = at * Integer.BYTES;
    return start + Integer.BYTES <= noted.limit() && noted.getInt(start) == sums.get(at);
  }

  /** There are no more samples of the split, whose last shard is complete next. */
  void end() throws IOException {
    if (number % perShard != 0) {
      note();
    }
    split = null;
    number = 0;
  }

  private void noteIfComplete() throws IOException {
    if (number % perShard == 0) {
      note();
    }
  }

  /** Writes the sums of samples that are new; of others they are there. */
  private void note() throws IOException {
    ByteBuffer now = ByteBuffer.allocate(sums.size() * Integer.BYTES);
    sums.forEach(now::putInt);
    now.flip();
    if (isNew && !now.equals(noted)) {
      StagedFile.write(file, now.array());
      noted = now;
    }
  }
}
