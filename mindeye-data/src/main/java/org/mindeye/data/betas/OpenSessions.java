// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mindeye.formats.io.CloseOnFailure;

/**
 * The sessions whose trials were read last, which stay open: pictures that are read one by one have
 * their responses in any of them.
 */
final class OpenSessions implements Closeable {
  /** Sessions that are open at once: all of a subject of the Natural Scenes Dataset. */
  static final int MOST = 40;

  private final BetaStudy study;

  /** By their places in the study, the one that was not read for longest first. */
  private final Map<Integer, BetaSession.OpenTrials> open = new LinkedHashMap<>(16, 0.75f, true);

  OpenSessions(BetaStudy study) {
    this.study = study;
  }

  /** The responses to a trial of a session. */
  float[] read(int session, int trial, int[] voxels) throws IOException {
    BetaSession.OpenTrials own = open.get(session);
    if (own == null) {
      closeOneOfTooMany();
      own = study.sessions().get(session).betas().openTrials();
      open.put(session, own);
    }
    return own.read(trial, voxels);
  }

  private void closeOneOfTooMany() throws IOException {
    if (open.size() == MOST) {
      Iterator<BetaSession.OpenTrials> eldest = open.values().iterator();
      BetaSession.OpenTrials other = eldest.next();
      eldest.remove();
      other.close();
    }
  }

  /** Closes all of them; what is read afterwards is opened again. */
  @Override
  public void close() throws IOException {
    CloseOnFailure all = new CloseOnFailure();
    open.values().forEach(all::add);
    open.clear();
    all.closeAll();
  }
}
