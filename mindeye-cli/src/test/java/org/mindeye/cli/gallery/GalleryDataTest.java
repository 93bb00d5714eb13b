// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.StepProgress;
import org.mindeye.cli.train.TinyWorld;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;

/** Galleries of the pictures of data, and searches with their responses, whatever their form. */
class GalleryDataTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;
  private static Path weights;
  private static Path table;

  @BeforeAll
  static void train() throws IOException {
    world = TinyWorld.in(place);
    Path run = place.resolve("run");
    assertThat(CommandRun.of(world.train(run, "--epochs=2", "--warmup-epochs=0.5")).err())
        .isEmpty();
    weights = run.resolve("model.safetensors");
    table = table(place.resolve("table"));
  }

  private static List<Trial> trials(Split split) throws IOException {
    try (SubjectSource data = Recognition.open(world.data(), 99);
        TrialSource trials = data.trials(split)) {
      return trials.readAll();
    }
  }

  /** The test split as a table of trials, its mean responses. */
  private static Path table(Path at) throws IOException {
    List<Trial> trials = trials(Split.TEST);
    Files.createDirectories(at.resolve("images"));
    List<String> lines = new ArrayList<>(List.of("image,split"));
    float[] all = new float[trials.size() * TinyWorld.VOXELS];
    for (int i = 0; i < trials.size(); i++) {
      String image = "scene" + i + ".jpg";
      Files.write(at.resolve("images").resolve(image), trials.get(i).image().encoded().bytes());
      lines.add(image + ",test");
      trials.get(i).copyMeanVoxels(all, i * TinyWorld.VOXELS);
    }
    Files.write(at.resolve("trials.csv"), lines);
    Npy.write(at.resolve("voxels.npy"), HeapArray.ofFloats(all, trials.size(), TinyWorld.VOXELS));
    return at;
  }

  private static CommandRun gallery(Object... words) {
    List<Object> all = new ArrayList<>(List.of("gallery"));
    all.addAll(List.of(words));
    return CommandRun.of(all.toArray());
  }

  private static CommandRun fill(String command, Path made, Path data, Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of(command, "--gallery", made, "--data", data, "--subject=99", "--layer=hidden"));
    all.addAll(List.of("--clip", world.clip(), "--clip-config", world.shape()));
    all.addAll(List.of(more));
    return gallery(all.toArray());
  }

  private CommandRun search(Path made, Path data, Path json, Object... more) {
    List<Object> all = new ArrayList<>(List.of("search", "--gallery", made, "--weights", weights));
    all.addAll(List.of("--data", data, "--subject=99", "--split=test", "--json", json, "-k3"));
    all.addAll(List.of(more));
    return gallery(all.toArray());
  }

  private static List<String> hits(Path json, String field) throws IOException {
    List<String> all = new ArrayList<>();
    for (JsonNode query : JSON.readTree(json.toFile()).get("queries")) {
      query.get("found").forEach(hit -> all.add(hit.get(field).asText()));
    }
    return all;
  }

  private static long files(Path where) throws IOException {
    try (Stream<Path> all = Files.list(where)) {
      return all.count();
    }
  }

  @Test
  void should_hold_the_pictures_of_all_splits_once() throws IOException {
    Path made = folder.resolve("gallery");

    CommandRun build = fill("build", made, world.data());

    assertThat(build.err()).isEmpty();
    assertThat(build.out()).contains("88 vectors of 40 numbers added, 88 in all");
    Path pictures = made.resolve("pictures/0001");
    assertThat(files(pictures)).isEqualTo(88);
    Trial third = trials(Split.TEST).get(3);
    assertThat(pictures.resolve("coco-" + third.cocoId() + ".jpg"))
        .hasBinaryContent(third.image().encoded().bytes());
    assertThat(made.resolve("encoding")).doesNotExist();
    assertThat(gallery("info", "--gallery", made, "--verify").out())
        .contains("of pictures of subject 99 (train, validation, test) in pictures/0001");
  }

  @Test
  void should_show_the_seen_pictures_wherever_the_gallery_is() throws IOException {
    Path made = folder.resolve("gallery");
    assertThat(fill("build", made, world.data(), "--split=test").err()).isEmpty();
    Path moved = Files.move(made, folder.resolve("moved"));
    Path page = folder.resolve("found.html");
    Path found = folder.resolve("found.json");

    CommandRun search = search(moved, world.data(), found, "-k24", "--html", page);

    assertThat(search.err()).isEmpty();
    assertThat(search.out())
        .containsPattern("24 queries among 24 vectors; the seen picture came first for \\d+, and")
        .contains("is shown for 24");
    assertThat(hits(found, "seen").stream().filter("true"::equals)).hasSize(24);
    for (JsonNode query : JSON.readTree(found.toFile()).get("queries")) {
      long seen = Long.parseLong(query.get("query").asText().replaceAll("\\D+", ""));
      query
          .get("found")
          .forEach(
              hit ->
                  assertThat(hit.get("seen").asBoolean())
                      .isEqualTo(hit.get("name").asText().equals("coco-" + seen + ".jpg")));
    }
    assertThat(Files.readString(page)).doesNotContain("could not be read");
  }

  @Test
  void should_read_other_forms_alike() throws IOException {
    Path ofShards = folder.resolve("shards");
    Path ofTable = folder.resolve("table");
    assertThat(fill("build", ofShards, world.data(), "--split=test").err()).isEmpty();
    assertThat(fill("build", ofTable, table).err()).isEmpty();
    Path expected = folder.resolve("expected.json");
    Path found = folder.resolve("found.json");

    assertThat(search(ofShards, world.data(), expected).err()).isEmpty();
    assertThat(search(ofTable, table, found).err()).isEmpty();

    for (String field : new String[] {"id", "cosine", "seen"}) {
      assertThat(hits(found, field)).isEqualTo(hits(expected, field));
    }
  }

  @Test
  void should_grow_by_another_split() throws IOException {
    Path made = folder.resolve("gallery");
    assertThat(fill("build", made, world.data(), "--split=test").err()).isEmpty();
    assertThat(fill("add", made, world.data(), "--split=validation").out())
        .contains("16 vectors of 40 numbers added, 40 in all");
    assertThat(files(made.resolve("pictures/0001"))).isEqualTo(24);
    assertThat(files(made.resolve("pictures/0002"))).isEqualTo(16);

    assertThat(fill("add", made, folder, "--split=test").code()).isEqualTo(1);

    assertThat(made.resolve("pictures/0003")).doesNotExist();
  }

  @Test
  void should_leave_nothing_of_what_was_stopped_before_it_encoded() throws IOException {
    Path made = folder.resolve("gallery");
    Console console = new Console(new PrintStream(new ByteArrayOutputStream()), false);
    AtomicInteger asked = new AtomicInteger();
    try (SubjectSource data = Recognition.open(world.data(), 99);
        StepProgress progress =
            new StepProgress(console, () -> asked.incrementAndGet() == 9, System::nanoTime)) {
      assertThatThrownBy(
              () -> {
                try (DataPictures pictures = DataPictures.claim(made)) {
                  pictures.write(data, data.splits(), "data", progress);
                }
              })
          .isInstanceOf(CancellationException.class)
          .hasMessage("stopped at reading pictures of train: 8 of 48");
    }

    assertThat(made).doesNotExist();
  }

  /** What an attempt with other data wrote, and was killed, is not taken for this one's. */
  @Test
  void should_replace_what_a_killed_attempt_left() throws IOException {
    Path made = folder.resolve("gallery");
    Path left = Files.createDirectories(made.resolve("pictures/0001"));
    Trial first = trials(Split.TEST).get(0);
    String name = "coco-" + first.cocoId() + ".jpg";
    Files.writeString(left.resolve(name), "half a picture");
    Files.writeString(left.resolve("coco-999.jpg"), "of other data");
    Files.writeString(left.resolve(FolderLock.NAME), "1");

    assertThat(fill("build", made, world.data(), "--split=test").err()).isEmpty();

    assertThat(left.resolve(name)).hasBinaryContent(first.image().encoded().bytes());
    assertThat(left.resolve("coco-999.jpg")).doesNotExist();
    Folders.delete(made);
  }
}
