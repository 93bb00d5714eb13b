// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Fixtures;
import org.mindeye.data.Split;
import org.mindeye.data.Subject;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.betas.BetaFileConfig;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.data.betas.BetaStudy.ShownSession;
import org.mindeye.data.description.DataDescription;
import org.mindeye.data.preparation.Preparation;
import org.mindeye.data.preparation.PreparationConfig;
import org.mindeye.data.preparation.PreparationListener;
import org.mindeye.data.volume.RoiMask;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.RawNsdTree;

/** Responses on surfaces, written by h5py and nibabel. */
class NsdSurfaceTest {
  private static final Path OVERLAY = Fixtures.file("surface/tree");
  private static final String NATIVE =
      "nsddata_betas/ppdata/subj09/nativesurface/betas_fithrf_GLMdenoise_RR/";
  private static final String AVERAGE =
      "nsddata_betas/ppdata/subj09/fsaverage/betas_fithrf_GLMdenoise_RR/";
  private static final String LABELS = "nsddata/freesurfer/subj09/label/";

  @TempDir private Path root;

  @BeforeEach
  void copy() throws IOException {
    RawNsdTree.in(root);
    try (Stream<Path> files = Files.walk(OVERLAY)) {
      for (Path each : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Path target = root.resolve(OVERLAY.relativize(each).toString());
        Files.createDirectories(target.getParent());
        Files.copy(each, target);
      }
    }
  }

  private NsdConfig config(NsdSpace space) throws IOException {
    return NsdSurvey.of(new NsdFolder(root), RawNsdTree.SUBJECT, space).config();
  }

  private NsdData open(NsdConfig config) throws IOException {
    return NsdData.open(new NsdFolder(root), config, NoiseSource.seeded(1));
  }

  @ParameterizedTest
  @CsvSource({"NATIVE_SURFACE, native, 11, 9", "FSAVERAGE, average, 8, 8"})
  void should_read_both_hemispheres_to_the_last_bit(
      NsdSpace space, String name, int left, int right) throws IOException {
    HeapArray expected = Fixtures.arrays("surface/expected.npz").get(name);
    try (NsdData data = open(config(space))) {
      assertThat(data.region().grid()).isEqualTo(VolumeGrid.ofHemispheres(left, right));
      assertThat(data.region().voxels()).isEqualTo(5);
      float[] found = new float[3 * 44 * 5];
      int at = 0;
      for (ShownSession session : data.study().sessions()) {
        for (float[] trial : session.betas().read(data.region().indices())) {
          System.arraycopy(trial, 0, found, 5 * at++, 5);
        }
      }
      assertThat(found).isEqualTo(expected.toFloats());
    }
  }

  @Test
  void should_read_the_ratios_of_both_hemispheres() throws IOException {
    try (NsdData data = open(config(NsdSpace.FSAVERAGE));
        SubjectSource source = data.source()) {
      assertThat(source.signalToNoise().orElseThrow())
          .isEqualTo(Fixtures.arrays("surface/expected.npz").get("ratios").toFloats());
    }
    try (NsdData data = open(config(NsdSpace.NATIVE_SURFACE));
        SubjectSource source = data.source()) {
      assertThat(source.signalToNoise()).isEmpty();
    }
    Path left = root.resolve(AVERAGE + "lh.ncsnr.mgh");
    byte[] bytes = Files.readAllBytes(left);
    ByteBuffer.wrap(bytes).putFloat(284 + 4 * 6, Float.NaN); // of a vertex without responses
    Files.write(left, bytes);
    float[] expected = Fixtures.arrays("surface/expected.npz").get("ratios").toFloats();
    expected[1] = 0;
    try (NsdData data = open(config(NsdSpace.FSAVERAGE))) {
      assertThat(data.signalToNoise()).isEqualTo(expected);
    }
  }

  @Test
  void should_prepare_them() throws IOException {
    Path out = Files.createDirectory(root.resolve("out"));
    try (NsdData data = open(config(NsdSpace.NATIVE_SURFACE));
        SubjectSource source = data.source()) {
      Preparation preparation = Preparation.into(source, out, PreparationConfig.DEFAULT);
      assertThat(preparation.run(PreparationListener.NONE))
          .isEqualTo(Map.of(Split.TRAIN, 33L, Split.VALIDATION, 3L, Split.TEST, 8L));
      preparation.readBack().requireSound();
    }
  }

  @Test
  void should_take_a_region_of_one_hemisphere() throws IOException {
    NsdRegion streams = new NsdRegion("streams", Set.of(5), NsdRegion.paper().order());
    try (NsdData data = open(config(NsdSpace.NATIVE_SURFACE).withRegion(streams))) {
      assertThat(data.region().indices()).containsExactly(1);
    }
    NsdRegion both = new NsdRegion("streams", Set.of(2, 5), NsdRegion.paper().order());
    try (NsdData data = open(config(NsdSpace.NATIVE_SURFACE).withRegion(both))) {
      assertThat(data.region().indices()).containsExactly(1, 11 + 1);
    }
    Path left = root.resolve(LABELS + "lh.streams.mgz");
    Path right = root.resolve(LABELS + "rh.streams.mgz");
    assertThatThrownBy(() -> RoiMask.readHemispheres(left, right, Set.of(7)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            left
                + " and "
                + right
                + ": expected voxels of value 7 but found voxels by value: 18 of 0, 1 of 2, 1 of 5");
    assertThatThrownBy(() -> RoiMask.readHemispheres(left, right, Set.of()))
        .hasMessageEndingWith("name the labels of the regions to take");
  }

  @Test
  void should_notice_what_is_missing_and_what_does_not_belong_together() throws IOException {
    NsdConfig whole = config(NsdSpace.NATIVE_SURFACE);
    Files.delete(root.resolve(NATIVE + "rh.betas_session03.hdf5"));
    assertThat(config(NsdSpace.NATIVE_SURFACE).sessions()).isEqualTo(new SessionRange(1, 2));
    assertThatThrownBy(() -> open(whole))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining(
            "expected files lh.betas_sessionNN and rh.betas_sessionNN (.hdf5 or .mgh) for each of")
        .hasMessageContaining("but found none for 3;");
    assertThat(DataDescription.read(root).parts())
        .anyMatch(part -> part.name().equals("nsddata/freesurfer/subj09/label"))
        .anyMatch(part -> part.name().equals(NATIVE.substring(0, NATIVE.length() - 1)));
    Files.delete(root.resolve(LABELS + "rh.nsdgeneral.mgz"));
    assertThatThrownBy(() -> config(NsdSpace.NATIVE_SURFACE))
        .hasMessageEndingWith("rh.nsdgeneral.mgz: expected this file but found none");
    assertThatThrownBy(() -> NsdSurvey.of(new NsdFolder(root), 3, NsdSpace.NATIVE_SURFACE).config())
        .hasMessageContaining("expected lh.betas_session01 and rh.betas_session01 (.hdf5 or .mgh)");

    BetaSession left = open(NATIVE + "lh.betas_session01.hdf5");
    BetaSession volume = open(RawNsdTree.BETAS + "betas_session01.hdf5");
    assertThatThrownBy(() -> BetaSession.ofHemispheres(left, volume))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageEndingWith(
            "expected a number for each vertex of a surface but found a grid of 6 x 5 x 4");
    assertThatThrownBy(() -> BetaSession.ofHemispheres(left, left.choose(0, 1)))
        .hasMessageContaining("expected 44 trials, as ")
        .hasMessageEndingWith(" has, but found 2");
    Path mask = root.resolve("nsddata/ppdata/subj09/func1pt8mm/roi/nsdgeneral.nii.gz");
    assertThatThrownBy(() -> RoiMask.readHemispheres(mask, mask, Set.of()))
        .hasMessageContaining("expected a number for each vertex of a surface, [vertices, 1, 1]");
  }

  @Test
  void should_say_where_the_responses_are() throws IOException {
    Files.move(root.resolve(RawNsdTree.BETAS), root.resolve("away"));
    assertThatThrownBy(() -> config(NsdSpace.FUNC_1PT8MM))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining(
            "; there are some in [nativesurface, fsaverage]: prepare that space (NsdSpace); there"
                + " are files of the subjects [9]");
  }

  @Test
  void should_compare_hemisphere_by_hemisphere() throws IOException {
    Path left = root.resolve(LABELS + "lh.nsdgeneral.mgz");
    Path right = root.resolve(LABELS + "rh.nsdgeneral.mgz");
    // As many vertices together, but of the other hemispheres.
    RoiMask turned = RoiMask.readHemispheres(right, left, Set.of());
    BetaSession session =
        BetaSession.ofHemispheres(
            open(NATIVE + "lh.betas_session01.hdf5"), open(NATIVE + "rh.betas_session01.hdf5"));
    assertThatThrownBy(() -> turned.requireGrid(session.grid(), session.source()))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            session.source()
                + ": expected a grid of 9 + 11 vertices, as the mask "
                + right
                + " and "
                + left
                + " has, but found 11 + 9 vertices: of another subject or resolution?");
    assertThatThrownBy(() -> NsdData.ratios(List.of(left, right), turned))
        .hasMessageContaining("but found 11 + 9 vertices");
    RoiMask mask = RoiMask.readHemispheres(left, right, Set.of());
    assertThat(NsdData.ratios(List.of(left, right), mask)).containsOnly(1).hasSize(5);
    assertThat(NsdSpace.NATIVE_SURFACE.grid(Subject.SUBJ01))
        .isNotEqualTo(VolumeGrid.ofHemispheres(226_601, 227_021));
    assertThatThrownBy(() -> VolumeGrid.ofHemispheres(0, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("each hemisphere has 1 vertex or more, not 0 and 3");
    assertThatThrownBy(() -> new VolumeGrid(3, 2, 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 2 of 3 x 2 x 1");
  }

  @Test
  void should_look_for_room_before_it_reads() {
    BetaSession half =
        new BetaSession() {
          @Override
          public String source() {
            return "half";
          }

          @Override
          public int trials() {
            return 1 << 20;
          }

          @Override
          public VolumeGrid grid() {
            return new VolumeGrid(1 << 20, 1, 1);
          }

          @Override
          public float[][] read(int[] voxels) {
            throw new AssertionError("is not read");
          }
        };
    BetaSession both = BetaSession.ofHemispheres(half, half);
    assertThatThrownBy(() -> both.read(IntStream.range(0, 1 << 21).toArray()))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith("half and half: needs 16384.00 GiB of Java heap")
        .hasMessageEndingWith("take a smaller region");
  }

  private List<String> missing() throws IOException {
    return DataDescription.read(root).missing();
  }

  @Test
  void should_describe_what_is_there_of_surfaces() throws IOException {
    String average = "nsddata/freesurfer/fsaverage/label";
    assertThat(missing()).noneMatch(line -> line.contains("nsdgeneral"));
    Files.delete(root.resolve(LABELS + "rh.nsdgeneral.mgz"));
    Files.createFile(root.resolve(LABELS + "lh.mgz"));
    assertThat(missing())
        .filteredOn(line -> line.contains("nsdgeneral"))
        .singleElement()
        .asString()
        .startsWith(LABELS + "rh.nsdgeneral.mgz, for the voxels");
    assertThat(DataDescription.read(root).parts())
        .filteredOn(part -> part.name().equals(LABELS.substring(0, LABELS.length() - 1)))
        .singleElement()
        .satisfies(part -> assertThat(part.what()).isEqualTo("streams"));

    Files.move(root.resolve(RawNsdTree.BETAS), root.resolve("away"));
    assertThat(missing()).noneMatch(line -> line.contains("betas_session01.hdf5 and so on"));
    // Another subject of whom there are regions only.
    Files.createDirectories(root.resolve("nsddata/ppdata/subj10"));
    assertThat(missing())
        .anyMatch(line -> line.contains("subj10/func1pt8mm/betas_fithrf_GLMdenoise_RR/betas_"));
    assertThat(DataDescription.read(root).parts())
        .filteredOn(part -> part.name().equals(average))
        .hasSize(1);
    Files.move(
        root.resolve("nsddata_betas/ppdata/subj09/fsaverage"), root.resolve("away/fsaverage"));
    assertThat(DataDescription.read(root).parts()).noneMatch(part -> part.name().equals(average));
  }

  private BetaSession open(String name) throws IOException {
    return BetaSession.open(root.resolve(name), BetaFileConfig.paper());
  }

  @Test
  void should_know_the_published_surfaces() {
    assertThat(NsdSpace.NATIVE_SURFACE.grid(Subject.SUBJ01).voxels()).isEqualTo(453_622);
    assertThat(NsdSpace.FSAVERAGE.grid(Subject.SUBJ08).voxels()).isEqualTo(2 * 163_842);
    assertThat(NsdSpace.FUNC_1MM.isSurface()).isFalse();
  }
}
