// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.reconstruct.SmallPainter;
import org.mindeye.cli.train.TinyWorld;
import org.mindeye.core.document.Document;
import org.mindeye.evaluation.protocol.EvaluationResult;
import org.mindeye.testkit.HeadlessBrowser;
import org.mindeye.testkit.PageLayout;

/** What {@code reconstruct} leaves is scored as it is. */
class EvaluateReconstructionsTest {
  private static final int PAINTED = 5;

  // The browser may still write into its profile when it has answered.
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private static Path place;

  private static TinyWorld world;
  private static Path painted;

  @BeforeAll
  static void paint() throws IOException {
    world = TinyWorld.in(place);
    Path run = place.resolve("run");
    assertThat(CommandRun.of(world.train(run, "--epochs=1", "--warmup-epochs=0.5")).err())
        .isEmpty();
    painted = place.resolve("painted");
    CommandRun painting =
        CommandRun.of(
            "reconstruct",
            "--weights=" + SmallPainter.write(place.resolve("versatile-diffusion"), 32),
            "--model=" + run,
            "--low-level="
                + SmallPainter.writeLowLevel(place.resolve("blurry.safetensors"), TinyWorld.VOXELS),
            "--data=" + world.data(),
            "--subject=99",
            "--out=" + painted,
            "--steps=3",
            "--prior-steps=2",
            "--candidates=2",
            "--all-candidates",
            "--clip=" + world.clip(),
            "--first=" + PAINTED);
    assertThat(painting.err()).isEmpty();
  }

  private static CommandRun evaluate(Path out, String... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("evaluate", "--recons=" + painted, "--out=" + out));
    arguments.addAll(List.of("--data=" + world.data(), "--subject=99"));
    arguments.addAll(List.of("--bootstrap=200", "--permutations=200"));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  private static EvaluationResult result(Path out) throws IOException {
    return Document.read(out.resolve("evaluation.json")).as(EvaluationResult.class);
  }

  @Test
  void should_score_the_chosen_candidates_against_the_split() throws IOException {
    Path out = place.resolve("scores");
    CommandRun all = evaluate(out);
    assertThat(all.code()).isEqualTo(1);
    assertThat(all.err())
        .contains(painted + " lacks 19 pictures of the test split of subject 99 in")
        .contains(" (69, 70, 71, 72, 73, …); give both the same, or --common to score the 5");

    CommandRun run = evaluate(out, "--common");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("MINDEYE1: 5 pairs by id");
    assertThat(result(out).inputs().ids()).containsExactly("64", "65", "66", "67", "68");
    Path chosen = Files.createDirectory(place.resolve("chosen"));
    for (int i = 64; i < 64 + PAINTED; i++) {
      String name = String.format(java.util.Locale.ROOT, "sample%011d.png", i);
      Files.copy(painted.resolve(name), chosen.resolve(name));
    }
    Path again = place.resolve("again");
    assertThat(evaluate(again, "--recons=" + chosen, "--common").err()).isEmpty();
    assertThat(result(again)).isEqualTo(result(out));
    assertThat(again.resolve("report.html")).hasSameTextualContentAs(out.resolve("report.html"));
  }

  @Test
  void should_blend_with_the_blurry_pictures_of_the_folder() throws IOException {
    Path out = place.resolve("blended");
    CommandRun run = evaluate(out, "--common", "--protocol=MINDEYE2", "--blurry=" + painted);

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("MINDEYE2: 5 pairs by id");
    assertThat(Files.readString(out.resolve("report.html")))
        .containsPattern("blurry picture of \\d+");
    Path plain = place.resolve("unblended");
    assertThat(evaluate(plain, "--common").err()).isEmpty();
    assertThat(result(out).score("PixCorr").get().each())
        .isNotEqualTo(result(plain).score("PixCorr").get().each());
  }

  @Test
  void should_miss_blurry_pictures_that_were_not_painted() throws IOException {
    Path plain = Files.createDirectory(place.resolve("plain"));
    String record = Files.readString(painted.resolve("reconstruct.json"));
    Files.writeString(
        plain.resolve("reconstruct.json"), record.replaceAll("\"blurry\" : \"[^\"]*\",\\s*", ""));

    CommandRun run =
        evaluate(place.resolve("none"), "--protocol=MINDEYE2", "--blurry=" + plain, "--common");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains(plain + ": has no blurry picture of 64; paint with `reconstruct --low-level`")
        .hasLineCount(1);
    assertThat(place.resolve("none")).doesNotExist();
  }

  @Test
  void should_cut_nothing_on_a_phone_and_on_a_desk() throws Exception {
    Optional<HeadlessBrowser> browser = HeadlessBrowser.find();
    assumeTrue(browser.isPresent(), "no Chromium on the PATH");
    Path out = place.resolve("page");
    assertThat(evaluate(out, "--common").err()).isEmpty();

    assertThat(PageLayout.measure(browser.get(), out.resolve("report.html"), place, 390, 700, 1280))
        .hasSize(3)
        .allSatisfy(
            layout -> {
              assertThat(layout.pageWidth()).isLessThanOrEqualTo(layout.width());
              assertThat(layout.stickingOut()).isEmpty();
              assertThat(layout.smallestText()).isGreaterThanOrEqualTo(11);
            });
  }
}
