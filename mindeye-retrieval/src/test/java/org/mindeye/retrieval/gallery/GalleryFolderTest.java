// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.core.clip.ClipPreprocessing;
import org.mindeye.core.clip.EmbeddingClamp;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.jvector.BuildListener;
import org.mindeye.retrieval.jvector.JVectorConfig;

class GalleryFolderTest {
  private static final int WIDTH = 16;
  private static final GalleryOrigin UNKNOWN = new GalleryOrigin(new ClipSpace(1, WIDTH), null);

  @TempDir private Path place;

  private static float[][] draw(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] rows = new float[count][WIDTH];
    for (float[] row : rows) {
      for (int i = 0; i < WIDTH; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  /** Rows with names. */
  private record Named(EmbeddingSource rows, String prefix) implements EmbeddingSource {
    static Named of(float[][] rows, String prefix) {
      return new Named(EmbeddingSource.of(rows), prefix);
    }

    @Override
    public int width() {
      return rows.width();
    }

    @Override
    public long size() {
      return rows.size();
    }

    @Override
    public void read(long from, float[] into) throws IOException {
      rows.read(from, into);
    }

    @Override
    public long id(long row) {
      return 77 + row;
    }

    @Override
    public boolean hasMetadata() {
      return true;
    }

    @Override
    public void describe(Consumer<Map<String, String>> into) {
      for (int i = 0; i < size(); i++) {
        into.accept(i == 1 ? Map.of() : Map.of("picture", prefix + i + " \"ö\"\n", "n", "" + i));
      }
    }
  }

  private static GalleryAddition addition(PartKind kind) {
    return GalleryAddition.of(kind, "a test")
        .withPictures(Path.of("pictures"))
        .withGraph(JVectorConfig.standard().withGraph(16, 60).withThreads(2));
  }

  private static ClipFingerprint encoder(String digit) {
    VisionTransformerConfig network = VisionTransformerConfig.vitL14();
    return new ClipFingerprint(
        digit.repeat(64), network, ClipPreprocessing.of(network), EmbeddingClamp.NONE);
  }

  @Test
  void should_find_pictures_in_its_own_folder_wherever_that_is() throws IOException {
    Path folder = place.resolve("gallery");
    Path pictures = Files.createDirectories(folder.resolve("pictures/of one"));
    GalleryAddition inside = GalleryAddition.of(PartKind.EXACT, "a test").withPictures(pictures);
    GalleryFolder.append(folder, UNKNOWN, EmbeddingSource.of(draw(2, 1)), inside);
    GalleryFolder.append(folder, UNKNOWN, EmbeddingSource.of(draw(3, 2)), addition(PartKind.EXACT));
    GalleryFolder.append(
        folder,
        UNKNOWN,
        EmbeddingSource.of(draw(1, 3)),
        GalleryAddition.of(PartKind.EXACT, "embeddings"));

    Path moved = Files.move(folder, place.resolve("moved"));

    GalleryFolder gallery = GalleryFolder.read(moved);
    assertThat(gallery.parts().get(0).pictures()).isEqualTo("pictures/of one");
    assertThat(gallery.picturesOf(1)).contains(moved.resolve("pictures/of one"));
    assertThat(gallery.picturesOf(4)).contains(Path.of("pictures").toAbsolutePath());
    assertThat(gallery.picturesOf(5)).isEmpty();
    assertThatThrownBy(() -> gallery.picturesOf(6)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @EnumSource(PartKind.class)
  void should_find_what_was_added_with_what_is_known_about_it(PartKind kind) throws IOException {
    Path folder = place.resolve("gallery");
    float[][] first = draw(300, 1);
    float[][] second = draw(400, 2);
    GalleryFolder.append(folder, UNKNOWN, Named.of(first, "a"), addition(kind));
    GalleryFolder gallery =
        GalleryFolder.append(folder, UNKNOWN, Named.of(second, "b"), addition(kind));
    gallery.verify();

    assertThat(gallery.size()).isEqualTo(700);
    assertThat(gallery.parts())
        .extracting(GalleryPart::name)
        .containsExactly("part-0001", "part-0002");
    assertThat(gallery.partOf(299).name()).isEqualTo("part-0001");
    assertThat(gallery.partOf(300).name()).isEqualTo("part-0002");
    assertThat(gallery.parts().get(0).pictures())
        .isEqualTo(Path.of("pictures").toAbsolutePath().toString());
    try (NeighborIndex index = GalleryFolder.read(folder).openIndex()) {
      assertThat(index.size()).isEqualTo(700);
      for (int i = 0; i < 300; i += 7) {
        Neighbor best = index.search(first[i], SearchRequest.of(3)).get(0);
        assertThat(best.id()).isEqualTo(i);
        assertThat(best.score()).isEqualTo(1, offset(1e-6f));
        assertThat(best.metadata()).containsEntry("picture", "a" + i + " \"ö\"\n");
      }
      List<Neighbor> found = index.search(second[1], SearchRequest.of(5));
      assertThat(found.get(0).id()).isEqualTo(301);
      assertThat(found.get(0).metadata()).isEmpty();
      assertThat(found).isSortedAccordingTo(Neighbor.BEST_FIRST).hasSize(5);
      assertThat(index.search(second[1], SearchRequest.of(5).withFilter(id -> id < 300)))
          .hasSize(5)
          .allMatch(neighbor -> neighbor.id() < 300);
    }
  }

  /** Parts are searched as one: the same ids and scores as of all in one part, bit by bit. */
  @Test
  void should_find_in_parts_what_is_found_in_one() throws IOException {
    float[][] rows = draw(500, 3);
    Path whole = place.resolve("whole");
    GalleryFolder.append(whole, UNKNOWN, EmbeddingSource.of(rows), addition(PartKind.EXACT));
    Path parts = place.resolve("parts");
    for (int from = 0; from < 500; from += 123) {
      float[][] some = Arrays.copyOfRange(rows, from, Math.min(500, from + 123));
      GalleryFolder.append(parts, UNKNOWN, EmbeddingSource.of(some), addition(PartKind.EXACT));
    }
    try (NeighborIndex one = GalleryFolder.read(whole).openIndex();
        NeighborIndex other = GalleryFolder.read(parts).openIndex()) {
      float[][] queries = draw(20, 4);
      assertThat(other.searchAll(queries, SearchRequest.of(9)))
          .isEqualTo(one.searchAll(queries, SearchRequest.of(9)));
    }
  }

  @Test
  void should_refuse_another_encoder_and_another_space() throws IOException {
    Path folder = place.resolve("gallery");
    ClipSpace space = new ClipSpace(1, WIDTH);
    EmbeddingSource source = EmbeddingSource.of(draw(3, 1));
    GalleryAddition exact = addition(PartKind.EXACT);
    GalleryFolder.append(folder, new GalleryOrigin(space, encoder("a")), source, exact);

    assertThatThrownBy(
            () ->
                GalleryFolder.append(folder, new GalleryOrigin(space, encoder("b")), source, exact))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            folder
                + ": expected the CLIP encoder that made the gallery, weights aaaaaaaaaaaa, but"
                + " what is added comes from weights bbbbbbbbbbbb; their vectors cannot be"
                + " compared: give that encoder, or build another gallery");
    assertThatThrownBy(
            () ->
                GalleryFolder.append(
                    folder, new GalleryOrigin(new ClipSpace(2, 8), encoder("a")), source, exact))
        .hasMessageContaining("but what is added has")
        .hasMessageEndingWith("give what was encoded in the same way");
    assertThatThrownBy(
            () ->
                GalleryFolder.append(
                    folder, new GalleryOrigin(new ClipSpace(1, 8), null), source, exact))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessageContaining("expected vectors of 8 numbers");
    assertThat(GalleryFolder.append(folder, UNKNOWN, source, exact).size()).isEqualTo(6);
    assertThat(GalleryFolder.read(folder).origin().encoder()).contains(encoder("a"));
  }

  @Test
  void should_be_as_before_when_an_addition_ends_early() throws IOException {
    Path folder = place.resolve("gallery");
    EmbeddingSource source = EmbeddingSource.of(draw(300, 1));
    for (PartKind kind : PartKind.values()) {
      GalleryAddition stopped =
          GalleryAddition.of(kind, "a test")
              .withListener(
                  (stage, done, count) -> {
                    if (done > 0) {
                      throw new CancellationException("enough");
                    }
                  });
      assertThatThrownBy(() -> GalleryFolder.append(folder, UNKNOWN, source, stopped))
          .isInstanceOf(CancellationException.class);
      assertThat(folder).doesNotExist();
    }
    GalleryFolder.append(folder, UNKNOWN, source, addition(PartKind.EXACT));
    Files.createDirectory(folder.resolve("part-0002")); // as a killed process leaves it
    Files.writeString(folder.resolve("part-0002/vectors.npy"), "half");
    assertThat(GalleryFolder.append(folder, UNKNOWN, source, addition(PartKind.EXACT)).size())
        .isEqualTo(600);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(".lock", "gallery.json", "part-0001", "part-0002");
    }
  }

  private static GalleryAddition stoppedInTheThirdPart() {
    int[] part = {0};
    return inParts(
        new BuildListener() {
          @Override
          public void progressed(Stage stage, int done, int count) {
            if (part[0] == 3 && stage == Stage.GRAPH) {
              throw new CancellationException("enough");
            }
          }

          @Override
          public void part(int number, int of) {
            assertThat(number).isEqualTo(++part[0]);
            assertThat(of).isEqualTo(4);
          }
        });
  }

  private static GalleryAddition inParts(BuildListener listener) {
    return addition(PartKind.JVECTOR)
        .withPerGraph(GalleryAddition.LEAST_PER_GRAPH)
        .withListener(listener);
  }

  @Test
  void should_continue_behind_the_last_complete_part() throws IOException {
    Path folder = place.resolve("gallery");
    float[][] old = draw(7, 8);
    GalleryFolder.append(folder, UNKNOWN, Named.of(old, "o"), addition(PartKind.EXACT));
    float[][] rows = draw(1601, 9);
    Named source = Named.of(rows, "a");
    assertThatThrownBy(() -> GalleryFolder.append(folder, UNKNOWN, source, stoppedInTheThirdPart()))
        .isInstanceOf(CancellationException.class);
    GalleryFolder half = GalleryFolder.read(folder);
    assertThat(half.parts()).extracting(GalleryPart::count).containsExactly(7L, 401L, 400L);
    assertThat(half.missing()).isEqualTo(800);
    half.verify();
    try (NeighborIndex index = half.openIndex()) {
      assertThat(index.search(rows[800], SearchRequest.of(1)).get(0).id()).isEqualTo(807);
    }

    List<Integer> begun = new ArrayList<>();
    GalleryFolder whole =
        GalleryFolder.append(
            folder,
            UNKNOWN,
            source,
            inParts(
                new BuildListener() {
                  @Override
                  public void progressed(Stage stage, int done, int count) {}

                  @Override
                  public void part(int number, int of) {
                    begun.add(number);
                  }
                }));
    assertThat(begun).containsExactly(3, 4);
    assertThat(whole.parts())
        .extracting(GalleryPart::count)
        .containsExactly(7L, 401L, 400L, 400L, 400L);
    assertThat(whole.missing()).isZero();
    try (NeighborIndex index = GalleryFolder.read(folder).openIndex()) {
      for (int i = 0; i < rows.length; i += 100) {
        Neighbor found = index.search(rows[i], SearchRequest.of(1)).get(0);
        assertThat(found.id()).isEqualTo(7 + i);
        assertThat(found.metadata()).containsEntry("picture", "a" + i + " \"ö\"\n");
      }
    }
  }

  @Test
  void should_not_continue_with_other_vectors() throws IOException {
    Path folder = place.resolve("gallery");
    float[][] rows = draw(1601, 9);
    assertThatThrownBy(
            () ->
                GalleryFolder.append(
                    folder, UNKNOWN, EmbeddingSource.of(rows), stoppedInTheThirdPart()))
        .isInstanceOf(CancellationException.class);
    float[][] others = rows.clone();
    others[400] = rows[0]; // the last of the first part
    GalleryAddition more = inParts(BuildListener.NONE);
    for (float[][] wrong : new float[][][] {others, Arrays.copyOf(rows, 1600)}) {
      assertThatThrownBy(
              () -> GalleryFolder.append(folder, UNKNOWN, EmbeddingSource.of(wrong), more))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessage(
              folder
                  + ": 801 of 1601 vectors of a test are there, and these are others; finish that"
                  + " first with the vectors it began with");
    }
    assertThat(GalleryFolder.append(folder, UNKNOWN, EmbeddingSource.of(rows), more).size())
        .isEqualTo(1601);
  }

  @Test
  void should_find_every_changed_byte() throws IOException {
    Path folder = place.resolve("gallery");
    GalleryFolder.append(folder, UNKNOWN, Named.of(draw(300, 1), "a"), addition(PartKind.EXACT));
    GalleryFolder.append(folder, UNKNOWN, Named.of(draw(300, 1), "a"), addition(PartKind.JVECTOR));
    Path manifest = folder.resolve("gallery.json");
    byte[] bytes = Files.readAllBytes(manifest);
    for (int at = 0; at < bytes.length; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= 1;
      Files.write(manifest, changed);
      assertThatThrownBy(() -> GalleryFolder.read(folder))
          .as("byte %d", at)
          .isInstanceOf(MalformedFileException.class)
          .hasMessageEndingWith("(damaged or edited); build the gallery again");
    }
    Files.write(manifest, bytes);
    GalleryFolder gallery = GalleryFolder.read(folder);
    gallery.verify();
    List<Path> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> file.getParent().getFileName().toString().startsWith("part-"))
          .forEach(all::add);
    }
    assertThat(all).hasSize(3 + 7);
    for (Path file : all) {
      byte[] before = Files.readAllBytes(file);
      byte[] changed = before.clone();
      changed[changed.length / 2] ^= 1;
      Files.write(file, changed);
      assertThatThrownBy(gallery::verify)
          .as(file.toString())
          .isInstanceOf(MalformedFileException.class);
      Files.delete(file);
      assertThatThrownBy(gallery::openIndex)
          .as(file.toString())
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("expected");
      Files.write(file, before);
    }
    gallery.openIndex().close();
  }

  @Test
  void should_refuse_what_is_no_gallery() throws IOException {
    assertThat(GalleryFolder.isOne(place)).isFalse();
    assertThatThrownBy(() -> GalleryFolder.read(place))
        .hasMessage(
            place + ": expected the folder of a gallery, with gallery.json but found none in it");
    assertThatThrownBy(() -> GalleryFolder.read(place.resolve("absent")))
        .hasMessageEndingWith("but found no such folder");
  }
}
