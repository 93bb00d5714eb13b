// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.TestTrials;
import org.mindeye.data.Trial;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

class MalformedDatasetTest {
  private static final String KEY = "sample00000000001";
  private static final Trial TRIAL = TestTrials.trial(1);
  private static final byte[] GONE = {};

  @TempDir Path folder;

  private List<Trial> read(Path shard, ReaderConfig config) {
    String name = folder.relativize(shard).toString();
    try (NsdWebDataset dataset = NsdWebDataset.open(folder, name, Split.TRAIN, config)) {
      return dataset.readAll();
    }
  }

  private AbstractThrowableAssert<?, ?> assertRefused(byte[] shard) throws IOException {
    Path file = Files.write(folder.resolve("bad.tar"), shard);
    return assertThatThrownBy(() -> read(file, ReaderConfig.of(TestTrials.VOXELS)))
        .isInstanceOf(MalformedSampleException.class);
  }

  private AbstractThrowableAssert<?, ?> assertRefused(String member, byte[] content)
      throws IOException {
    return assertRefused(new TarBuilder().sample(TRIAL, Map.of(member, content)).bytes());
  }

  private String message(String member, String rest) {
    return "shard " + folder.resolve("bad.tar") + ", sample " + KEY + ", member " + member + rest;
  }

  private String shardMessage(String rest) {
    return "shard " + folder.resolve("bad.tar") + rest;
  }

  private static byte[] floats(float... values) {
    return Npy.encode(HeapArray.ofFloats(values, values.length));
  }

  @Test
  void should_name_the_missing_member() throws IOException {
    assertRefused("coco73k.npy", GONE)
        .hasMessage(
            message(
                "coco73k.npy",
                ": expected this member but found only [nsdgeneral.npy, num_uniques.npy, png,"
                    + " trial.npy]"));
    assertRefused("png", GONE)
        .hasMessage(
            message(
                "jpg or jpeg or png",
                ": expected exactly one of them but found only [coco73k.npy, nsdgeneral.npy,"
                    + " num_uniques.npy, trial.npy]"));
    assertRefused("jpg", new byte[] {1})
        .hasMessage(
            message("jpg or jpeg or png", ": expected exactly one of them but found jpg and png"));
  }

  @Test
  void should_say_why_the_voxels_of_a_subject_are_unknown() throws IOException {
    Path shard = folder.resolve("test/test_subj09_0.tar");
    assertThatThrownBy(() -> NsdWebDataset.voxels(folder, 9, Split.TEST))
        .hasMessageContaining("test_subj09_0.tar")
        .hasMessageContaining("no such file");
    Files.createDirectories(shard.getParent());
    new TarBuilder().write(shard);
    assertThatThrownBy(() -> NsdWebDataset.voxels(folder, 9, Split.TEST))
        .hasMessage("shard " + shard + ": expected at least one sample but found none");
    byte[] flat = floats(1, 2);
    new TarBuilder().sample(TRIAL, Map.of("nsdgeneral.npy", flat)).write(shard);
    assertThatThrownBy(() -> NsdWebDataset.voxels(folder, 9, Split.TEST))
        .hasMessageContaining("expected the shape [repeats, voxels] but found [2]");
  }

  @Test
  void should_name_wrong_shapes_and_types_of_voxels() throws IOException {
    byte[] four = Npy.encode(HeapArray.ofFloats(new float[12], 3, 4));
    assertRefused("nsdgeneral.npy", four)
        .hasMessage(
            message(
                "nsdgeneral.npy", ": expected floats of shape [3, 5] but found FLOAT32 [3, 4]"));
    byte[] integers = Npy.encode(HeapArray.ofInts(new int[15], 3, 5));
    assertRefused("nsdgeneral.npy", integers).hasMessageEndingWith("but found INT32 [3, 5]");
  }

  @Test
  void should_name_sample_repeat_and_voxel_of_a_value_that_is_not_finite() throws IOException {
    float[] values = new float[15];
    values[5 + 3] = Float.POSITIVE_INFINITY;
    assertRefused("nsdgeneral.npy", Npy.encode(HeapArray.ofHalves(values, 3, 5)))
        .hasMessage(
            message(
                "nsdgeneral.npy",
                ": expected finite responses but found Infinity at repeat 1, voxel 3"));
  }

  @Test
  void should_say_what_is_wrong_with_an_array_file() throws IOException {
    assertRefused("trial.npy", new byte[] {1, 2})
        .hasMessage(
            message(
                "trial.npy",
                ": expected a NumPy file (it starts with the bytes 93 4e 55 4d 50 59) but found 01"
                    + " 02"))
        .hasCauseInstanceOf(MalformedFileException.class);
  }

  @Test
  void should_refuse_identifiers_that_are_not_the_expected_integers() throws IOException {
    assertRefused("coco73k.npy", floats(1.5f))
        .hasMessage(
            message(
                "coco73k.npy", ": expected integers but found element 0 is 1.5, not an integer"));
    assertRefused("coco73k.npy", floats(1, 2))
        .hasMessage(
            message(
                "coco73k.npy", ": expected one number, or the same three times but found [1, 2]"));
    assertRefused("trial.npy", floats(1, 2, 3, 4))
        .hasMessage(message("trial.npy", ": expected 1 to 3 integers but found FLOAT32 [4]"));
    assertRefused("num_uniques.npy", floats(4))
        .hasMessage(message("num_uniques.npy", ": expected 1 to 3 but found 4"));
  }

  @Test
  void should_refuse_images_that_are_unreadable_or_enormous() throws IOException {
    assertRefused("png", new byte[] {1, 2, 3})
        .hasMessage(message("image", ": expected a JPEG or PNG file but found 3 bytes of neither"));
    ReaderConfig strict = new ReaderConfig(TestTrials.VOXELS, 1 << 20, new ImageLimits(7, 7));
    Path shard = new TarBuilder().sample(TRIAL).write(folder.resolve("large.tar"));
    assertThatThrownBy(() -> read(shard, strict))
        .hasMessageEndingWith("member image: expected at most 7x7 pixels but found 8x6");
  }

  @Test
  void should_refuse_members_larger_than_the_limit_and_skip_unknown_ones() throws IOException {
    ReaderConfig small = new ReaderConfig(TestTrials.VOXELS, 1000, ImageLimits.DEFAULT);
    Path shard =
        new TarBuilder()
            .sample(TRIAL, Map.of("wholebrain.npy", new byte[5000]))
            .file("README", new byte[5000])
            .write(folder.resolve("unknown.tar"));
    assertThat(read(shard, small)).hasSize(1);
    Path large =
        new TarBuilder()
            .sample(TRIAL, Map.of("trial.npy", new byte[1001]))
            .write(folder.resolve("bad.tar"));
    assertThatThrownBy(() -> read(large, small))
        .hasMessage(message("trial.npy", ": expected at most 1000 bytes but found 1001 bytes"));
  }

  @Test
  void should_refuse_duplicate_members_and_scattered_samples() throws IOException {
    byte[] one = floats(1);
    assertRefused(new TarBuilder().sample(TRIAL).file(KEY + ".TRIAL.npy", one).bytes())
        .hasMessage(
            message("trial.npy", ": expected one member of this name but found a second one"));
    assertRefused(new TarBuilder().sample(TRIAL).sample(TestTrials.trial(2)).sample(TRIAL).bytes())
        .hasMessage(
            shardMessage(
                ", sample "
                    + KEY
                    + ": expected one run of members per sample but found a second one"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/abs.npy", "../up.npy", "a/../../up.npy", "C:\\x.npy", "a\\b.npy", "b\u0007.npy"})
  void should_refuse_names_that_lead_elsewhere(String name) throws IOException {
    assertRefused(new TarBuilder().sample(TRIAL).file(name, new byte[1]).bytes())
        .hasMessage(
            shardMessage(
                ", member '"
                    + name.replace("\u0007", "\\u0007")
                    + "': expected a relative name without .. but found this one"));
  }

  @ParameterizedTest
  @CsvSource({"49,1", "50,2", "51,3", "52,4", "54,6"})
  void should_refuse_links_and_devices(byte type, char shown) throws IOException {
    assertRefused(new TarBuilder().link(KEY + ".png", type).sample(TRIAL).bytes())
        .hasMessage(
            shardMessage(
                ", member '"
                    + KEY
                    + ".png': expected a plain file but found type '"
                    + shown
                    + "' (link, device or sparse)"));
  }

  @Test
  void should_skip_folders_and_keep_them_in_keys() throws IOException {
    SampleOrigin origin = SampleOrigin.memory("part/s1");
    Path shard =
        new TarBuilder()
            .link("./part/", TarConstants.LF_DIR)
            .sample(TestTrials.trial(origin, 1))
            .file("__meta__", new byte[3])
            .file(".hidden", new byte[3])
            .write(folder.resolve("folders.tar"));
    assertThat(read(shard, ReaderConfig.of(TestTrials.VOXELS)))
        .extracting(Trial::key)
        .containsExactly("part/s1");
  }

  @Test
  void should_notice_every_truncation() throws IOException {
    byte[] whole = new TarBuilder().sample(TRIAL).sample(TestTrials.trial(2)).bytes();
    for (int length = 0; length < whole.length - 512; length += 256) {
      assertRefused(Arrays.copyOf(whole, length)).hasMessageStartingWith(shardMessage(""));
    }
    assertRefused(Arrays.copyOf(whole, 700))
        .hasMessage(
            shardMessage(
                ": expected a tar file ending in two blocks of zeros but found 700 bytes that do"
                    + " not (truncated?)"));
  }

  @Test
  void should_notice_a_member_that_reaches_beyond_the_end() throws IOException {
    byte[] image = EncodedImage.png(SampleOrigin.memory("x"), TestTrials.pixels(1, 8, 6)).bytes();
    byte[] content = Arrays.copyOf(image, 4096);
    byte[] whole = new TarBuilder().file(KEY + ".png", content).bytes();
    assertRefused(Arrays.copyOf(whole, 512 + 2048))
        .hasMessage(
            message(
                "png",
                ": expected 4096 bytes but found an unreadable file: Truncated TAR archive"));
  }

  @Test
  void should_notice_a_damaged_header() throws IOException {
    byte[] whole = new TarBuilder().sample(TRIAL).bytes();
    whole[3] ^= 1;
    assertRefused(whole)
        .hasMessageEndingWith("expected a header with a correct checksum but found a wrong one");
  }

  @Test
  void should_name_missing_shards() throws IOException {
    Path train = Files.createDirectories(folder.resolve("train"));
    ReaderConfig config = ReaderConfig.of(TestTrials.VOXELS);
    assertThatThrownBy(() -> NsdWebDataset.open(folder, 1, Split.TRAIN, config))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessage(
            "shard "
                + train.resolve("train_subj01_0.tar")
                + ": expected shards numbered from 0 without a gap but found no such file; the folder"
                + " is empty");
    new TarBuilder().sample(TRIAL).write(train.resolve("train_subj01_0.tar"));
    new TarBuilder().sample(TRIAL).write(train.resolve("train_subj01_2.tar"));
    assertThatThrownBy(() -> NsdWebDataset.open(folder, 1, Split.TRAIN, config))
        .hasMessageContaining("train_subj01_1.tar: expected shards numbered");
    Path absent = folder.resolve("absent.tar");
    assertThatThrownBy(() -> read(absent, config))
        .hasMessage("shard " + absent + ": expected a tar file but found no such file");
  }

  @Test
  void should_compare_the_number_of_samples_with_the_metadata() throws IOException {
    Path train = Files.createDirectories(folder.resolve("train"));
    Path shard = new TarBuilder().sample(TRIAL).write(train.resolve("train_subj01_0.tar"));
    Files.writeString(folder.resolve("metadata_subj01.json"), "{\"totals\": {\"train\": 2}}");
    try (NsdWebDataset dataset =
        NsdWebDataset.open(folder, 1, Split.TRAIN, ReaderConfig.of(TestTrials.VOXELS))) {
      assertThatThrownBy(dataset::readAll)
          .isInstanceOf(MalformedSampleException.class)
          .hasMessage(
              "shard "
                  + shard
                  + " to "
                  + shard
                  + ": expected 2 samples, as the metadata file states, but found 1");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{|expected JSON but found",
        "[]|expected an object \"totals\" with train, val or test but found none",
        "{\"totals\": {\"train\": -1}}|expected a count of samples as totals.train but found -1",
        "{\"totals\": {\"val\": \"3\"}}|expected a count of samples as totals.val but found \"3\""
      })
  void should_refuse_damaged_metadata(String json, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("metadata_subj01.json"), json);
    assertThatThrownBy(
            () -> NsdWebDataset.open(folder, 1, Split.TRAIN, ReaderConfig.of(TestTrials.VOXELS)))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageStartingWith("shard " + file + ": " + message);
  }

  @Test
  void should_refuse_metadata_that_are_no_text() throws IOException {
    Path file = Files.write(folder.resolve("metadata_subj01.json"), new byte[] {'{', -1, '}'});
    assertThatThrownBy(() -> DatasetTotals.read(file))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessage("shard " + file + ": expected JSON but found bytes that are no text");
  }

  @Test
  void should_not_go_on_after_a_failure() throws IOException {
    Path shard =
        new TarBuilder()
            .sample(TRIAL, Map.of("trial.npy", GONE))
            .sample(TestTrials.trial(2))
            .write(folder.resolve("bad.tar"));
    try (NsdWebDataset dataset =
        NsdWebDataset.open(
            folder,
            shard.getFileName().toString(),
            Split.TRAIN,
            ReaderConfig.of(TestTrials.VOXELS))) {
      Iterator<Trial> iterator = dataset.iterator();
      assertThatThrownBy(iterator::next).isInstanceOf(MalformedSampleException.class);
      assertThatThrownBy(iterator::hasNext).isInstanceOf(IllegalStateException.class);
    }
  }
}
