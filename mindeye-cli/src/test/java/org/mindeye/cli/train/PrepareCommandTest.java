// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.webdataset.SubjectData;
import org.mindeye.testkit.RawNsdTree;

class PrepareCommandTest {
  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;
  private static Path raw;

  @BeforeAll
  static void write() throws IOException {
    world = TinyWorld.in(place.resolve("world"));
    raw = RawNsdTree.in(place.resolve("raw"));
  }

  private static CommandRun prepare(Path out, Object... more) {
    Object[] arguments = new Object[4 + more.length];
    arguments[0] = "prepare";
    arguments[1] = "--data=" + raw;
    arguments[2] = "--subject=9";
    arguments[3] = "--out=" + out;
    System.arraycopy(more, 0, arguments, 4, more.length);
    return CommandRun.of(arguments);
  }

  @Test
  void should_prepare_what_is_then_trained_on_and_evaluated() throws IOException {
    Path out = folder.resolve("data");
    CommandRun prepared = prepare(out);

    assertThat(prepared.err()).isEmpty();
    assertThat(prepared.out().lines())
        .containsExactly(
            out + ": subject 9, 13 voxels",
            "  train: 33 pictures",
            "  validation: 3 pictures",
            "  test: 8 pictures",
            "no picture is in two splits");
    Path run = folder.resolve("run");
    assertThat(
            CommandRun.of(
                world.train(
                    run,
                    "--data=" + out,
                    "--subject=9",
                    "--batch-size=8",
                    "--clip=" + world.clip())))
        .isEqualTo(new CommandRun(0, "", ""));
    CommandRun evaluated = CommandRun.of("evaluate-run", run);
    assertThat(evaluated.err()).isEmpty();
    assertThat(evaluated.out())
        .contains("top-1 among all 8 test images")
        .contains("report: " + run.resolve("report.html"));
    CommandRun other = CommandRun.of("evaluate-run", run, "--data=" + raw, "--no-ridge");
    assertThat(other.err()).isEmpty();
    assertThat(other.out()).contains("top-1 among all 8 test images");
  }

  @Test
  void should_read_the_files_without_preparing_them() throws IOException {
    Path run = folder.resolve("run");
    assertThat(
            CommandRun.of(
                world.train(
                    run,
                    "--data=" + raw,
                    "--subject=9",
                    "--batch-size=8",
                    "--epochs=1",
                    "--no-prior")))
        .isEqualTo(new CommandRun(0, "", ""));
    Path tokens = folder.resolve("tokens.npz");
    CommandRun embedded =
        CommandRun.of(
            "embed",
            "--weights=" + run.resolve("model.safetensors"),
            "--data=" + raw,
            "--subject=9",
            "--split=test",
            "--out=" + tokens);
    assertThat(embedded.err()).isEmpty();
    assertThat(embedded.out()).startsWith(tokens + ": 8 samples of ");
    CommandRun found =
        CommandRun.of(
            "retrieve",
            "--weights=" + run.resolve("model.safetensors"),
            "--data=" + raw,
            "--subject=9",
            "--split=val",
            "--clip=" + world.clip());
    assertThat(found.err()).isEmpty();
  }

  @Test
  void should_take_what_is_selected() throws IOException {
    Path out = folder.resolve("data");
    CommandRun prepared =
        prepare(
            out,
            "--sessions=1-2",
            "--roi=streams",
            "--labels=5",
            "--validation=4",
            "--test-trials=2",
            "--zscore=all",
            "--betas=b3",
            "--pictures=jpg",
            "--samples-per-shard=5",
            "--float32");

    assertThat(prepared.err()).isEmpty();
    assertThat(prepared.out()).contains("subject 9, 6 voxels").contains("validation: 4 pictures");
    assertThat(out.resolve("train/train_subj09_1.tar")).exists();
    assertThat(out.resolve("ncsnr_subj09.npy")).exists();
    assertThat(prepare(out).err())
        .contains("data are never replaced: delete them or choose another folder");
  }

  @Test
  void should_prepare_data_of_another_form() throws IOException {
    Path out = folder.resolve("table");
    CommandRun table = prepare(out, "--layout=table", "--float32");
    assertThat(table.err()).isEmpty();
    assertThat(out.resolve("trials.csv")).exists();

    Path again = folder.resolve("again");
    CommandRun shards =
        CommandRun.of("prepare", "--data=" + out, "--subject=9", "--out=" + again, "--float32");
    assertThat(shards.err()).isEmpty();
    assertThat(shards.out().lines().skip(1))
        .containsExactlyElementsOf(table.out().lines().skip(1).toList());
    Path straight = folder.resolve("straight");
    prepare(straight, "--float32");
    assertThat(samples(again)).hasSize(44).isEqualTo(samples(straight));
    for (String option : List.of("--roi=v1", "--space=fsaverage", "--test-trials=3")) {
      assertMisuse(
          CommandRun.of(
              "prepare", "--data=" + out, "--subject=9", "--out=" + folder.resolve("x"), option),
          option.substring(0, option.indexOf('='))
              + ": is for the files of the Natural Scenes Dataset, and these are table of trials");
    }
    assertMisuse(prepare(out, "--layout=zip"), "--layout: expected shards or table but was 'zip'");
  }

  /** What the samples of all splits are of, but the numbers of their trials. */
  private static List<List<Object>> samples(Path folder) throws IOException {
    List<List<Object>> samples = new ArrayList<>();
    try (SubjectSource data = SubjectData.open(folder, 9)) {
      for (Split split : data.splits()) {
        try (TrialSource trials = data.trials(split)) {
          for (Trial trial : trials) {
            List<Float> mean = List.of(trial.meanVoxels()[0], trial.meanVoxels()[12]);
            int picture = Arrays.hashCode(trial.image().content());
            samples.add(List.of(split, trial.cocoId(), trial.distinctRepeats(), picture, mean));
          }
        }
      }
    }
    return samples;
  }

  @Test
  void should_say_what_is_wrong_before_anything_is_written() throws IOException {
    Path out = folder.resolve("data");
    assertMisuse(prepare(out, "--sessions=x"), "--sessions: expected all, or numbers such as 1-37");
    assertMisuse(prepare(out, "--sessions=3-1"), "sessions are numbered from 1 to 99");
    assertMisuse(prepare(out, "--zscore=some"), "--zscore: expected training, all or none");
    assertMisuse(
        prepare(out, "--betas=b4"),
        "--betas: expected one of [betas_assumehrf, betas_fithrf, betas_fithrf_GLMdenoise_RR]");
    assertMisuse(
        prepare(out, "--space=mni"),
        "--space: expected one of [func1pt8mm, func1mm, nativesurface, fsaverage]");
    assertMisuse(prepare(out, "--labels=v1"), "--labels: expected whole numbers, commas between");
    assertMisuse(prepare(out, "--test-trials=4"), "fewestTestTrials must be 1 to 3 but was 4");
    assertMisuse(prepare(out, "--subject=100"), "--subject: expected 1 to 99 but was 100");
    assertFailure(
        prepare(out, "--sessions=1-4"), "but found only [1, 2, 3]; get the others, or name");
    assertFailure(prepare(out, "--subject=1"), "there are files of the subjects [9]");
    assertFailure(prepare(out, "--betas=b2"), "expected responses but found none; there are");
    assertFailure(prepare(out, "--roi=floc-faces"), "floc-faces.nii.gz: expected this file but");
    assertFailure(prepare(out, "--roi=streams"), "name the labels of the regions to take");
    assertFailure(prepare(out, "--data=" + folder.resolve("none")), "no such folder");
    assertFailure(prepare(out.resolve("deep")), "its folder does not exist");
    assertThat(out).doesNotExist();
    assertThat(Files.list(folder)).isEmpty();
  }

  private static void assertMisuse(CommandRun run, String message) {
    assertThat(run.err()).hasLineCount(1).contains(message);
    assertThat(run.code()).isEqualTo(2);
  }

  private static void assertFailure(CommandRun run, String message) {
    assertThat(run.err()).hasLineCount(1).contains(message);
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void should_say_what_would_be_recognised() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    CommandRun unknown =
        CommandRun.of(world.train(folder.resolve("run"), "--data=" + empty, "--subject=9"));

    assertFailure(
        unknown,
        empty
            + ": expected a subject's data but found an empty folder. Recognised are: MindEye"
            + " web-dataset (");
    assertThat(unknown.err()).contains("Natural Scenes Dataset (nsddata, nsddata_betas and");
  }
}
