// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.data.Split;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.training.TargetCache;

/** Scores of runs whose pictures were encoded before, by training or by an evaluation. */
class EvaluateTargetCacheTest {
  private static final int LEARNED = TinyWorld.TRAINING + TinyWorld.VALIDATION;
  private static final int ALL = LEARNED + TinyWorld.TEST;

  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;
  private static Path run;
  private static Path learned;
  private static JsonNode plain;

  @BeforeAll
  static void train() throws IOException {
    run = place.resolve("run");
    learned = place.resolve("targets");
    world = TinyWorld.in(place);
    CommandRun trained =
        CommandRun.of(world.train(run, "--no-augment", "--target-cache=" + learned));
    assertThat(trained.err()).isEmpty();
    assertThat(CommandRun.of("evaluate-run", run).err()).isEmpty();
    plain = report(run);
  }

  private static JsonNode report(Path folder) throws IOException {
    return new ObjectMapper().readTree(folder.resolve("report.json").toFile());
  }

  private CommandRun evaluate(Path cache, String... more) {
    Object[] all = Arrays.copyOf(new Object[] {"evaluate-run", run}, 4 + more.length);
    all[2] = "--target-cache=" + cache;
    all[3] = "--out=" + folder;
    System.arraycopy(more, 0, all, 4, more.length);
    return CommandRun.of(all);
  }

  @Test
  void should_score_as_without_it_but_for_the_rounding() throws IOException {
    Path cache = folder.resolve("cache");
    CommandRun first = evaluate(cache);
    assertThat(first.err()).isEmpty();
    assertThat(first.code()).isZero();
    assertThat(TargetCache.open(cache).size()).isEqualTo(ALL);
    JsonNode kept = report(folder);
    requireAlike(kept);
    byte[] rows = Files.readAllBytes(cache.resolve("tokens.f16"));

    assertThat(evaluate(cache).err()).isEmpty();
    assertThat(report(folder)).as("nothing is encoded again").isEqualTo(kept);
    assertThat(cache.resolve("tokens.f16")).hasBinaryContent(rows);
  }

  private static void requireAlike(JsonNode kept) {
    assertThat(kept.get("targets").asText()).isEqualTo("encoded once, kept in float16");
    assertThat(plain.get("targets").asText()).isEqualTo("encoded once");
    for (String cosine :
        new String[] {
          "/prior/one_sample/cosine", "/prior/mean_of_draws/cosine", "/prior/mean_target/cosine"
        }) {
      assertThat(plain.at(cosine).isNumber()).as(cosine).isTrue();
      assertThat(kept.at(cosine).asDouble())
          .as(cosine)
          .isNotEqualTo(plain.at(cosine).asDouble())
          .isCloseTo(plain.at(cosine).asDouble(), within(1e-4));
    }
    for (String score : new String[] {"mindeye", "ridge"}) {
      String top = "/test/" + score + "/brain_to_image/all_top1";
      assertThat(kept.at(top).asDouble())
          .as(score)
          .isCloseTo(plain.at(top).asDouble(), within(1.5 / TinyWorld.TEST));
    }
  }

  @Test
  void should_encode_only_what_training_has_not() throws IOException {
    byte[] rows = Files.readAllBytes(learned.resolve("tokens.f16"));
    assertThat(TargetCache.open(learned).size()).isEqualTo(LEARNED);
    assertThat(evaluate(learned).err()).isEmpty();
    requireAlike(report(folder));
    assertThat(TargetCache.open(learned).size()).isEqualTo(ALL);
    byte[] more = Files.readAllBytes(learned.resolve("tokens.f16"));
    assertThat(Arrays.copyOf(more, rows.length)).as("stays as it was").isEqualTo(rows);
  }

  @Test
  void should_refuse_a_cache_of_other_weights_or_another_format() throws IOException {
    Path other = TinyWorld.otherClip(folder.resolve("other.safetensors"));
    Path cache = folder.resolve("cache");
    assertThat(
            CommandRun.of(
                    world.train(
                        folder.resolve("second"),
                        "--no-augment",
                        "--no-prior",
                        "--clip=" + other,
                        "--target-cache=" + cache))
                .err())
        .isEmpty();
    byte[] rows = Files.readAllBytes(cache.resolve("tokens.f16"));

    CommandRun refused = evaluate(cache);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .hasLineCount(1)
        .contains(cache + ": expected targets as they are needed but it keeps others")
        .contains("encoder.weights=")
        .contains("give another folder, or what these were made with");
    assertThat(cache.resolve("tokens.f16")).hasBinaryContent(rows);

    assertThat(evaluate(folder.resolve("float32")).err()).isEmpty();
    assertThat(evaluate(folder.resolve("float32"), "--precision=bfloat16").err())
        .hasLineCount(1)
        .contains("{precision=\"FLOAT32\" there, \"BFLOAT16\" here}");
  }

  @Test
  void should_refuse_a_folder_that_cannot_be_a_cache() throws IOException {
    CommandRun nowhere = evaluate(folder.resolve("none/cache"));
    assertThat(nowhere.err().lines())
        .containsExactly(
            "mindeye evaluate-run: "
                + folder.resolve("none/cache")
                + ": its folder does not exist");
    assertThat(folder.resolve("none")).doesNotExist();
    assertThat(folder.resolve("report.json")).doesNotExist();
    String data = "--data=" + world.cut(Split.TEST, folder.resolve("cut"));
    assertThat(evaluate(learned, data).err()).hasLineCount(1).contains("test_subj99_0.tar");
    CommandRun mine = evaluate(place.resolve("data"), data);
    assertThat(mine.err()).hasLineCount(1).contains("no target cache; give another folder");
    CommandRun file = evaluate(world.clip(), data);
    assertThat(file.err()).hasLineCount(1).contains("is a file, and a target cache is a folder");
    assertThat(folder.resolve("report.json")).doesNotExist();
  }

  @Test
  void should_leave_no_native_memory_behind() {
    Path cache = folder.resolve("cache");
    LeakCheck.Census before = LeakCheck.census();
    assertThat(evaluate(cache).code()).isZero();

    assertThat(LeakCheck.census()).isEqualTo(before);
  }
}
