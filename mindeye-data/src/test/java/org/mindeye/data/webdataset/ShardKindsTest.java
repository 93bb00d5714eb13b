// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.TestTrials;
import org.mindeye.data.Trial;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;

/** Shards as people's own packers and downloads leave them. */
class ShardKindsTest {
  private static final Trial TRIAL = TestTrials.trial(1);
  private static final ReaderConfig READER = ReaderConfig.of(TestTrials.VOXELS);
  private static final byte[] GONE = {};

  @TempDir Path folder;

  private Path shard(String name) throws IOException {
    return Files.createDirectories(folder.resolve("train")).resolve(name);
  }

  private List<String> keys(int subject) throws IOException {
    try (NsdWebDataset data = NsdWebDataset.open(folder, subject, Split.TRAIN, READER)) {
      return data.readAll().stream().map(Trial::key).toList();
    }
  }

  private String refusal(int subject) {
    return catchThrowableOfType(MalformedSampleException.class, () -> keys(subject)).getMessage();
  }

  @ParameterizedTest
  @ValueSource(strings = {"%d", "%06d", "%05d", "%09d"})
  void should_find_shards_however_they_are_numbered(String number) throws IOException {
    for (int i = 0; i < 12; i++) {
      String name = String.format(Locale.ROOT, "train_subj01_" + number + ".tar", i);
      new TarBuilder().sample(TestTrials.trial(i)).write(shard(name));
    }
    assertThat(keys(1)).hasSize(12).isSorted();
  }

  @Test
  void should_refuse_a_number_that_is_there_twice() throws IOException {
    new TarBuilder().sample(TRIAL).write(shard("train_subj01_0.tar"));
    new TarBuilder().sample(TRIAL).write(shard("train_subj01_000.tar"));
    assertThat(refusal(1))
        .isEqualTo(
            "shard "
                + shard("train_subj01_000.tar")
                + ": expected every number once but found also train_subj01_0.tar");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train_subj99_1.tar|shards are called train_subj99_0.tar, train_subj99_1.tar, …",
        "000000.tar|shards are called train_subj99_0.tar, train_subj99_1.tar, …",
        "train_subj99_0.tar.gz|unpack what is compressed",
        "train_subj99_0.tar.part|"
      })
  void should_list_what_is_there_instead(String name, String advice) throws IOException {
    new TarBuilder().sample(TRIAL).write(shard(name));
    assertThat(refusal(99))
        .isEqualTo(
            "shard "
                + shard("train_subj99_0.tar")
                + ": expected shards numbered from 0 without a gap but found no such file; the folder"
                + " has "
                + name
                + (advice == null ? "" : "; " + advice));
  }

  @Test
  void should_list_a_few_of_many_files() throws IOException {
    for (int i = 10; i < 30; i++) {
      Files.write(shard("file" + i), GONE);
    }
    assertThat(refusal(1))
        .endsWith(
            "has file10, file11, file12, file13, file14, file15, file16, file17, and 12 more");
  }

  @Test
  void should_name_a_folder_that_is_missing() {
    assertThat(refusal(1)).endsWith("no such file; there is no folder " + folder.resolve("train"));
  }

  @Test
  void should_say_that_a_shard_is_compressed() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(new TarBuilder().sample(TRIAL).bytes());
    }
    Path file = Files.write(shard("train_subj01_0.tar"), bytes.toByteArray());
    assertThat(refusal(1))
        .isEqualTo("shard " + file + ": expected a tar file but found " + FileKind.TAR_GZ);
  }

  @ParameterizedTest
  @CsvSource({
    "28b52ffd04, a zstd-compressed file: decompress it first (unzstd)",
    "fd377a585a0000, an xz-compressed file: decompress it first (unxz)",
    "425a683931, a bzip2-compressed file: decompress it first (bunzip2)",
    "504b030414, the beginning of a zip file",
    "894844460d0a1a0a, an HDF5 file",
  })
  void should_recognise_what_is_not_a_tar_file(String head, String found) throws IOException {
    Files.write(shard("train_subj01_0.tar"), HexFormat.of().parseHex(head));
    assertThat(refusal(1)).contains("expected a tar file but found").contains(found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version https://git-lfs.github.com/spec/v1|a pointer of Git LFS",
        "<!DOCTYPE html><title>Sign in</title>|a web page (HTML) instead of the file",
      })
  void should_recognise_failed_downloads(String text, String found) throws IOException {
    Files.writeString(shard("train_subj01_0.tar"), text, StandardCharsets.UTF_8);
    assertThat(refusal(1)).contains("expected a tar file but found " + found);
  }

  @Test
  void should_read_a_sample_whose_key_looks_like_compression() throws IOException {
    Trial trial = TestTrials.trial(new SampleOrigin("shard", "BZh1"), 1);
    new TarBuilder().sample(trial).write(shard("train_subj01_0.tar"));
    assertThat(keys(1)).containsExactly("BZh1");
  }

  @Test
  void should_refuse_shards_without_samples() throws IOException {
    Path file = Files.write(shard("train_subj01_0.tar"), new byte[10240]);
    assertThat(refusal(1))
        .isEqualTo("shard " + file + ": expected at least one sample but found none");
    new TarBuilder().file("README", new byte[9]).write(file);
    assertThat(refusal(1)).endsWith("expected at least one sample but found none");
  }

  @Test
  void should_refuse_a_folder_in_place_of_a_shard() throws IOException {
    Path file = Files.createDirectory(shard("train_subj01_0.tar"));
    assertThat(refusal(1)).isEqualTo("shard " + file + ": expected a tar file but found a folder");
  }

  @Test
  void should_refuse_an_empty_key_and_skip_hidden_files() throws IOException {
    Path file =
        new TarBuilder()
            .file("._sample00000000001.jpg", new byte[3])
            .file(".DS_Store", new byte[3])
            .sample(TRIAL)
            .write(shard("train_subj01_0.tar"));
    assertThat(keys(1)).containsExactly(TRIAL.key());
    new TarBuilder().sample(TRIAL).file("part/.JPG", new byte[3]).write(file);
    assertThat(refusal(1))
        .isEqualTo(
            "shard "
                + file
                + ", member 'part/.JPG': expected a sample's key in front of the first dot but found"
                + " none");
    assertThatThrownBy(() -> SampleOrigin.memory(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shard memory: a sample's key is not empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpeg", "JPEG", "JPG", "jpg", "PNG"})
  void should_take_every_name_of_an_image(String extension) throws IOException {
    byte[] image = TRIAL.image().encoded().bytes();
    new TarBuilder()
        .sample(TRIAL, Map.of("png", GONE, extension, image))
        .write(shard("train_subj01_0.tar"));
    assertThat(keys(1)).hasSize(1);
  }

  private static byte[] id(long number) {
    return Npy.encode(HeapArray.ofLongs(new long[] {number}, 1));
  }

  @Test
  void should_refuse_impossible_image_numbers() throws IOException {
    Path file = shard("train_subj01_0.tar");
    new TarBuilder().sample(TRIAL, Map.of("coco73k.npy", id(-1))).write(file);
    assertThat(refusal(1))
        .endsWith("coco73k.npy: expected an image number of 0 or more but found -1");
    new TarBuilder().sample(TRIAL, Map.of("coco73k.npy", id(72_999))).write(file);
    assertThat(keys(1)).hasSize(1);
    new TarBuilder().sample(TRIAL, Map.of("coco73k.npy", id(73_000))).write(file);
    assertThat(refusal(1))
        .endsWith(
            "coco73k.npy: expected an image number of 0 to 72999, counted from 0 but found 73000");
    Path own =
        new TarBuilder()
            .sample(TRIAL, Map.of("coco73k.npy", id(581_929)))
            .write(shard("train_subj99_0.tar"));
    assertThat(own).exists();
    assertThat(keys(99)).hasSize(1);
  }
}
