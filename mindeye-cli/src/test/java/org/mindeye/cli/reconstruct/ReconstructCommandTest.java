// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.train.TinyWorld;
import org.mindeye.core.engine.Precision;
import org.mindeye.formats.io.Sha256;
import org.mindeye.lowlevel.VaeLatentBranch;
import org.mindeye.testkit.LeakCheck;

class ReconstructCommandTest {
  private static final String FIRST = "sample00000000064";

  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;
  private static Path run;
  private static Path painter;
  private static Path lowLevel;

  @BeforeAll
  static void train() throws IOException {
    world = TinyWorld.in(place);
    run = place.resolve("run");
    assertThat(CommandRun.of(world.train(run, "--epochs=1", "--warmup-epochs=0.5")).err())
        .isEmpty();
    painter = SmallPainter.write(place.resolve("versatile-diffusion"), 32);
    lowLevel = SmallPainter.writeLowLevel(place.resolve("blurry.safetensors"), TinyWorld.VOXELS);
  }

  /** Later options replace earlier ones of the same name. */
  private CommandRun reconstruct(Path out, String... more) {
    Map<String, String> options = new LinkedHashMap<>();
    List<String> all =
        new ArrayList<>(
            List.of(
                "--weights=" + painter,
                "--model=" + run,
                "--data=" + world.data(),
                "--subject=99",
                "--out=" + out,
                "--steps=3",
                "--prior-steps=2",
                "--first=2"));
    all.addAll(List.of(more));
    all.forEach(option -> options.put(option.replaceFirst("=.*", ""), option));
    if (options.containsKey("--ids")) {
      options.remove("--first");
    }
    List<Object> arguments = new ArrayList<>(List.of("reconstruct"));
    arguments.addAll(options.values());
    return CommandRun.of(arguments.toArray());
  }

  private String[] choosing(int candidates, String... more) {
    return Stream.concat(
            Stream.of("--candidates=" + candidates, "--clip=" + world.clip()), Stream.of(more))
        .toArray(String[]::new);
  }

  private static JsonNode record(Path out) throws IOException {
    return new ObjectMapper().readTree(out.resolve("reconstruct.json").toFile());
  }

  private static List<String> names(Path out) throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  @Test
  void should_paint_pictures_with_a_page_and_a_record() throws IOException {
    Path out = folder.resolve("out");
    CommandRun painted =
        reconstruct(out, choosing(3, "--all-candidates", "--low-level=" + lowLevel, "--seed=7"));

    assertThat(painted.err()).isEmpty();
    assertThat(painted.out()).startsWith(out + ": 2 of 2 pictures; page: " + out);
    assertThat(names(out))
        .hasSize(2 * (2 + 3) + 2)
        .contains(FIRST + ".png", FIRST + "-blurry.png", FIRST + "-seed7.png")
        .contains(FIRST + "-seed8.png", FIRST + "-seed9.png", "contact-sheet.html");
    assertThat(ImageIO.read(out.resolve(FIRST + ".png").toFile()).getWidth()).isEqualTo(8);
    JsonNode request = record(out).get("request");
    assertThat(request.at("/painting/strength").asDouble()).isEqualTo(0.85);
    assertThat(request.at("/weights/unet").asText())
        .isEqualTo(
            Sha256.read(painter.resolve("image_unet/diffusion_pytorch_model.fp16.safetensors")));
    JsonNode first = record(out).at("/pictures/0");
    assertThat(first.get("key").asText()).isEqualTo(FIRST);
    assertThat(first.get("cocoId").asLong()).isEqualTo(64);
    JsonNode best = first.at("/candidates/0");
    assertThat(best.get("score").asDouble())
        .isGreaterThanOrEqualTo(first.at("/candidates/1/score").asDouble());
    assertThat(Files.readAllBytes(out.resolve(FIRST + ".png")))
        .as("the chosen one is the first of the candidates")
        .isEqualTo(Files.readAllBytes(out.resolve(best.get("file").asText())));
    assertThat(Files.readString(out.resolve("contact-sheet.html")))
        .contains("seen picture of " + FIRST, "blurry start of " + FIRST, "candidate 3 of")
        .contains(
            String.format(
                Locale.ROOT,
                "seed %d, %.3f",
                best.get("seed").asLong(),
                best.get("score").asDouble()));
  }

  @Test
  void should_paint_the_same_again_and_go_on_where_it_was() throws IOException {
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    assertThat(reconstruct(whole).err()).isEmpty();
    assertThat(reconstruct(parts, "--first=1").err()).isEmpty();
    var written = Files.getLastModifiedTime(parts.resolve(FIRST + ".png"));
    CommandRun rest = reconstruct(parts);

    assertThat(rest.err()).isEmpty();
    assertThat(rest.out()).startsWith(parts + ": 2 of 2 pictures;");
    assertThat(Files.getLastModifiedTime(parts.resolve(FIRST + ".png"))).isEqualTo(written);
    assertThat(names(parts)).isEqualTo(names(whole)).hasSize(4);
    for (String name : names(whole)) {
      if (name.endsWith(".png")) {
        assertThat(parts.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
      }
    }
    Files.delete(parts.resolve(FIRST + ".png"));
    assertThat(reconstruct(parts).err()).isEmpty();
    assertThat(parts.resolve(FIRST + ".png")).hasSameBinaryContentAs(whole.resolve(FIRST + ".png"));
    assertThat(reconstruct(parts).out()).startsWith(parts + ": 2 of 2 pictures;");
  }

  @Test
  void should_paint_in_another_format_and_note_it() throws IOException {
    Path out = folder.resolve("half");

    CommandRun half =
        reconstruct(out, choosing(2, "--low-level=" + lowLevel, "--precision=bfloat16"));

    assertThat(half.err()).isEmpty();
    assertThat(half.code()).isZero();
    assertThat(record(out).at("/request/precision").asText()).isEqualTo("BFLOAT16");
    CommandRun other =
        reconstruct(out, choosing(2, "--low-level=" + lowLevel, "--precision=float32"));
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err()).contains("--precision BFLOAT16 there, FLOAT32 now");
    try (VaeLatentBranch branch =
        LowLevelModel.open(lowLevel).load(Precision.BFLOAT16, Device.cpu())) {
      assertThat(branch.precision()).isEqualTo(Precision.BFLOAT16);
    }
    CommandRun integers = reconstruct(folder.resolve("int8"), "--precision=int8_weights");
    assertThat(integers.code()).isEqualTo(2);
    assertThat(integers.err())
        .contains("--precision: INT8_WEIGHTS is for a backbone alone; give BFLOAT16");
  }

  @Test
  void should_refuse_a_folder_of_something_else() throws IOException {
    Path out = folder.resolve("out");
    assertThat(reconstruct(out).err()).isEmpty();
    assertThat(reconstruct(out, "--steps=4", "--seed=1").err())
        .contains(out + ": it has pictures that were painted otherwise (--steps 3 there, 4 now;")
        .contains("--seed 42 there, 1 now); choose another folder, or paint as there")
        .hasLineCount(1);
    assertThat(reconstruct(out, "--low-level=" + lowLevel).err())
        .contains("weights of low-level none there, ");
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.createFile(other.resolve("x.txt"));
    assertThat(reconstruct(other).err()).contains("the folder is not empty, and has no reconstr");
    assertThat(names(other)).containsExactly("x.txt");
  }

  @Test
  void should_choose_responses() throws IOException {
    Path out = folder.resolve("out");
    assertThat(reconstruct(out, "--ids=70,66").err()).isEmpty();
    assertThat(record(out).findValuesAsText("cocoId")).containsExactly("66", "70");
    assertThat(reconstruct(folder.resolve("no"), "--ids=66,3,5").err())
        .contains("the test split of subject 99 has no response to pictures [3, 5]")
        .hasLineCount(1);
    assertThat(folder.resolve("no")).doesNotExist();
  }

  @Test
  void should_name_all_problems_before_anything_is_loaded() throws IOException {
    Path out = folder.resolve("out");
    CommandRun missing =
        reconstruct(
            out,
            "--weights=" + world.data(),
            "--model=" + folder.resolve("no.pth"),
            "--low-level=" + world.clip());
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err())
        .contains("no.pth", "expected the folder of a painter", "a low-level network")
        .hasLineCount(1);
    Path wide = SmallPainter.write(folder.resolve("wide"), 16);
    Path small = SmallPainter.writeLowLevel(folder.resolve("small.safetensors"), 7);
    assertThat(reconstruct(out, "--weights=" + wide, "--low-level=" + small).err())
        .contains(wide + ": paints from 17x8 CLIP tokens, but " + run + " predicts 5x8")
        .contains(small + ": reads 7 voxels, but the model 60; give the branch of the same sub")
        .hasLineCount(1);
    assertThat(reconstruct(out, "--candidates=2").err())
        .contains("choosing among several candidates needs CLIP's image tower, and " + painter)
        .contains("image_encoder is not one (", "; give --clip")
        .hasLineCount(1);
    assertThat(reconstruct(out, "--model=" + world.clip()).code()).isEqualTo(1);
    assertThat(out).doesNotExist();
  }

  @Test
  void should_refuse_options_that_do_not_fit_together() {
    Path out = folder.resolve("out");
    assertThat(reconstruct(out, "--strength=0.5").code()).isEqualTo(2);
    assertThat(reconstruct(out, "--strength=0.5").err()).contains("--strength is for --low-level");
    assertThat(reconstruct(out, "--all-candidates").err()).contains("give --candidates");
    assertThat(reconstruct(out, "--clip=x").err()).contains("--clip is for choosing");
    assertThat(reconstruct(out, "--candidates=0").err()).contains("at least 1 but was 0");
    assertThat(reconstruct(out, "--first=0").err()).contains("--first: expected at least 1");
    assertThat(reconstruct(out, "--ids=3;4").err())
        .contains("--ids: expected whole numbers, commas between, but was '3;4'");
    assertThat(reconstruct(out, "--steps=0").err()).contains("steps: expected at least 1");
    assertThat(reconstruct(out, "--device=tpu").code()).isEqualTo(2);
    assertThat(out).doesNotExist();
  }

  /** Nothing was loaded, and the corrected command may use the folder. */
  @Test
  void should_refuse_numbers_that_cannot_work_at_once() {
    Path out = folder.resolve("out");
    assertThat(reconstruct(out, "--steps=1000").err()).contains("steps: expected 1 to 999");
    assertThat(reconstruct(out, "--prior-steps=1").err())
        .contains("--prior-steps: expected at least 2 but was 1");
    assertThat(reconstruct(out, "--low-level=" + lowLevel, "--strength=0.01").err())
        .contains("--strength: less than one of the 3 steps; give 0 for the blurry picture itself");
    assertThat(out).doesNotExist();
  }

  @Test
  void should_take_a_folder_in_which_nothing_was_painted_yet() throws IOException {
    Path out = folder.resolve("out");
    assertThat(reconstruct(out, "--prior-steps=5000").code()).isEqualTo(1);
    assertThat(names(out)).containsExactly("reconstruct.json");
    assertThat(reconstruct(out).err()).isEmpty();
    assertThat(names(out)).hasSize(4);
  }

  @Test
  void should_paint_again_what_is_gone_or_of_other_data() throws IOException {
    Path out = folder.resolve("out");
    String blurry = "--low-level=" + lowLevel;
    assertThat(reconstruct(out, blurry).err()).isEmpty();
    Files.delete(out.resolve(FIRST + "-blurry.png"));
    assertThat(reconstruct(out, blurry).err()).isEmpty();
    assertThat(out.resolve(FIRST + "-blurry.png")).exists();

    Path record = out.resolve("reconstruct.json");
    String response = record(out).at("/pictures/0/response").asText();
    Files.writeString(record, Files.readString(record).replace(response, "0".repeat(64)));
    assertThat(reconstruct(out, blurry).err()).isEmpty();
    assertThat(record(out).findValuesAsText("response")).hasSize(2).contains(response);
  }

  @Test
  void should_leave_no_native_memory_behind() {
    String[] options = choosing(2, "--low-level=" + lowLevel);
    reconstruct(folder.resolve("warm"), options); // compiles what stays
    LeakCheck.Census before = LeakCheck.census();
    reconstruct(folder.resolve("out"), options);

    assertThat(LeakCheck.census()).isEqualTo(before);
  }
}
