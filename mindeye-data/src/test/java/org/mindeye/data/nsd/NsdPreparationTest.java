// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.betas.BetaNormalization;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.data.webdataset.SubjectData;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.testkit.RawNsdTree;
import org.mindeye.testkit.disk.WatchedDisk;

class NsdPreparationTest {
  private static final WriterConfig EXACT = new WriterConfig(10, ElementType.FLOAT32);
  private static final Map<Split, Long> COUNTS =
      Map.of(Split.TRAIN, 33L, Split.VALIDATION, 3L, Split.TEST, 8L);

  @TempDir private Path folder;

  private Path out;
  private Path root;

  @BeforeEach
  void copy() throws IOException {
    root = RawNsdTree.in(folder.resolve("raw"));
    out = Files.createDirectory(folder.resolve("out"));
  }

  private NsdData open(BetaNormalization normalization) throws IOException {
    NsdFolder from = new NsdFolder(root);
    NsdConfig config = NsdSurvey.of(from, RawNsdTree.SUBJECT, NsdSpace.FUNC_1PT8MM).config();
    return NsdData.open(from, config.withNormalization(normalization), NoiseSource.seeded(1));
  }

  private Map<Split, Long> prepare(
      BetaNormalization normalization, EncodedImage.Format pictures, PreparationListener listener)
      throws IOException {
    try (NsdData data = open(normalization)) {
      return NsdPreparation.into(data, out, EXACT, pictures).run(listener);
    }
  }

  private Map<Split, Long> prepare(PreparationListener listener) throws IOException {
    return prepare(BetaNormalization.TRAINING_TRIALS, EncodedImage.Format.PNG, listener);
  }

  private List<Trial> prepared(Split split) throws IOException {
    ReaderConfig reader = ReaderConfig.of(RawNsdTree.VOXELS);
    try (TrialSource trials = SubjectData.open(out, RawNsdTree.SUBJECT, split, reader)) {
      return trials.readAll();
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(out)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Ends the work as a failure would, after some sessions. */
  private static PreparationListener stoppingAfter(int sessions) {
    return new PreparationListener() {
      @Override
      public void onSession(int session, int count, boolean before) {
        if (session == sessions) {
          throw new IllegalStateException("stopped by the test");
        }
      }
    };
  }

  @Test
  void should_write_what_the_files_hold() throws IOException {
    assertThat(prepare(PreparationListener.NONE)).isEqualTo(COUNTS);

    try (NsdData data = open(BetaNormalization.TRAINING_TRIALS);
        SubjectSource source = data.source()) {
      for (Split split : Split.values()) {
        List<Trial> expected = new ArrayList<>();
        try (TrialSource trials = source.trials(split, RawNsdTree.VOXELS)) {
          expected.addAll(trials.readAll());
        }
        List<Trial> found = prepared(split);
        assertThat(found).hasSize(expected.size()).hasSize(COUNTS.get(split).intValue());
        for (int i = 0; i < found.size(); i++) {
          Trial trial = found.get(i);
          assertThat(trial.key()).isEqualTo("sample%011d", i);
          assertThat(trial.cocoId()).isEqualTo(expected.get(i).cocoId());
          assertThat(trial.trialIds()).isEqualTo(expected.get(i).trialIds());
          assertThat(trial.image().toFloats()).isEqualTo(expected.get(i).image().toFloats());
          for (int repeat = 0; repeat < 3; repeat++) {
            assertThat(trial.voxels(repeat)).isEqualTo(expected.get(i).voxels(repeat));
          }
        }
      }
      assertThat(Npy.read(out.resolve("ncsnr_subj09.npy")).toFloats())
          .isEqualTo(data.signalToNoise());
    }
    assertThat(out.resolve("unfinished_subj09")).doesNotExist();
  }

  @Test
  void should_continue_where_it_was_stopped() throws IOException {
    assertThatThrownBy(() -> prepare(stoppingAfter(2))).hasMessage("stopped by the test");
    Path work = out.resolve("unfinished_subj09");
    assertThat(files())
        .extracting(file -> work.relativize(file).toString())
        .containsExactlyInAnyOrder(".lock", "made-from.txt", "session01.npy", "session02.npy");
    List<Boolean> before = new ArrayList<>();
    List<Long> done = new ArrayList<>();
    prepare(
        new PreparationListener() {
          @Override
          public void onSession(int session, int count, boolean there) {
            before.add(there);
          }

          @Override
          public void onSample(long samples, long all) {
            done.add(samples);
            assertThat(all).isEqualTo(44);
          }
        });
    assertThat(before).containsExactly(true, true, false);
    assertThat(done).hasSize(44).endsWith(44L);
    List<Path> continued = files();
    List<byte[]> bytes = new ArrayList<>();
    for (Path file : continued) {
      bytes.add(Files.readAllBytes(file));
      Files.delete(file);
    }

    prepare(PreparationListener.NONE);

    assertThat(files()).isEqualTo(continued).hasSize(8);
    for (int i = 0; i < continued.size(); i++) {
      assertThat(continued.get(i)).hasBinaryContent(bytes.get(i));
    }
  }

  /** Changes of files fail here and there, and what was begun is continued from there. */
  @Test
  void should_continue_wherever_the_disk_refuses() throws IOException {
    List<String> changes = new ArrayList<>();
    Path plain = out;
    out = WatchedDisk.watch(Files.createDirectory(folder.resolve("whole")), changes::add);
    prepare(PreparationListener.NONE);
    out = folder.resolve("whole");
    List<byte[]> complete = contents();
    assertThat(changes).hasSizeGreaterThan(30);
    for (int refused = 0; refused < changes.size(); refused += changes.size() / 4) {
      out = Files.createDirectory(plain.resolve("try" + refused));
      Path real = out;
      int[] left = {refused};
      out =
          WatchedDisk.watch(
              real,
              change -> {
                if (left[0]-- == 0) {
                  throw new IOException("no: " + change);
                }
              });
      try {
        prepare(PreparationListener.NONE);
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("no: ");
        out = real;
        if (!Files.exists(out.resolve("metadata_subj09.json"))) {
          assertThat(files()).noneMatch(file -> file.toString().endsWith(".tar"));
          prepare(PreparationListener.NONE);
        }
      }
      out = real;
      assertThat(contents())
          .as(changes.get(refused))
          .usingRecursiveComparison()
          .isEqualTo(complete);
    }
  }

  private List<byte[]> contents() throws IOException {
    Path work = out.resolve("unfinished_subj09"); // whose deletion may have been refused
    List<byte[]> contents = new ArrayList<>();
    for (Path file : files()) {
      if (!file.startsWith(work)) {
        contents.add(Files.readAllBytes(file));
      }
    }
    return contents;
  }

  @Test
  void should_not_mix_two_selections() throws IOException {
    assertThatThrownBy(() -> prepare(stoppingAfter(1))).hasMessage("stopped by the test");

    assertThatThrownBy(
            () ->
                prepare(
                    BetaNormalization.ALL_TRIALS,
                    EncodedImage.Format.PNG,
                    PreparationListener.NONE))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining(out.resolve("unfinished_subj09") + ": expected to continue with the")
        .hasMessageEndingWith("give the same, or delete the folder to start from nothing");
    assertThat(out.resolve("train")).doesNotExist();
  }

  @Test
  void should_store_small_pictures() throws IOException {
    prepare(BetaNormalization.NONE, EncodedImage.Format.JPG, PreparationListener.NONE);

    Trial first = prepared(Split.TEST).get(0);
    assertThat(first.image().encoded().format()).isEqualTo(EncodedImage.Format.JPG);
    assertThat(first.image().width()).isEqualTo(32);
  }

  @Test
  void should_never_replace_a_dataset() throws IOException {
    prepare(PreparationListener.NONE);

    assertThatThrownBy(() -> prepare(PreparationListener.NONE))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("data are never replaced");
    assertThat(out.resolve("unfinished_subj09")).doesNotExist();
  }
}
