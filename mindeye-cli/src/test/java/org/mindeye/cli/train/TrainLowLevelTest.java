// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.weights.InspectedRun;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextConfig;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.VaeLatentBranch;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.lowlevel.LowLevelTrainer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class TrainLowLevelTest {
  private static final String NO_TEACHER = "--contrastive-weight=0";

  /** Networks and pictures that train in no time. */
  private static final List<String> SMALL =
      List.of("--side=16", "--hidden=8", "--blocks=1", "--epochs=2", "--batch-size=16");

  @TempDir private static Path place;
  @TempDir private Path folder;
  private static TinyWorld world;
  private static Path autoencoder;
  private static Path teacher;

  @BeforeAll
  static void makeFiles() throws IOException {
    world = TinyWorld.in(place);
    autoencoder = place.resolve("autoencoder.safetensors");
    AutoencoderConfig shape =
        new AutoencoderConfig(new ConvolutionStages(List.of(4, 4), 1, 2), 4, 1);
    write(new AutoencoderKl(shape), autoencoder, shape.metadata());
    teacher = place.resolve("teacher.safetensors");
    ConvNextConfig taught =
        new ConvNextConfig(List.of(1, 1), List.of(4, 4), LowLevelConfig.PROJECTED_WIDTH);
    write(new ConvNextTeacher(taught), teacher, Map.of());
  }

  private static void write(Network network, Path file, Map<String, String> metadata)
      throws IOException {
    try (network) {
      network.initialize(Device.cpu(), NoiseSource.seeded(3));
      WeightFiles.write(file, network, metadata);
    }
  }

  private static Object[] arguments(Path out, String... more) {
    List<Object> all = new ArrayList<>(List.of("train-lowlevel"));
    all.addAll(List.of("--data=" + world.data(), "--subject=99", "--autoencoder=" + autoencoder));
    all.addAll(SMALL);
    all.add("--out=" + out);
    all.addAll(List.of(more));
    return all.toArray();
  }

  private static void removeCheckpointsAfter(Path out, long step) throws IOException {
    TrainedRun run = TrainedRun.open(out);
    for (long saved : run.steps()) {
      if (saved > step) {
        try (Stream<Path> files = Files.walk(run.place(saved))) {
          for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
            Files.delete(file);
          }
        }
      }
    }
    Files.delete(RunFolder.at(out).weights());
  }

  @Test
  void should_train_with_a_teacher_and_resume_to_the_same_file() throws IOException {
    Path out = folder.resolve("run");
    CommandRun whole = CommandRun.of(arguments(out, "--teacher=" + teacher, "--keep=9"));
    assertThat(whole.err()).isEmpty();
    assertThat(whole.code()).isZero();
    byte[] expected = Files.readAllBytes(RunFolder.at(out).weights());
    InspectedRun.check(out, "MindEye low-level network 4x: 60 voxels, hidden 8, 1 block, ");

    removeCheckpointsAfter(out, 3);
    CommandRun resumed = CommandRun.of("train-lowlevel", "--resume", out);

    assertThat(resumed.code()).isZero();
    assertThat(RunFolder.at(out).weights()).hasBinaryContent(expected);
    try (LowLevelNetwork best =
        TrainedRun.open(out).best(w -> LowLevelTrainer.load(w, Device.cpu()))) {
      assertThat(best.config().mapsProjector()).isTrue();
      assertThat(best.config().voxels()).isEqualTo(TinyWorld.VOXELS);
    }
    try (VaeLatentBranch branch = VaeLatentBranch.load(RunFolder.at(out).weights(), Device.cpu())) {
      assertThat(branch.voxels()).isEqualTo(TinyWorld.VOXELS);
    }
  }

  @Test
  void should_train_without_a_teacher_and_leave_its_projector_out() throws IOException {
    Path out = folder.resolve("run");
    assertThat(CommandRun.of(arguments(out, NO_TEACHER, "--seed=5")).code()).isZero();

    LowLevelSource source = LowLevelSource.of(RunFolder.at(out));
    assertThat(source.teacher()).isNull();
    assertThat(source.config().train().seed()).isEqualTo(5);
    try (LowLevelNetwork end =
        LowLevelTrainer.load(TrainedRun.open(out).end().orElseThrow(), Device.cpu())) {
      assertThat(end.config().mapsProjector()).isFalse();
    }
    assertThat(CommandRun.of("train-lowlevel", "--resume", out).code()).isZero();
    for (CommandRun other :
        List.of(
            CommandRun.of("evaluate-run", out),
            CommandRun.of("train", "--resume", out),
            CommandRun.of("train-lowlevel", "--resume", out, "--seed=6"),
            CommandRun.of(arguments(out, NO_TEACHER)))) {
      assertThat(other.code()).isNotZero();
      assertThat(other.err()).hasLineCount(1).contains(out.toString());
    }
    assertThat(CommandRun.of("evaluate-run", out).err()).contains("mindeye forward lowlevel");
    assertThat(CommandRun.of("train", "--resume", out).err())
        .contains("mindeye train-lowlevel --resume " + out);
    CommandRun embed =
        CommandRun.of(
            "embed",
            "--weights=" + RunFolder.at(out).weights(),
            "--data=" + world.data(),
            "--subject=99",
            "--split=test",
            "--out=" + folder.resolve("tokens.npz"));
    assertThat(embed.code()).isEqualTo(1);
    assertThat(embed.err()).hasLineCount(1).contains("low-level network", "forward lowlevel");
    refuseAnotherAutoencoder(out);
  }

  private void refuseAnotherAutoencoder(Path out) throws IOException {
    removeCheckpointsAfter(out, 3);
    Path other = folder.resolve("other.safetensors");
    AutoencoderConfig shape =
        new AutoencoderConfig(new ConvolutionStages(List.of(4, 4), 1, 2), 4, 2);
    write(new AutoencoderKl(shape), other, shape.metadata());

    CommandRun resumed = CommandRun.of("train-lowlevel", "--resume", out, "--autoencoder", other);

    assertThat(resumed.code()).isEqualTo(1);
    assertThat(resumed.err()).hasLineCount(1).contains("scale=1.0 in the run, now 2.0");
  }

  @Test
  void should_leave_nothing_of_a_dry_run() {
    Path out = folder.resolve("run");

    CommandRun run = CommandRun.of(arguments(out, NO_TEACHER, "--steps=1"));

    assertThat(run.code()).isZero();
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --seed=1                                    | --contrastive-weight 0
          --contrastive-weight=0 --teacher=TEACHER    | --teacher says nothing
          --contrastive-weight=0 --side=15            | expected a number divisible by 2
          --contrastive-weight=0 --side=18            | expected a side divisible by 4
          --upsampling=x8 --teacher=TEACHER           | only X4 has maps
          --teacher=TEACHER --side=32 --autoencoder=TEACHER | autoencoder
          --contrastive-weight=0 --autoencoder=gone   | gone
          --contrastive-weight=0 --batch-size=500     | a step needs 500 samples
          --contrastive-weight=0 --steps=0            | expected 1 or more
          --contrastive-weight=0 --subject=0          | subject 0
          --contrastive-weight=0 --device=x           | x
          --contrastive-weight=0 --config=CONFIG      | vae
          """)
  void should_refuse_what_cannot_work(String options, String complaint) throws IOException {
    Path config = Files.writeString(folder.resolve("run.yaml"), "vae: 3\n");
    Path out = folder.resolve("run");
    String[] more =
        Stream.of(options.split(" +"))
            .map(o -> o.replace("TEACHER", teacher.toString()).replace("CONFIG", config.toString()))
            .toArray(String[]::new);

    CommandRun run = CommandRun.of(arguments(out, more));

    assertThat(run.code()).isNotZero();
    assertThat(run.err()).hasLineCount(1).contains(complaint);
    assertThat(out).doesNotExist();
  }

  @Test
  void should_read_what_it_prints() throws IOException {
    CommandRun printed = CommandRun.of("train-lowlevel", "--print-config", "--epochs=7");
    Path file = Files.writeString(folder.resolve("run.yaml"), printed.out());

    assertThat(CommandRun.of("train-lowlevel", "--print-config", "--config", file).out())
        .isEqualTo(printed.out())
        .contains("epochs: 7", "side: 512", "upsampling: X4");
    assertThat(CommandRun.of("train-lowlevel").err()).contains("a new run needs --data");
  }

  /** What the help says happens without an option is what giving that value makes. */
  @Test
  void should_document_the_published_numbers() {
    String published = CommandRun.of("train-lowlevel", "--print-config").out();
    Pattern number = Pattern.compile("\\(([0-9][0-9.e-]*)\\)");
    Pattern word = Pattern.compile("([A-Za-z][A-Za-z0-9_]*) \\(default");
    List<String> said = new ArrayList<>();
    for (OptionSpec option : CommandSpec.forAnnotatedObject(new LowLevelOptions()).options()) {
      for (Pattern pattern : List.of(number, word)) {
        Matcher matcher = pattern.matcher(String.join(" ", option.description()));
        if (matcher.find()) {
          said.add(option.longestName() + "=" + matcher.group(1));
        }
      }
    }

    assertThat(said)
        .hasSize(14)
        .allSatisfy(
            option ->
                assertThat(CommandRun.of("train-lowlevel", "--print-config", option).out())
                    .isEqualTo(published));
  }

  @Test
  void should_train_on_the_small_worlds_latents() {
    Path exported = folder.resolve("autoencoder.safetensors");
    assertThat(CommandRun.of("world", "export", "autoencoder", "--out", exported).code()).isZero();

    CommandRun run =
        CommandRun.of(
            arguments(
                folder.resolve("run"),
                NO_TEACHER,
                "--side=32",
                "--steps=1",
                "--autoencoder=" + exported));

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
  }
}
