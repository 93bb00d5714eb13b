// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.webdataset.NsdWebDataset;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.testkit.HeadlessBrowser;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.PageLayout;
import org.mindeye.training.CachedTargets;

class RetrieveTest {
  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;
  private static Path weights;
  private static List<Trial> test;

  @BeforeAll
  static void train() throws IOException {
    world = TinyWorld.in(place);
    Path run = place.resolve("run");
    assertThat(CommandRun.of(world.train(run, "--epochs=1", "--warmup-epochs=0.5")).err())
        .isEmpty();
    weights = run.resolve("model.safetensors");
    try (NsdWebDataset dataset =
        NsdWebDataset.open(world.data(), 99, Split.TEST, ReaderConfig.of(TinyWorld.VOXELS))) {
      test = dataset.readAll();
    }
  }

  private static CommandRun retrieve(Object... more) {
    List<Object> all = new ArrayList<>(List.of("retrieve", "--weights", weights));
    all.addAll(List.of(more));
    return CommandRun.of(all.toArray());
  }

  private CommandRun ofSplit(Object... more) {
    List<Object> all =
        new ArrayList<>(List.of("--data", world.data(), "--subject=99", "--split=test"));
    all.addAll(List.of(more));
    return retrieve(all.toArray());
  }

  private Object[] clip() {
    return new Object[] {"--clip", world.clip(), "--clip-config", world.shape()};
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private static Object[] and(Object[] some, Object... more) {
    List<Object> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray();
  }

  /** A file of the same tokens, the same pictures in a folder, and the shards find the same. */
  @Test
  void should_find_the_same_in_every_kind_of_gallery() throws IOException {
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    float[] responses = new float[test.size() * TinyWorld.VOXELS];
    for (int i = 0; i < test.size(); i++) {
      Files.write(
          pictures.resolve(test.get(i).key() + ".jpg"), test.get(i).image().encoded().bytes());
      test.get(i).copyMeanVoxels(responses, i * TinyWorld.VOXELS);
    }
    Path voxels = folder.resolve("voxels.npy");
    Npy.write(voxels, HeapArray.ofFloats(responses, test.size(), TinyWorld.VOXELS));

    CommandRun shards = ofSplit(and(clip(), "--json", folder.resolve("shards.json")));
    CommandRun files =
        retrieve(
            and(
                clip(),
                "--voxels",
                voxels,
                "--gallery",
                pictures,
                "--json",
                folder.resolve("files.json")));

    assertThat(shards.err()).isEmpty();
    assertThat(files.err()).isEmpty();
    JsonNode one = json(folder.resolve("shards.json"));
    JsonNode other = json(folder.resolve("files.json"));
    assertThat(one.get("gallery").asInt()).isEqualTo(24);
    assertThat(one.get("queries")).hasSize(24);
    for (int i = 0; i < 24; i++) {
      assertThat(one.at("/queries/" + i + "/found")).hasSize(5);
      for (int k = 0; k < 5; k++) {
        JsonNode hit = one.at("/queries/" + i + "/found/" + k);
        JsonNode same = other.at("/queries/" + i + "/found/" + k);
        assertThat(same.get("cosine")).isEqualTo(hit.get("cosine"));
        int position = hit.get("coco_id").asInt();
        assertThat(same.get("picture").asText())
            .isEqualTo(test.get(position - (int) test.get(0).cocoId()).key() + ".jpg");
      }
    }
    assertThat(files.out())
        .contains("row 0", "24 responses, each compared with 24 pictures")
        .doesNotContain("seen");
    assertThat(shards.out())
        .containsPattern("sample0+64 +1 +coco \\d+ +0\\.\\d{3}")
        .containsPattern("with 24 pictures, and the seen one came first for \\d");
  }

  /** In a format, pictures are found as their tokens are that CLIP makes in that format. */
  @ParameterizedTest
  @CsvSource({"BFLOAT16", "INT8_WEIGHTS"})
  void should_encode_pictures_in_the_format(Precision precision) throws IOException {
    String format = "--precision=" + precision;
    Path json = folder.resolve("pictures.json");
    assertThat(ofSplit(and(clip(), "--json", json, format)).err()).isEmpty();
    double[] expected = cosines(json);

    for (Precision encoded : new Precision[] {Precision.FLOAT32, Precision.BFLOAT16}) {
      Path tokens = folder.resolve("tokens.npy");
      try (ClipImageEncoder encoder = encoder(encoded);
          NDManager manager = Torch.newManager(Device.cpu())) {
        NDArray all = CachedTargets.encode(encoder, test).all(manager).array();
        Npy.write(tokens, HeapArray.ofFloats(all.toFloatArray(), all.getShape().getShape()));
      }
      assertThat(ofSplit("--gallery", tokens, "--json", json, format).err()).isEmpty();
      double furthest = 0;
      for (int i = 0; i < expected.length; i++) {
        furthest = Math.max(furthest, Math.abs(cosines(json)[i] - expected[i]));
      }
      if (encoded == Precision.BFLOAT16) {
        assertThat(furthest).isLessThan(1e-6);
      } else {
        assertThat(furthest).isBetween(1e-5, 0.02);
      }
    }
  }

  private static ClipImageEncoder encoder(Precision precision) throws IOException {
    return ClipImageEncoder.load(
        world.clip(), VisionTransformerConfig.read(world.shape()), precision, Device.cpu());
  }

  private static double[] cosines(Path file) throws IOException {
    return json(file).findValuesAsText("cosine").stream()
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  @Test
  void should_search_files_of_tokens() throws IOException {
    Path tokens = folder.resolve("tokens.npz");
    assertThat(
            CommandRun.of(
                    "embed",
                    "--weights",
                    weights,
                    "--data",
                    world.data(),
                    "--subject=99",
                    "--split=test",
                    "--out",
                    tokens)
                .err())
        .isEmpty();

    // What the brains say themselves: each finds itself.
    CommandRun found =
        ofSplit(
            "--gallery",
            tokens,
            "--tensor=projected",
            "-k",
            2,
            "--json",
            folder.resolve("found.json"),
            "--html",
            folder.resolve("found.html"));

    assertThat(found.err()).isEmpty();
    assertThat(found.out()).endsWith("and the seen one came first for 24" + System.lineSeparator());
    JsonNode first = json(folder.resolve("found.json")).at("/queries/0");
    assertThat(first.get("coco_id")).isEqualTo(first.at("/found/0/coco_id"));
    assertThat(first.at("/found/0/seen").asBoolean()).isTrue();
    assertThat(first.get("found")).hasSize(2);
    assertThat(Files.readString(folder.resolve("found.html")))
        .contains("The nearest, with their cosine", "(1.000, seen)");
    Path alone = folder.resolve("alone.npy");
    Npy.write(alone, HeapArray.ofFloats(new float[40], 1, 40));
    assertThat(ofSplit("--gallery", alone).err()).contains("length");
  }

  @Test
  void should_show_pictures_on_a_page_that_fits() throws Exception {
    Path page = folder.resolve("found.html");
    assertThat(ofSplit(and(clip(), "--html", page, "-k", 9)).err()).isEmpty();

    String html = Files.readString(page);
    assertThat(html.split("<img ")).hasSize(1 + 24 * 10);
    assertThat(html).contains("seen picture of sample", "<th scope=\"col\">9.</th>");
    var browser = HeadlessBrowser.find();
    assumeTrue(browser.isPresent(), "no Chromium on the PATH");
    assertThat(PageLayout.measure(browser.get(), page, folder, 390, 1280))
        .allSatisfy(layout -> assertThat(layout.pageWidth()).isLessThanOrEqualTo(layout.width()));
  }

  @Test
  void should_refuse_what_does_not_fit_together() throws IOException {
    Path voxels = folder.resolve("voxels.npy");
    Npy.write(voxels, HeapArray.ofFloats(new float[7], 7));

    assertThat(retrieve("--voxels", voxels, "--split=test").code()).isEqualTo(2);
    assertThat(retrieve().err()).contains("come from --data, --subject and --split, or from");
    assertThat(retrieve("--voxels", voxels).err()).contains("--voxels needs a --gallery");
    assertThat(ofSplit().err()).contains("give --clip");
    assertThat(ofSplit("--gallery", voxels, "--clip", world.clip()).err())
        .contains("the gallery is a file of tokens");
    assertThat(ofSplit(and(clip(), "--tensor=x")).err()).contains("the gallery is of pictures");
    assertThat(ofSplit(and(clip(), "-k", 0)).err()).contains("expected at least 1 but was 0");
    assertThat(ofSplit("--gallery", folder.resolve("absent")).err()).contains("no such file");
    assertThat(ofSplit(and(clip(), "--json", folder.resolve("a/b"))).err()).contains("folder");
    assertThat(retrieve("--voxels", voxels, "--gallery", voxels).err())
        .contains("or [samples, voxels] with 60 voxels, as the model reads, but found [7]");
    assertThat(ofSplit("--gallery", voxels).err())
        .contains("[pictures, 5, 8] or [pictures, 40], the tokens of the model, but found [7]");
    assertThat(ofSplit("--gallery", weights).err()).contains("choose one with --tensor");
    assertThat(ofSplit("--gallery", weights, "--tensor=x").err()).contains("no tensor 'x'");
    assertThat(retrieve(and(clip(), "--voxels", voxels, "--gallery", folder)).code()).isEqualTo(1);
    assertThat(ofSplit(and(clip(), "--gallery", folder)).err())
        .contains("expected .jpg, .jpeg or .png files but found none")
        .hasLineCount(1);
    assertThat(ofSplit(and(clip(), "--device=tpu")).code()).isEqualTo(2);
  }

  @Test
  void should_leave_no_native_memory_behind() {
    LeakCheck.Census before = LeakCheck.census();
    ofSplit(clip());

    assertThat(LeakCheck.census()).isEqualTo(before);
  }
}
