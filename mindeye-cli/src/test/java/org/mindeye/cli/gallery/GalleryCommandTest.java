// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.train.TinyWorld;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.webdataset.NsdWebDataset;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.testkit.LeakCheck;

class GalleryCommandTest {
  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;
  private static Path weights;
  private static List<Trial> test;
  private static Path pictures;

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
    pictures = place.resolve("pictures");
    for (int i = 0; i < test.size(); i++) {
      Path file = pictures.resolve(i % 2 == 0 ? name(i) : "more/" + name(i));
      Files.createDirectories(file.getParent());
      Files.write(file, test.get(i).image().encoded().bytes());
    }
  }

  private static String name(int picture) {
    return test.get(picture).key() + ".jpg";
  }

  private static CommandRun gallery(String command, Object... more) {
    List<Object> all = new ArrayList<>(List.of("gallery", command));
    all.addAll(List.of(more));
    return CommandRun.of(all.toArray());
  }

  private Path built(Object... more) {
    Path made = folder.resolve("gallery");
    List<Object> all =
        new ArrayList<>(
            List.of(
                "--gallery",
                made,
                "--pictures",
                pictures,
                "--clip",
                world.clip(),
                "--clip-config",
                world.shape()));
    all.addAll(List.of(more));
    assertThat(gallery("build", all.toArray()).code()).isZero();
    return made;
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  @ParameterizedTest
  @CsvSource({"final", "hidden"})
  void should_find_a_picture_by_itself(String layer) throws IOException {
    Path made = built("--layer=" + layer);
    Path found = folder.resolve("found.json");
    CommandRun search =
        gallery(
            "search",
            "--gallery=" + made,
            "--picture=" + pictures.resolve("more").resolve(name(1)),
            "--picture=" + pictures.resolve(name(2)),
            "--clip=" + world.clip(),
            "--clip-config=" + world.shape(),
            "--json=" + found,
            "-k3");

    assertThat(search.err()).isEmpty();
    assertThat(search.out())
        .contains("2 queries among 24 vectors")
        .containsPattern(name(1) + " +1 +more/" + name(1) + " +1\\.000")
        .containsPattern(name(2) + " +1 +" + name(2) + " +1\\.000");
    JsonNode first = json(found).at("/queries/0/found");
    assertThat(first).hasSize(3);
    assertThat(first.at("/0/metadata/picture").asText()).isEqualTo("more/" + name(1));
    CommandRun info = gallery("info", "--gallery=" + made, "--verify");
    assertThat(info.out())
        .contains("vectors: 24 of " + (layer.equals("final") ? 8 : 40) + " numbers")
        .contains("part-0001: 24 vectors, exact, of pictures in " + pictures)
        .containsPattern("encoder: [0-9a-f]{64}")
        .endsWith("all files of the parts are as they were written; pictures were not looked at\n");
    assertThat(made.resolve("encoding")).doesNotExist();
  }

  /** A gallery finds for a model what retrieve finds among the same pictures, with its scores. */
  @Test
  void should_find_for_responses_what_retrieve_finds() throws IOException {
    Path made = built("--layer=hidden");
    Path page = folder.resolve("found.html");
    Path found = folder.resolve("found.json");
    Object[] responses = {
      "--weights", weights, "--data", world.data(), "--subject=99", "--split=test", "--top=4"
    };
    List<Object> search =
        new ArrayList<>(List.of("--gallery", made, "--json", found, "--html", page));
    search.addAll(List.of(responses));
    assertThat(gallery("search", search.toArray()).err()).isEmpty();
    Path expected = folder.resolve("expected.json");
    List<Object> retrieve =
        new ArrayList<>(
            List.of("retrieve", "--clip", world.clip(), "--clip-config", world.shape()));
    retrieve.addAll(List.of("--json", expected));
    retrieve.addAll(List.of(responses));
    assertThat(CommandRun.of(retrieve.toArray()).err()).isEmpty();

    long first = test.get(0).cocoId();
    for (int i = 0; i < test.size(); i++) {
      for (int k = 0; k < 4; k++) {
        String at = "/queries/" + i + "/found/" + k;
        JsonNode hit = json(found).at(at);
        JsonNode same = json(expected).at(at);
        assertThat(hit.get("cosine")).as(at).isEqualTo(same.get("cosine"));
        assertThat(hit.get("seen")).as(at).isEqualTo(same.get("seen"));
        assertThat(hit.get("name").asText())
            .endsWith(name((int) (same.get("coco_id").asLong() - first)));
      }
    }
    String html = Files.readString(page);
    assertThat(html.split("<img ")).hasSize(1 + 24 * 5);
    assertThat(html)
        .contains("a frame marks the seen one", ">seen</th>", "4.", ", seen")
        .doesNotContain("could not be read");
  }

  @Test
  void should_say_which_pictures_of_a_page_are_gone() throws IOException {
    Path made = built("--layer=hidden");
    Path page = folder.resolve("found.html");
    Object[] search = {
      "--gallery=" + made,
      "--picture=" + pictures.resolve(name(0)),
      "--clip=" + world.clip(),
      "--clip-config=" + world.shape(),
      "--top=24",
      "--html=" + page,
      "--pictures=" + folder
    };
    assertThat(gallery("search", search).err()).isEmpty();

    assertThat(Files.readString(page)).contains("24 pictures could not be read");
    Path moved = Files.move(pictures, place.resolve("moved"));
    Path found = folder.resolve("found.json");
    List<Object> responses =
        new ArrayList<>(List.of("--gallery", made, "--weights", weights, "--data", world.data()));
    responses.addAll(List.of("--subject=99", "--split=test", "--json", found, "--top=24"));
    try {
      CommandRun unknown = gallery("search", responses.toArray());
      assertThat(unknown.out()).endsWith("24 queries among 24 vectors\n");
      assertThat(json(found).at("/queries/0/found/0").has("seen")).isFalse();
      responses.add("--pictures=" + moved);
      assertThat(gallery("search", responses.toArray()).out()).contains("and is shown for 24");
    } finally {
      Files.move(moved, pictures);
    }
  }

  @Test
  void should_grow_and_search_all_parts() throws IOException {
    Path made = folder.resolve("gallery");
    float[] rows = new float[300 * 6];
    NoiseSource.seeded(1).normal(rows);
    Path first = folder.resolve("first.npy");
    Npy.write(first, HeapArray.ofFloats(rows, 300, 6));
    Path second = folder.resolve("second.npy");
    Npy.write(second, HeapArray.ofFloats(Arrays.copyOf(rows, 30), 5, 3, 2));
    Path names = folder.resolve("names.txt");
    Files.write(names, IntStream.range(0, 300).mapToObj(i -> "thing " + i).toList());

    CommandRun build =
        gallery(
            "build",
            "--gallery=" + made,
            "--embeddings=" + first,
            "--names=" + names,
            "--edges=8",
            "--beam=30",
            "--threads=1");
    assertThat(build.code()).isZero();
    assertThat(build.out()).contains("300 vectors of 6 numbers added, 300 in all; searched by a");
    assertThat(gallery("add", "--gallery=" + made, "--embeddings=" + second).err())
        .contains("expected tokens of 1x6 as the gallery has, but what is added has 3x2");
    Npy.write(second, HeapArray.ofFloats(Arrays.copyOf(rows, 30), 5, 6));
    assertThat(gallery("add", "--gallery=" + made, "--embeddings=" + second).out())
        .contains("5 vectors of 6 numbers added, 305 in all; searched exactly");

    Path found = folder.resolve("found.json");
    CommandRun search =
        gallery("search", "--gallery=" + made, "--query=" + second, "-k", 2, "--json", found);
    assertThat(search.err()).isEmpty();
    for (int i = 0; i < 5; i++) { // each is there twice
      JsonNode hits = json(found).at("/queries/" + i + "/found");
      assertThat(hits.at("/0/id").asInt()).isEqualTo(i);
      assertThat(hits.at("/0/name").asText()).isEqualTo("thing " + i);
      assertThat(hits.at("/1/id").asInt()).isEqualTo(300 + i);
      assertThat(hits.at("/1/name").asText()).isEqualTo("row " + (300 + i));
    }
    assertThat(gallery("info", "--gallery=" + made).out())
        .contains("encoder: not known", "part-0001: 300 vectors, jvector, of embeddings")
        .contains("part-0002: 5 vectors, exact, of embeddings");
    assertThat(gallery("info", "--gallery=" + made, "--json").out())
        .contains("\"vectors\" : 305", "\"kind\" : \"JVECTOR\"");
  }

  @Test
  void should_refuse_another_encoder() throws IOException {
    Path made = built();
    Path other = TinyWorld.otherClip(folder.resolve("other.safetensors"));
    Object[] tower = {"--clip=" + other, "--clip-config=" + world.shape()};

    String difference =
        "expected the CLIP encoder that made the gallery, weights [0-9a-f]{12}, but %s comes from"
            + " weights [0-9a-f]{12}; their vectors cannot be compared";
    assertThat(
            gallery(
                    "search",
                    "--gallery=" + made,
                    "--picture=" + pictures.resolve(name(0)),
                    tower[0],
                    tower[1])
                .err())
        .containsPattern(String.format(Locale.ROOT, difference, "--clip"))
        .hasLineCount(1);
    assertThat(
            gallery("add", "--gallery=" + made, "--pictures=" + pictures, tower[0], tower[1]).err())
        .containsPattern(String.format(Locale.ROOT, difference, "what is added"));
    assertThat(made.resolve("encoding")).doesNotExist();
    assertThat(
            gallery(
                    "search",
                    "--gallery=" + made,
                    "--weights=" + weights,
                    "--data=" + world.data(),
                    "--subject=99",
                    "--split=test")
                .err())
        .contains("expected tokens of 1x8 as the gallery has, but " + weights + " has 5x8");
  }

  @Test
  void should_leave_out_damaged_pictures_only_when_asked_to() throws IOException {
    Path some = folder.resolve("some");
    Files.createDirectory(some);
    for (int i = 0; i < 3; i++) {
      Files.copy(pictures.resolve(i % 2 == 0 ? name(i) : "more/" + name(i)), some.resolve(name(i)));
    }
    Files.writeString(some.resolve("broken.jpg"), "no picture");
    Path made = folder.resolve("gallery");
    Object[] build = {
      "--gallery=" + made,
      "--pictures=" + some,
      "--clip=" + world.clip(),
      "--clip-config=" + world.shape()
    };
    CommandRun refused = gallery("build", build);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("broken.jpg: expected").hasLineCount(1);
    assertThat(made).doesNotExist();
    List<Object> again = new ArrayList<>(List.of(build));
    again.add("--skip-damaged");
    assertThat(gallery("build", again.toArray()).out())
        .contains("3 vectors of 8 numbers added", "1 picture left out: broken.jpg");
    assertThat(gallery("build", build).err())
        .contains("is a gallery already; `mindeye gallery add`");
  }

  @Test
  void should_refuse_what_makes_no_sense() throws IOException {
    Path made = folder.resolve("gallery");
    String at = "--gallery=" + made;
    assertThat(gallery("build", at).err())
        .contains("give one of --pictures, --data, --embeddings and");
    assertThat(gallery("build", at, "--pictures=x").err()).contains("give --clip");
    assertThat(gallery("build", at, "--data=x", "--clip=y").err()).contains("needs --subject");
    assertThat(gallery("build", at, "--embeddings=x", "--split=test").err())
        .contains("--subject and --split are for --data");
    assertThat(gallery("build", at, "--embeddings=x", "--layer=final").err())
        .contains("--layer and --skip-damaged are for --pictures");
    assertThat(gallery("build", at, "--clip-retrieval=x", "--names=y").err())
        .contains("--names is for --embeddings");
    assertThat(gallery("build", at, "--embeddings=x", "--modality=text").err())
        .contains("--modality is for --clip-retrieval");
    assertThat(gallery("build", at, "--embeddings=x", "--index=tree").err())
        .contains("--index: expected exact, jvector or auto but was 'tree'");
    assertThat(gallery("build", at, "--embeddings=x", "--index=exact", "--edges=3").err())
        .contains("--index is exact");
    assertThat(gallery("build", at, "--embeddings=x", "--edges=1").err())
        .contains("--edges: expected at least 2 but was 1");
    assertThat(gallery("build", at, "--embeddings=x", "--per-graph=5").err())
        .contains("--per-graph: expected at least 512 but was 5");
    assertThat(gallery("build", at, "--embeddings=" + folder.resolve("absent.npy")).code())
        .isEqualTo(1);
    assertThat(made).doesNotExist();
    Files.writeString(folder.resolve("note.txt"), "mine");
    assertThat(gallery("build", "--gallery=" + folder, "--embeddings=x").err())
        .contains("is there already, and no gallery");
    assertThat(gallery("add", at, "--embeddings=x").err()).contains("no such folder");
    assertThat(gallery("search", at).err()).contains("give one of --picture, --query and");
    assertThat(gallery("search", at, "--picture=x").err()).contains("give both or neither");
    assertThat(gallery("search", at, "--query=x", "--voxels=y").err()).contains("--weights");
    assertThat(gallery("search", at, "--weights=x", "--split=test").err())
        .contains("the responses come from");
    assertThat(gallery("search", at, "--query=x", "-k0").err()).contains("at least 1 but was 0");
    assertThat(gallery("search", at, "--query=x", "--candidates=3").err())
        .contains("candidates: expected at least k");
    assertThat(gallery("info", at).err()).contains("the folder of a gallery, with gallery.json");
    assertThat(CommandRun.of("gallery").err()).contains("[build, add, search, info]");
  }

  @Test
  void should_leave_no_native_memory_behind() {
    Path made = built();
    LeakCheck.Census before = LeakCheck.census();
    gallery(
        "search",
        "--gallery=" + made,
        "--picture=" + pictures.resolve(name(0)),
        "--clip=" + world.clip(),
        "--clip-config=" + world.shape());

    assertThat(LeakCheck.census()).isEqualTo(before);
  }
}
