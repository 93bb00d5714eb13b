// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.data.Fixtures;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

class VolumeFileTest {
  @TempDir private Path folder;

  private static Path file(String name) {
    return Fixtures.file("volume/" + name);
  }

  /** A little-endian NIfTI file after a change of its bytes. */
  private Path changed(String name, Consumer<ByteBuffer> change) throws IOException {
    byte[] bytes = Files.readAllBytes(file(name));
    change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    return Files.write(folder.resolve(name), bytes);
  }

  private Path cut(String name, int bytes) throws IOException {
    byte[] whole = Files.readAllBytes(file(name));
    return Files.write(folder.resolve(name), Arrays.copyOf(whole, whole.length - bytes));
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> VolumeFile.open(file).numbers())
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(file + ": expected " + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "u1_little",
        "u1_big",
        "i1_little",
        "i1_big",
        "i2_little",
        "i2_big",
        "u2_little",
        "u2_big",
        "i4_little",
        "i4_big",
        "i8_little",
        "i8_big",
        "f4_little",
        "f4_big",
        "f8_little",
        "f8_big",
        "scaled"
      })
  void should_read_nifti_to_the_last_bit(String name) throws IOException {
    Map<String, HeapArray> expected = Fixtures.arrays("volume/expected.npz");
    VolumeFile volume = VolumeFile.open(file(name + ".nii"));
    HeapArray numbers = expected.get(name);
    assertThat(volume.numbers().bytes()).isEqualTo(numbers.bytes());
    assertThat(volume.numbers().type()).isEqualTo(numbers.type());
    assertThat(volume.numbers().shape()).containsExactly(1, 3, 4, 5);
    assertThat(volume.values()).isEqualTo(expected.get(name + ".values").toDoubles());
    assertThat(volume.isScaled()).isEqualTo(name.equals("scaled"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "series.nii",
        "series.nii.gz",
        "bricks.nii",
        "written_by_nibabel.nii.gz",
        "mgh_u1.mgh",
        "mgh_i2.mgh",
        "mgh_i4.mgh",
        "mgh_f4.mgh",
        "surface.mgz"
      })
  void should_read_series_surfaces_and_mgh_to_the_last_bit(String name) throws IOException {
    HeapArray expected =
        Fixtures.arrays("volume/expected.npz").get(name.substring(0, name.indexOf('.')));
    VolumeFile volume = VolumeFile.open(file(name));
    assertThat(volume.numbers().bytes()).isEqualTo(expected.bytes());
    assertThat(volume.type()).isEqualTo(expected.type());
    assertThat(volume.numbers().size()).isEqualTo(volume.frames() * volume.grid().voxels());
  }

  @Test
  void should_read_voxels_in_the_order_asked_for() throws IOException {
    for (String name : List.of("series.nii", "series.nii.gz")) {
      VolumeFile series = VolumeFile.open(file(name));
      assertThat(series.grid()).isEqualTo(new VolumeGrid(5, 4, 3));
      assertThat(series.frames()).isEqualTo(6);
      long[] all = series.numbers().toLongs();
      int[] voxels = {59, 0, 17, 16};
      float[][] read = series.read(voxels);
      assertThat(read).hasNumberOfRows(6);
      for (int frame = 0; frame < 6; frame++) {
        for (int i = 0; i < voxels.length; i++) {
          assertThat(read[frame][i]).isEqualTo(all[60 * frame + voxels[i]]);
        }
      }
      assertThat(series.read(new int[0])).hasDimensions(6, 0);
      assertThatThrownBy(() -> series.read(new int[] {60}))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("voxel 60 is not on a grid of 5 x 4 x 3");
    }
  }

  /** FreeSurfer 8 says in the version what numbers are for; some of its tools write uint16. */
  @Test
  void should_read_mgh_as_newer_programs_write_it() throws IOException {
    HeapArray expected = Fixtures.arrays("volume/expected.npz").get("mgh_i2");
    byte[] bytes = Files.readAllBytes(file("mgh_i2.mgh"));
    bytes[2] = 2; // a shape
    VolumeFile shape = VolumeFile.open(Files.write(folder.resolve("shape.mgh"), bytes));
    assertThat(shape.numbers().bytes()).isEqualTo(expected.bytes());
    assertThat(shape.type()).isEqualTo(ElementType.INT16);
    bytes[23] = 10;
    VolumeFile unsigned = VolumeFile.open(Files.write(folder.resolve("unsigned.mgh"), bytes));
    assertThat(unsigned.type()).isEqualTo(ElementType.UINT16);
    long[] numbers = expected.toLongs();
    double[] values = unsigned.values();
    for (int i = 0; i < numbers.length; i++) {
      assertThat(values[i]).isEqualTo(numbers[i] & 0xffff);
    }
    bytes[3] = 2;
    assertThatThrownBy(() -> VolumeFile.open(Files.write(folder.resolve("version_2.mgh"), bytes)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected a brain image in NIfTI-1 or MGH format");
  }

  @Test
  void should_describe_itself() throws IOException {
    VolumeFile surface = VolumeFile.open(file("surface.mgz"));
    assertThat(surface).hasToString(surface.source() + ": 6 frames of 11 x 1 x 1, FLOAT32");
    assertThat(VolumeFile.open(file("i2_big.nii.gz")).type()).isEqualTo(ElementType.INT16);
    assertThatThrownBy(surface::values)
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected one frame of voxels but found 6 frames");
  }

  @Test
  void should_refuse_headers_that_contradict_themselves() throws IOException {
    assertRefused(
        changed("i2_little.nii", b -> b.putInt(0, 349)),
        "a header size of 348 in either byte order but found 1560346624 or 349");
    assertRefused(
        file("nifti_2.nii"),
        "a NIfTI-1 file, whose header size is 348 but found 540, that of NIfTI-2; save it as"
            + " NIfTI-1 (nibabel.Nifti1Image.from_image)");
    assertRefused(
        file("pair.hdr"),
        "one file with header and numbers (magic n+1) but found a header whose numbers are in a"
            + " second file; save both as one .nii");
    assertRefused(
        changed("i2_little.nii", b -> b.put(344, (byte) 'x')),
        "one file with header and numbers (magic n+1) but found another magic");
    // The size says little-endian, the rest is the other way round.
    assertRefused(
        changed("i2_little.nii", b -> b.order(ByteOrder.BIG_ENDIAN).putShort(40, (short) 3)),
        "1 to 7 axes but found 768: damaged, or fields in another byte order than the size");
    assertRefused(
        changed("i2_little.nii", b -> b.putShort(42, (short) -5)),
        "axes of 1 or more but found -5 x 4 x 3 x 1: damaged, or of another order");
    assertRefused(
        changed("series.nii", b -> b.putShort(40, (short) 5).putShort(50, (short) 6)),
        "x, y, z and one more axis, of frames but found [5, 4, 3, 6, 6, 1, 1]");
    assertRefused(
        changed("i2_little.nii", b -> b.putShort(70, (short) 32)),
        "numbers of a type of uint8, int8, int16, uint16, int32, int64, float32 or float64 but"
            + " found NIfTI's type 32");
    assertRefused(
        changed("i2_little.nii", b -> b.putShort(72, (short) 8)),
        "16 bits for each INT16 but found 8");
    assertRefused(
        changed("i2_little.nii", b -> b.putFloat(108, 0)),
        "numbers that start at byte 352 or behind (vox_offset) but found 0.0");
    assertRefused(
        changed("i2_little.nii", b -> b.putFloat(112, 2).putFloat(116, Float.NaN)),
        "a finite scl_inter beside the scl_slope 2.0 but found NaN");
    assertRefused(
        changed("mgh_i2.mgh", b -> b.order(ByteOrder.BIG_ENDIAN).putInt(20, 2)),
        "numbers of a type of uint8, int16, uint16, int32 or float32 but found MGH's type 2");
    assertRefused(
        changed("mgh_i2.mgh", b -> b.order(ByteOrder.BIG_ENDIAN).putInt(4, 1 << 30)),
        "fewer than 2^31 voxels but found 1073741824 x 4 x 3");
    assertRefused(
        changed("mgh_i2.mgh", b -> b.order(ByteOrder.BIG_ENDIAN).putInt(16, 1 << 30)),
        "128849019164 bytes for 1073741824 frames of 5 x 4 x 3 but found "
            + Files.size(file("mgh_i2.mgh"))
            + " bytes (truncated?)");
  }

  @Test
  void should_refuse_files_that_end_too_early() throws IOException {
    assertRefused(
        cut("i2_little.nii", 1),
        "472 bytes for 1 frame of 5 x 4 x 3 but found 471 bytes (truncated?)");
    assertRefused(cut("i2_little.nii", 200), "a header of 348 bytes but found 272 (truncated?)");
    assertRefused(
        cut("series.nii.gz", 40),
        "a whole gzip file but found the beginning of one (truncated? get it again)");
    assertThatThrownBy(() -> VolumeFile.open(cut("series.nii.gz", 3)).read(new int[] {1}))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("the beginning of one (truncated? get it again)");
  }

  @Test
  void should_refuse_a_wrong_checksum() throws IOException {
    byte[] whole = Files.readAllBytes(file("series.nii.gz"));
    whole[whole.length - 6] ^= 1;
    Path wrong = Files.write(folder.resolve("series.nii.gz"), whole);
    assertThatThrownBy(() -> VolumeFile.open(wrong).read(new int[] {1}))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected a whole gzip file but found a damaged one")
        .hasMessageContaining("get it again");
  }

  @Test
  void should_say_what_a_file_is_instead() throws IOException {
    assertThatThrownBy(() -> VolumeFile.open(file("expected.npz")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(
            "expected a brain image in NIfTI-1 or MGH format, compressed or not but found a NumPy"
                + " archive (.npz)");
    assertThatThrownBy(() -> VolumeFile.open(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("but found a folder");
    Path empty = Files.createFile(folder.resolve("empty.nii"));
    assertThatThrownBy(() -> VolumeFile.open(empty))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("empty.nii: expected a brain image");
  }
}
