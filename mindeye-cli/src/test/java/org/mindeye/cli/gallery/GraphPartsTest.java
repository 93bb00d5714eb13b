// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.StepProgress;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.retrieval.NpyEmbeddings;
import org.mindeye.retrieval.gallery.GalleryAddition;
import org.mindeye.retrieval.gallery.GalleryFolder;
import org.mindeye.retrieval.gallery.GalleryOrigin;
import org.mindeye.retrieval.gallery.PartKind;
import org.mindeye.retrieval.jvector.BuildListener;
import org.mindeye.retrieval.jvector.JVectorConfig;

/** A build that ended between two graphs goes on behind the last complete one. */
class GraphPartsTest {
  private static final int COUNT = 1200;
  private static final int WIDTH = 6;

  @TempDir private Path place;

  private Path stopped(Path vectors) throws IOException {
    Path gallery = place.resolve("gallery");
    GalleryAddition addition =
        GalleryAddition.of(PartKind.JVECTOR, "embeddings")
            .withGraph(JVectorConfig.standard().withGraph(8, 30).withThreads(1))
            .withPerGraph(600)
            .withListener(new StoppedAtPart(2));
    try (NpyEmbeddings rows = NpyEmbeddings.open(List.of(vectors))) {
      GalleryOrigin origin = new GalleryOrigin(new ClipSpace(1, WIDTH), null);
      assertThatThrownBy(() -> GalleryFolder.append(gallery, origin, rows, addition))
          .isInstanceOf(CancellationException.class);
    }
    return gallery;
  }

  private Path drawn(long seed) throws IOException {
    float[] rows = new float[COUNT * WIDTH];
    NoiseSource.seeded(seed).normal(rows);
    Path vectors = place.resolve("vectors" + seed + ".npy");
    Npy.write(vectors, HeapArray.ofFloats(rows, COUNT, WIDTH));
    return vectors;
  }

  private static CommandRun build(Path gallery, Path vectors, String... more) {
    List<String> words =
        List.of(
            "gallery",
            "build",
            "--gallery=" + gallery,
            "--embeddings=" + vectors,
            "--index=jvector",
            "--edges=8",
            "--beam=30",
            "--threads=1");
    return CommandRun.of(Stream.concat(words.stream(), Stream.of(more)).toArray());
  }

  @Test
  void should_divide_vectors_among_graphs() throws IOException {
    Path gallery = place.resolve("gallery");
    assertThat(build(gallery, drawn(1), "--per-graph=512").code()).isZero();
    assertThat(CommandRun.of("gallery", "info", "--gallery=" + gallery).out())
        .contains("part-0001: 400 vectors", "part-0003: 400 vectors")
        .doesNotContain("part-0004");
  }

  @Test
  void should_say_at_which_graph_a_build_is() {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Console console = new Console(new PrintStream(said, true, StandardCharsets.UTF_8), false);
    AtomicLong clock = new AtomicLong();
    LongSupplier slow = () -> clock.addAndGet(Duration.ofSeconds(11).toNanos());
    try (StepProgress steps = new StepProgress(console, () -> false, slow)) {
      GraphProgress progress = new GraphProgress(steps);
      progress.progressed(BuildListener.Stage.VECTORS, 1, 2);
      progress.part(3, 4);
      progress.progressed(BuildListener.Stage.CODES, 0, 5);
      progress.progressed(BuildListener.Stage.GRAPH, 0, 5);
    }
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("writing vectors: 1 of 2")
        .contains("graph 3 of 4, training codes: 0 of 5")
        .contains("graph 3 of 4, connecting vectors: 0 of 5");
  }

  @Test
  void should_go_on_behind_the_last_complete_graph() throws IOException {
    Path vectors = drawn(1);
    Path gallery = stopped(vectors);
    assertThat(CommandRun.of("gallery", "info", "--gallery=" + gallery).out())
        .contains("vectors: 600 of 6 numbers")
        .contains("not added yet: 600 vectors of the last addition");
    assertThat(build(gallery, drawn(2)).err())
        .contains("600 of 1200 vectors of embeddings are there, and these are others");

    CommandRun resumed = build(gallery, vectors);
    assertThat(resumed.code()).isZero();
    assertThat(resumed.out()).contains("1200 vectors of 6 numbers added, 1200 in all");
    assertThat(CommandRun.of("gallery", "info", "--gallery=" + gallery, "--verify").out())
        .contains("part-0001: 600 vectors, jvector", "part-0002: 600 vectors, jvector")
        .doesNotContain("not added yet");
    assertThat(build(gallery, vectors).err()).contains("is a gallery already");
  }

  /** A killed process cannot tidy up: what it left of its first part is not in the way. */
  @Test
  void should_begin_again_where_the_first_part_was_killed() throws IOException {
    Path gallery = place.resolve("gallery");
    String staged = ".part-0001.01234567-89ab-cdef-0123-456789abcdef.tmp";
    Path half = Files.createDirectories(gallery.resolve(staged));
    Files.write(half.resolve("vectors.npy"), new byte[100]);
    assertThat(build(gallery, drawn(1)).out()).contains("1200 vectors of 6 numbers added");
    assertThat(half).doesNotExist();
  }
}
