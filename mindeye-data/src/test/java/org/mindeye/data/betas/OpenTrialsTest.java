// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.data.Fixtures;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.betas.BetaStudy.ShownSession;
import org.mindeye.data.volume.RoiMask;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.data.volume.VoxelOrder;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

/** Files of responses are opened once while pictures are read one by one, and closed with them. */
class OpenTrialsTest {
  private static final int VOXELS = 3;

  /** What is open now, and was at most. */
  private int open;

  private int most;

  @TempDir private Path folder;

  /** A session that counts how often it was opened. */
  private final class Counted implements BetaSession {
    private final BetaSession rows;
    private int openings;

    Counted(int number, int trials) {
      float[][] values = new float[trials][VOXELS];
      for (int trial = 0; trial < trials; trial++) {
        values[trial] = new float[] {number, trial, 10f * number + trial};
      }
      rows = BetaSession.ofRows("session " + number, values);
    }

    @Override
    public String source() {
      return rows.source();
    }

    @Override
    public int trials() {
      return rows.trials();
    }

    @Override
    public VolumeGrid grid() {
      return rows.grid();
    }

    @Override
    public boolean hasTrialsTogether() {
      return true;
    }

    @Override
    public float[][] read(int[] voxels) {
      throw new AssertionError("the whole session is not needed");
    }

    @Override
    public OpenTrials openTrials() throws IOException {
      openings++;
      most = Math.max(most, ++open);
      OpenTrials all = rows.openTrials();
      return new OpenTrials() {
        private boolean closed;

        @Override
        public float[] read(int trial, int[] voxels) throws IOException {
          assertThat(closed).isFalse();
          return all.read(trial, voxels);
        }

        @Override
        public void close() {
          open -= closed ? 0 : 1;
          closed = true;
        }
      };
    }
  }

  /** Each of four pictures is shown once in every session. */
  private static BetaStudy study(List<? extends BetaSession> sessions) {
    List<ShownSession> shown = new ArrayList<>();
    for (BetaSession session : sessions) {
      shown.add(new ShownSession(session, new long[] {7, 8, 9, 6}, 4L * shown.size()));
    }
    return new BetaStudy(
        "study",
        shown,
        RoiMask.all(new VolumeGrid(VOXELS, 1, 1), VoxelOrder.FIRST_AXIS_FASTEST),
        id -> RawImage.of(SampleOrigin.memory("p" + id), 1, 1, new byte[3]));
  }

  private static TrialSource pictures(BetaStudy study) {
    SplitPlan plan =
        SplitPlan.of(Map.of(Split.TRAIN, List.of(6L, 7L, 8L), Split.TEST, List.of(9L)));
    return BetaTrials.of(study, plan, Split.TRAIN, BetaNormalization.NONE, TrialGrouping.PICTURES);
  }

  private List<Counted> counted(int sessions) {
    return IntStream.range(0, sessions).mapToObj(i -> new Counted(i, 4)).toList();
  }

  @Test
  void should_open_each_session_once() {
    List<Counted> sessions = counted(5);
    try (TrialSource pictures = pictures(study(sessions))) {
      assertThat(open).as("before the first picture").isZero();
      List<Trial> all = pictures.readAll();
      assertThat(all).extracting(Trial::cocoId).containsExactly(7L, 8L, 6L);
      assertThat(all.get(1).voxels(4)).containsExactly(4, 1, 41);
      assertThat(pictures.readAll().get(2).voxels(0)).containsExactly(0, 3, 3);
      assertThat(sessions).allMatch(session -> session.openings == 1);
      assertThat(open).isEqualTo(5);
    }
    assertThat(open).isZero();
  }

  @Test
  void should_keep_a_bounded_number_open() {
    int count = OpenSessions.MOST + 3;
    List<Counted> sessions = counted(count);
    TrialSource pictures = pictures(study(sessions));
    for (Trial trial : pictures) {
      assertThat(trial.voxels(count - 1)[0]).isEqualTo(count - 1);
    }
    assertThat(most).isEqualTo(OpenSessions.MOST);
    assertThat(open).isEqualTo(OpenSessions.MOST);
    var unfinished = pictures.iterator();
    pictures.close();
    pictures.close();
    assertThat(open).isZero();
    assertThatThrownBy(unfinished::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the trials of study are closed");
    assertThat(open).as("opened after closing").isZero();
  }

  @Test
  void should_open_chosen_trials_once() throws IOException {
    Counted session = new Counted(2, 4);
    BetaSession chosen = session.choose(3, 0, 3);
    int[] voxels = {2, 0};
    assertThat(chosen.read(voxels)).isDeepEqualTo(new float[][] {{23, 2}, {20, 2}, {23, 2}});
    assertThat(session.openings).isEqualTo(1);
    assertThat(open).isZero();
    try (BetaSession.OpenTrials trials = chosen.openTrials()) {
      assertThat(trials.read(0, voxels)).containsExactly(23, 2);
      assertThat(trials.read(1, voxels)).containsExactly(20, 2);
      assertThat(open).isEqualTo(1);
    }
    assertThat(session.openings).isEqualTo(2);
    assertThat(open).isZero();
  }

  private Path copyOfBetas() throws IOException {
    Path file = folder.resolve("betas.hdf5");
    return Files.copy(Fixtures.file("mindeye2/tree/betas_all_subj01_fp32_renorm.hdf5"), file);
  }

  private static BetaSession hdf5(Path file) throws IOException {
    BetaSession session =
        BetaSession.open(file, BetaFileConfig.paper().withDataset("betas", BetaAxes.TRIALS_FIRST));
    assertThat(session.hasTrialsTogether()).isTrue();
    return session;
  }

  private Path copyAsNumPy(BetaSession session, int[] voxels) throws IOException {
    float[][] rows = session.read(voxels);
    float[] flat = new float[rows.length * voxels.length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = rows[i / voxels.length][i % voxels.length];
    }
    Path file = folder.resolve("betas.npy");
    Npy.write(file, HeapArray.ofFloats(flat, rows.length, voxels.length));
    return file;
  }

  /** Where a file that is open may be deleted, it is read on, so it was not opened again. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void should_read_on_from_the_open_file() throws IOException {
    Path file = copyOfBetas();
    BetaSession session = hdf5(file);
    int[] voxels = IntStream.range(0, session.grid().voxels()).toArray();
    float[][] all = session.read(voxels);
    Path numPy = copyAsNumPy(session, voxels);
    for (BetaSession each : List.of(session, BetaSession.ofRows(numPy))) {
      BetaSession.OpenTrials trials = each.openTrials();
      try (trials) {
        Files.delete(Path.of(each.source()));
        for (int trial = 0; trial < all.length; trial++) {
          assertThat(trials.read(trial, voxels)).isEqualTo(all[trial]);
        }
        assertThatThrownBy(() -> trials.read(all.length, voxels))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThatThrownBy(() -> trials.read(0, voxels))
          .as("closed")
          .isInstanceOfAny(IllegalStateException.class, IOException.class);
      assertThatThrownBy(() -> each.read(0, voxels)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void should_say_that_an_open_file_was_cut_off() throws IOException {
    BetaSession session = hdf5(copyOfBetas());
    int[] voxels = IntStream.range(0, session.grid().voxels()).toArray();
    Path numPy = copyAsNumPy(session, voxels);
    for (BetaSession each : List.of(session, BetaSession.ofRows(numPy))) {
      Path file = Path.of(each.source());
      try (BetaSession.OpenTrials trials = each.openTrials()) {
        assertThat(trials.read(0, voxels)).hasSameSizeAs(voxels);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(channel.size() / 2);
        }
        assertThatThrownBy(() -> trials.read(each.trials() - 1, voxels))
            .isInstanceOfAny(MalformedFileException.class, UncheckedIOException.class)
            .hasMessageContaining(file.toString());
      }
    }
  }
}
