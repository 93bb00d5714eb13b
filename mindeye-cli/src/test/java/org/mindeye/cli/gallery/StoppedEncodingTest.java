// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.simulation.scene.SceneGenerator;
import org.mindeye.data.simulation.scene.ScenePainter;
import org.mindeye.retrieval.gallery.GalleryFolder;
import org.mindeye.retrieval.gallery.GalleryOrigin;
import org.mindeye.training.TargetLayer;

/** A stopped encoding goes on where it was, and the gallery is the same in the end. */
class StoppedEncodingTest {
  private static final int COUNT = 80;

  @TempDir private Path place;

  private TinyWorld world;
  private Path pictures;

  private void paint() throws IOException {
    world = TinyWorld.in(place.resolve("world"));
    pictures = Files.createDirectory(place.resolve("pictures"));
    for (int i = 0; i < COUNT; i++) {
      ScenePainter painter = new ScenePainter(i % 3 == 0 ? 48 : 64);
      EncodedImage image =
          EncodedImage.jpeg(
              SampleOrigin.memory("p" + i),
              painter.paint(SceneGenerator.of(Split.TRAIN).invent(NoiseSource.seeded(9, i))),
              0.9f);
      Files.write(pictures.resolve("p" + (100 + i) + ".jpg"), image.bytes());
    }
  }

  private Object[] build(Path gallery) {
    return new Object[] {
      "gallery",
      "build",
      "--gallery",
      gallery,
      "--pictures",
      pictures,
      "--clip",
      world.clip(),
      "--clip-config",
      world.shape()
    };
  }

  @Test
  void should_go_on_where_it_was_stopped() throws IOException {
    paint();
    Path whole = place.resolve("whole");
    assertThat(CommandRun.of(build(whole)).code()).isZero();

    Path stopped = place.resolve("stopped");
    AtomicInteger asked = new AtomicInteger();
    Console console = new Console(new PrintStream(new ByteArrayOutputStream()), false);
    PictureList list = PictureList.in(pictures);
    assertThat(list.names()).hasSize(COUNT);
    try (ClipImageEncoder clip =
            ClipImageEncoder.load(
                world.clip(), VisionTransformerConfig.read(world.shape()), Device.cpu());
        StepProgress progress =
            new StepProgress(console, () -> asked.incrementAndGet() == 3, System::nanoTime)) {
      GalleryOrigin origin = new GalleryOrigin(clip.finalSpace(), clip.fingerprint());
      EncodingRecord.Request request =
          new EncodingRecord.Request(
              pictures.toAbsolutePath().toString(), list.sum(), COUNT, origin, Precision.FLOAT32);
      try (EncodingFolder folder = EncodingFolder.claim(stopped, request)) {
        PictureEncoder encoder = new PictureEncoder(clip, TargetLayer.FINAL);
        assertThatThrownBy(() -> encoder.finish(list, folder, false, progress))
            .isInstanceOf(CancellationException.class)
            .hasMessage("stopped at encoding pictures: 64 of 80");
      }
      EncodingRecord.Request other =
          new EncodingRecord.Request(request.pictures(), "0", COUNT, origin, Precision.BFLOAT16);
      assertThatThrownBy(() -> EncodingFolder.claim(stopped, other))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining("half encoded there (other files in " + pictures + "; in FLOAT32)");
    }
    Path rows = stopped.resolve("encoding/rows.f32");
    assertThat(rows).hasSize(64 * 8 * 4);
    Files.write(rows, new byte[77], StandardOpenOption.APPEND); // as a killed process leaves it
    assertThat(GalleryFolder.isOne(stopped)).isFalse();
    assertThat(CommandRun.of("gallery", "info", "--gallery", stopped).out())
        .contains("not part of it yet: 64 of 80 pictures in " + pictures + " encoded");
    assertThat(CommandRun.of("gallery", "info", "--gallery", stopped, "--verify").out())
        .contains("there is nothing to verify yet");

    CommandRun resumed = CommandRun.of(build(stopped));
    assertThat(resumed.code()).isZero();
    assertThat(resumed.out()).contains("80 vectors of 8 numbers added, 80 in all");
    for (String file : new String[] {"vectors.npy", "metadata.jsonl", "metadata.npy"}) {
      assertThat(stopped.resolve("part-0001").resolve(file))
          .hasSameBinaryContentAs(whole.resolve("part-0001").resolve(file));
    }
    assertThat(stopped.resolve("encoding")).doesNotExist();
  }

  /** All vectors were in the gallery, and what they were encoded in was not deleted yet. */
  @Test
  void should_not_add_again_what_a_killed_process_had_added() throws IOException {
    paint();
    Path gallery = place.resolve("gallery");
    Path encoding = gallery.resolve("encoding");
    Path copy = Files.createDirectory(place.resolve("copy"));
    PictureList list = PictureList.in(pictures);
    Console console = new Console(new PrintStream(new ByteArrayOutputStream()), false);
    try (ClipImageEncoder clip =
            ClipImageEncoder.load(
                world.clip(), VisionTransformerConfig.read(world.shape()), Device.cpu());
        StepProgress progress = new StepProgress(console, () -> false, System::nanoTime)) {
      EncodingRecord.Request request =
          new EncodingRecord.Request(
              list.origin(),
              list.sum(),
              COUNT,
              new GalleryOrigin(clip.finalSpace(), clip.fingerprint()),
              Precision.FLOAT32);
      try (EncodingFolder folder = EncodingFolder.claim(gallery, request)) {
        new PictureEncoder(clip, TargetLayer.FINAL).finish(list, folder, false, progress);
        folder.adding(0);
      }
    }
    for (String file : new String[] {"encoding.json", "rows.f32"}) {
      Files.copy(encoding.resolve(file), copy.resolve(file));
    }
    assertThat(CommandRun.of(build(gallery)).out()).contains("80 vectors of 8 numbers added");
    Files.move(copy, encoding);

    CommandRun again = CommandRun.of(build(gallery));

    assertThat(again.out()).contains("80 vectors were added before");
    assertThat(GalleryFolder.read(gallery).size()).isEqualTo(COUNT);
    assertThat(encoding).doesNotExist();
  }
}
