// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.preparation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mindeye.data.betas.BetaNormalization;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.data.betas.BetaStudy;
import org.mindeye.data.betas.BetaStudy.ShownSession;
import org.mindeye.data.betas.StudySource;
import org.mindeye.data.volume.RoiMask;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.data.volume.VoxelOrder;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;

/**
 * The responses of each session of a study, made comparable, in a file of its own: reading them
 * takes long, and pictures need those of several sessions.
 */
final class KeptSessions {
  private KeptSessions() {}

  /** Whether there is something to gain. */
  static boolean areUseful(StudySource source) {
    return source.config().normalization() != BetaNormalization.NONE
        || !source.study().hasTrialsTogether();
  }

  /** The same study in files that need no scaling; those that are there are not made again. */
  static BetaStudy in(Path work, StudySource source, PreparationListener listener)
      throws IOException {
    BetaStudy study = source.study();
    int[] voxels = study.region().indices();
    List<ShownSession> sessions = study.sessions();
    List<ShownSession> kept = new ArrayList<>();
    for (int i = 0; i < sessions.size(); i++) {
      Path file = work.resolve(String.format(Locale.ROOT, "session%02d.npy", i + 1));
      boolean before = Files.exists(file);
      if (!before) {
        BetaSession betas = study.standardized(i, source.plan(), source.config().normalization());
        write(file, betas.read(voxels));
      }
      ShownSession session = sessions.get(i);
      kept.add(
          new ShownSession(BetaSession.ofRows(file), session.pictures(), session.firstTrial()));
      listener.onSession(i + 1, sessions.size(), before);
    }
    VolumeGrid row = new VolumeGrid(voxels.length, 1, 1);
    return new BetaStudy(
        study.name(), kept, RoiMask.all(row, VoxelOrder.FIRST_AXIS_FASTEST), study.pictures());
  }

  private static void write(Path file, float[][] rows) throws IOException {
    try (StagedFile staged = StagedFile.create(file)) {
      staged.output().write(Npy.header(ElementType.FLOAT32, rows.length, rows[0].length));
      for (float[] row : rows) {
        HeapArray.ofFloats(row, row.length).writeTo(staged.output());
      }
      staged.publish();
    }
  }
}
