// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.training.events.EventFile;
import org.mindeye.training.events.EventFile.Event;

class TensorBoardListenerTest {
  private static final Instant TIME = Instant.ofEpochSecond(1700000000);

  @TempDir private Path folder;

  private TensorBoardListener listener(int secondsLater) {
    Instant time = TIME.plusSeconds(secondsLater);
    return new TensorBoardListener(folder, Clock.fixed(time, ZoneOffset.UTC));
  }

  private List<Event> events(int secondsLater) throws IOException {
    long second = TIME.getEpochSecond() + secondsLater;
    return EventFile.events(folder.resolve("events.out.tfevents." + second + ".mindeye"));
  }

  private static List<String> points(List<Event> events) {
    return events.stream()
        .filter(e -> e.value().isPresent())
        .map(e -> e.tag() + " " + e.step() + " " + e.value().get())
        .toList();
  }

  @Test
  void should_write_steps_and_epochs() throws IOException {
    TensorBoardListener board = listener(0);
    board.onStart(Reports.plan(0));
    board.onStep(Reports.step(0));
    board.onEpoch(Reports.epoch(1));

    List<Event> events = events(0);
    board.onEnd();
    assertThat(events.get(0).version()).isPresent();
    assertThat(events).extracting(Event::session).containsOnly(Optional.empty());
    assertThat(points(events))
        .containsExactly(
            "train/loss 0 3.5",
            "train/contrastive 0 0.5",
            "train/prior 0 0.1",
            "train/gradient_norm 0 0.75",
            "train/learning_rate 0 1.2E-5",
            "epoch/loss 3 4.25",
            "epoch/contrastive 3 0.25",
            "epoch/prior 3 0.1",
            "validation/loss 3 2.5",
            "validation/contrastive 3 0.5",
            "validation/prior 3 0.2",
            "validation/cosine 3 0.25",
            "validation/brain_to_image 3 0.5",
            "validation/image_to_brain 3 0.75",
            "validation/retrieval 3 0.625");
  }

  @Test
  void should_show_the_terms_of_the_objective_only() throws IOException {
    TensorBoardListener board = listener(0);
    board.onStart(Reports.plan(TrainingConfig.paper().withObjective(new Objective(0, 0, 1)), 0));
    board.onStep(Reports.step(0));
    board.onEnd();

    assertThat(points(events(0)))
        .containsExactly(
            "train/loss 0 3.5",
            "train/mean_squared 0 0.0",
            "train/gradient_norm 0 0.75",
            "train/learning_rate 0 1.2E-5");
  }

  /** The step of an epoch is below the first one done again, unless the epoch is. */
  @Test
  void should_show_where_a_resumed_run_continues() throws IOException {
    Reports.run(listener(0), 0, 4);
    Reports.run(listener(1), 4, 4);

    assertThat(events(0).stream().filter(e -> e.tag().equals("epoch/loss")))
        .extracting(Event::step)
        .containsExactly(1L, 3L);
    Event second = events(1).get(1);
    assertThat(second.session()).contains(1L);
    assertThat(second.step()).isEqualTo(4);
    assertThat(points(events(1))).hasSize(5).allMatch(p -> p.contains(" 4 "));
  }

  @Test
  void should_begin_with_the_epochs_of_the_checkpoint_if_its_files_are_lost() throws IOException {
    Reports.run(listener(0), 4, 4);

    assertThat(events(0).stream().filter(e -> e.tag().equals("validation/retrieval")))
        .extracting(Event::step)
        .containsExactly(1L, 3L);
  }

  @Test
  void should_show_a_picture() throws IOException {
    BufferedImage picture = new BufferedImage(5, 3, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(4, 2, 0x123456);
    TensorBoardListener board = listener(0);
    board.onStart(Reports.plan(0));
    board.image("pictures/seen", 7, picture);
    board.onEnd();

    Event event = events(0).get(1);
    assertThat(event.tag()).isEqualTo("pictures/seen");
    assertThat(event.step()).isEqualTo(7);
    EventFile.Image image = event.image().orElseThrow();
    assertThat(List.of(image.width(), image.height(), image.colorspace()))
        .containsExactly(5L, 3L, 3L);
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(image.png()));
    assertThat(read.getRGB(4, 2)).isEqualTo(0xff123456);
  }

  @Test
  void should_show_pictures_only_while_the_run_is_in_progress() {
    TensorBoardListener board = listener(0);
    BufferedImage picture = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    for (int run = 0; run < 2; run++) {
      assertThatThrownBy(() -> board.image("seen", 0, picture))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "image seen: there is an event file only while the run is in progress; show pictures"
                  + " between onStart and onEnd");
      board.onStart(Reports.plan(0));
      board.onEnd();
      board.onEnd();
    }
  }

  @Test
  void should_refuse_a_picture_of_floats() {
    ColorModel floats =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_FLOAT);
    BufferedImage picture =
        new BufferedImage(floats, floats.createCompatibleWritableRaster(2, 2), false, null);
    TensorBoardListener board = listener(0);
    board.onStart(Reports.plan(0));

    assertThatThrownBy(() -> board.image("seen", 0, picture))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("image seen: expected one that fits into a PNG but was Buffered");
    board.onEnd();
  }

  @Test
  void should_name_the_file_it_cannot_write() throws IOException {
    Path taken = Files.createFile(folder.resolve("taken"));
    TensorBoardListener board = new TensorBoardListener(taken);

    assertThatThrownBy(() -> board.onStart(Reports.plan(0)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot write the event file " + taken);
    board.onEnd();
  }
}
