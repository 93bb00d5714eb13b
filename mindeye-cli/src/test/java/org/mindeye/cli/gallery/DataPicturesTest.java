// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.StepProgress;
import org.mindeye.cli.train.TinyWorld;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.data.simulation.scene.SceneGenerator;
import org.mindeye.data.simulation.scene.ScenePainter;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.gallery.GalleryAddition;
import org.mindeye.retrieval.gallery.GalleryFolder;
import org.mindeye.retrieval.gallery.GalleryOrigin;
import org.mindeye.retrieval.gallery.PartKind;
import org.mindeye.retrieval.jvector.JVectorConfig;

/** Where pictures of data lie in a gallery, and whose files are left alone. */
class DataPicturesTest {
  private static final int WIDTH = 40;

  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;

  @BeforeAll
  static void paint() throws IOException {
    world = TinyWorld.in(place);
  }

  private static CommandRun fill(String command, Path made, Object... more) {
    List<Object> all = new ArrayList<>(List.of("gallery", command, "--gallery", made));
    all.addAll(List.of("--clip", world.clip(), "--clip-config", world.shape()));
    all.addAll(List.of(more));
    return CommandRun.of(all.toArray());
  }

  private static CommandRun fillTest(String command, Path made, Path data) {
    return fill(command, made, "--layer=hidden", "--data", data, "--subject=99", "--split=test");
  }

  private CommandRun fillEmbeddings(String command, Path made) throws IOException {
    Path rows = folder.resolve("rows.npy");
    float[] values = new float[2 * WIDTH];
    values[0] = 1;
    values[WIDTH + 1] = 1;
    Npy.write(rows, HeapArray.ofFloats(values, 2, WIDTH / 8, 8));
    return fill(command, made, "--embeddings", rows);
  }

  private static StepProgress progress() {
    Console console = new Console(new PrintStream(new ByteArrayOutputStream()), false);
    return new StepProgress(console, () -> false, System::nanoTime);
  }

  private static PictureList write(DataPictures pictures, Path data) throws IOException {
    try (SubjectSource source = Recognition.open(data, 99);
        StepProgress progress = progress()) {
      String origin = data.toAbsolutePath() + ", subject 99 (test)";
      return pictures.write(source, Set.of(Split.TEST), origin, progress);
    }
  }

  /** As a command leaves it that was stopped after one of the test pictures. */
  private static void leaveHalf(Path made) throws IOException {
    try (DataPictures pictures = DataPictures.claim(made)) {
      PictureList list = write(pictures, world.data());
      GalleryOrigin origin;
      try (ClipImageEncoder clip =
          ClipImageEncoder.load(
              world.clip(), VisionTransformerConfig.read(world.shape()), Device.cpu())) {
        origin = new GalleryOrigin(clip.space(), clip.fingerprint());
      }
      EncodingRecord.Request request =
          new EncodingRecord.Request(
              list.origin(), list.sum(), list.names().size(), origin, Precision.FLOAT32);
      try (EncodingFolder encoding = EncodingFolder.claim(made, request)) {
        float[] vector = new float[WIDTH];
        vector[0] = 1;
        encoding.add(List.of(vector), 1, List.of());
      }
    }
  }

  /** A subject with some test pictures, of the numbers given. */
  private static Path data(Path at, int seed, long... numbers) throws IOException {
    Files.createDirectories(at);
    ScenePainter painter = new ScenePainter(64);
    try (WebDatasetWriter writer = WebDatasetWriter.create(at, 99, WriterConfig.DEFAULT)) {
      for (int i = 0; i < numbers.length; i++) {
        var scene = SceneGenerator.of(Split.TEST).invent(NoiseSource.seeded(seed, i));
        SampleOrigin origin = SampleOrigin.memory(WebDatasetWriter.key(i));
        EncodedImage image = EncodedImage.jpeg(origin, painter.paint(scene), 0.9f);
        writer.add(
            Split.TEST,
            new Trial(image.origin(), image, new float[3][4], numbers[i], new long[3], 3));
      }
      writer.commit();
    }
    return at;
  }

  private static List<Trial> trials() throws IOException {
    try (SubjectSource data = Recognition.open(world.data(), 99);
        TrialSource trials = data.trials(Split.TEST)) {
      return trials.readAll();
    }
  }

  private static List<String> names(Path where) throws IOException {
    try (Stream<Path> all = Files.list(where)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** It was killed between two graphs: its pictures are not copied a second time. */
  @Test
  void should_go_on_in_the_folder_of_parts_that_are_not_all() throws IOException {
    Path made = folder.resolve("gallery");
    leaveHalf(made);
    Path pictures = made.resolve("pictures/0001");
    float[][] vectors = new float[600][WIDTH];
    NoiseSource noise = NoiseSource.seeded(5);
    for (float[] vector : vectors) {
      noise.normal(vector);
    }
    GalleryAddition inTwo =
        GalleryAddition.of(PartKind.JVECTOR, "pictures")
            .withPictures(pictures)
            .withPerGraph(512)
            .withGraph(JVectorConfig.standard().withGraph(8, 30).withThreads(1))
            .withListener(new StoppedAtPart(2));
    GalleryOrigin origin = EncodingFolder.read(made).request().origin();
    EmbeddingSource source = EmbeddingSource.of(vectors);
    assertThatThrownBy(() -> GalleryFolder.append(made, origin, source, inTwo))
        .isInstanceOf(CancellationException.class);

    try (DataPictures claimed = DataPictures.claim(made)) {
      assertThat(write(claimed, world.data()).folder()).isEqualTo(pictures);
    }

    assertThat(fillTest("add", made, world.data()).err())
        .contains(
            "300 vectors of pictures are not added yet, and these are pictures of subject 99");
    assertThat(EncodingFolder.read(made).looked()).isEqualTo(1);
    assertThat(GalleryFolder.read(made).unfinishedParts()).hasSize(1);
    assertThat(names(made.resolve("pictures"))).containsExactly("0001");
  }

  @Test
  void should_refuse_a_folder_of_other_pictures() throws IOException {
    Path made = folder.resolve("mine");
    Path own = Files.createDirectories(made.resolve("pictures/0001")).resolve("coco-7.jpg");
    Files.writeString(own, "mine");

    assertThat(fillTest("build", made, world.data()).err())
        .contains("is there already, and no gallery");

    assertThat(own).hasContent("mine");
    Path other = folder.resolve("other");
    Path note = Files.createDirectories(other.resolve("encoding")).resolve("note.txt");
    Files.writeString(note, "mine");
    assertThat(fillTest("build", other, world.data()).err())
        .contains("is there already, and no gallery");
    assertThat(note).hasContent("mine");
  }

  @Test
  void should_leave_other_folders_and_files_alone() throws IOException {
    Path made = folder.resolve("gallery");
    assertThat(fillEmbeddings("build", made).err()).isEmpty();
    Path own = Files.createDirectories(made.resolve("pictures/0001")).resolve("coco-7.jpg");
    Files.writeString(own, "mine");
    Path note;
    try (DataPictures pictures = DataPictures.claim(made)) {
      write(pictures, world.data());
      note = Files.writeString(made.resolve("pictures/0002/note.txt"), "mine");
    }

    assertThat(own).hasContent("mine");
    assertThat(note).hasContent("mine");
    assertThat(names(note.getParent())).containsExactly("note.txt");
  }

  @Test
  void should_not_take_what_became_a_part_in_between() throws IOException {
    Path made = folder.resolve("gallery");
    assertThat(fillTest("build", made, world.data()).err()).isEmpty();
    Path pictures = made.resolve("pictures/0001");

    assertThat(DataPictures.take(made, pictures)).isEmpty();

    assertThat(names(pictures)).hasSize(24).doesNotContain(FolderLock.NAME);
    try (DataPictures next = DataPictures.claim(made)) {
      assertThat(write(next, world.data()).folder()).isEqualTo(made.resolve("pictures/0002"));
    }
    assertThat(names(made.resolve("pictures"))).containsExactly("0001");
  }

  @Test
  void should_keep_pictures_that_are_half_encoded() throws IOException {
    Path made = folder.resolve("gallery");
    leaveHalf(made);
    Path pictures = made.resolve("pictures/0001");
    List<String> before = names(pictures);
    long number = trials().get(0).cocoId();
    Path other = data(folder.resolve("other"), 3, number);

    assertThat(fillTest("build", made, other).err())
        .contains("pictures are half encoded there (the pictures of " + world.data());

    assertThat(names(pictures)).isEqualTo(before);
    try (DataPictures claimed = DataPictures.claim(made);
        SubjectSource changed = Recognition.open(other, 99);
        StepProgress progress = progress()) {
      String origin = world.data().toAbsolutePath() + ", subject 99 (test)";
      assertThatThrownBy(() -> claimed.write(changed, Set.of(Split.TEST), origin, progress))
          .hasMessageContaining("half encoded there (other files in " + origin);
    }
    assertThat(names(pictures)).isEqualTo(before);
    assertThat(pictures.resolve("coco-" + number + ".jpg"))
        .hasBinaryContent(trials().get(0).image().encoded().bytes());
  }

  @Test
  void should_go_on_in_the_same_folder_after_an_addition() throws IOException {
    Path made = folder.resolve("gallery");
    assertThat(fillTest("build", made, world.data()).err()).isEmpty();
    leaveHalf(made);
    assertThat(fillEmbeddings("add", made).err()).isEmpty();

    CommandRun resumed = fillTest("add", made, world.data());

    assertThat(resumed.out()).contains("24 vectors of 40 numbers added, 50 in all");
    assertThat(names(made.resolve("pictures"))).containsExactly("0001", "0002");
    assertThat(names(made.resolve("pictures/0002"))).hasSize(24).doesNotContain(FolderLock.NAME);
  }

  @Test
  void should_refuse_two_pictures_of_a_number() throws IOException {
    Path data = data(folder.resolve("data"), 4, 5, 6, 5);
    try (DataPictures pictures = DataPictures.claim(folder.resolve("gallery"))) {
      assertThatThrownBy(() -> write(pictures, data))
          .isInstanceOf(MalformedSampleException.class)
          .hasMessageContaining("one picture for every number")
          .hasMessageContaining("two of the number 5");
    }
  }

  @Test
  void should_let_others_in_even_if_it_cannot_tidy_up() throws IOException {
    Path made = folder.resolve("gallery");
    DataPictures pictures = DataPictures.claim(made);
    Files.writeString(made.resolve("gallery.json"), "damaged");

    assertThatThrownBy(pictures::close).isInstanceOf(MalformedFileException.class);

    FolderLock.acquire(made.resolve("pictures/0001"), "tests").close();
  }

  @Test
  void should_leave_no_empty_folders_where_it_is_refused() throws IOException {
    Path made = folder.resolve("gallery");
    Path pictures = Files.createDirectories(made.resolve("pictures/0001"));
    try (FolderLock lock = FolderLock.acquire(pictures, "tests")) {
      lock.delete();
      assertThatThrownBy(() -> DataPictures.claim(made)).hasMessageContaining("here already");
    }

    assertThat(made).doesNotExist();
  }
}
