// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.training.events.EventFile.Event;

class EventFileWriterTest {
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1234567890), ZoneOffset.UTC);

  /** Two pixels side by side. */
  private static final byte[] PNG =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGNkZGJmYGAAAAAqAAjaWO5EAAAAAElF"
                  + "TkSuQmCC");

  @TempDir private Path folder;

  /** Shows the times it was given, one after the other. */
  private static final class Times extends Clock {
    private final Queue<Instant> times = new ArrayDeque<>();

    Times(List<Event> events) {
      events.forEach(e -> times.add(Instant.ofEpochMilli(Math.round(e.wallTime() * 1000))));
    }

    @Override
    public Instant instant() {
      return times.remove();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  private static byte[] reference(String name) throws IOException {
    try (InputStream in = EventFileWriterTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private List<Event> events(byte[] file) throws IOException {
    return EventFile.events(Files.write(folder.resolve("copy"), file));
  }

  private static void replay(Event event, EventFileWriter writer) {
    event.value().ifPresent(value -> writer.scalar(event.tag(), event.step(), value));
    event
        .image()
        .ifPresent(
            image -> {
              assertThat(image.colorspace()).isEqualTo(3);
              writer.image(
                  event.tag(),
                  event.step(),
                  (int) image.width(),
                  (int) image.height(),
                  image.png());
            });
    event.session().ifPresent(started -> writer.restart(event.step()));
  }

  @Test
  void should_understand_the_reference() throws IOException {
    List<Event> events = events(reference("reference.tfevents"));

    assertThat(events).hasSize(10);
    assertThat(events.get(0).version()).contains("brain.Event:2");
    assertThat(events.get(0).wallTime()).isEqualTo(1700000000.5);
    assertThat(events.subList(1, 9))
        .extracting(Event::step)
        .containsExactly(0L, 1L, 2L, 127L, 128L, 300L, 1L << 31, (1L << 62) + 5);
    assertThat(events.subList(1, 9))
        .extracting(e -> e.value().orElseThrow())
        .containsExactly(
            0f,
            3.25f,
            0.1f,
            -1e-7f,
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            1e30f);
    assertThat(events.get(8).tag()).isEqualTo("validation/brain_to_image");
    EventFile.Image image = events.get(9).image().orElseThrow();
    assertThat(image.width()).isEqualTo(4);
    assertThat(image.height()).isEqualTo(3);
  }

  @Test
  void should_write_the_bytes_of_the_reference() throws IOException {
    byte[] reference = reference("reference.tfevents");
    List<Event> events = events(reference);
    Path file;
    try (EventFileWriter writer = new EventFileWriter(folder, new Times(events))) {
      events.forEach(event -> replay(event, writer));
      file = writer.file();
    }

    assertThat(file.getFileName()).hasToString("events.out.tfevents.1700000000.mindeye");
    assertThat(file).hasBinaryContent(reference);
  }

  /** The reference repeats the version with the step, which its readers do not need. */
  @Test
  void should_write_the_restart_of_the_reference() throws IOException {
    byte[] reference = reference("resumed.tfevents");
    List<Event> events = events(reference);
    assertThat(events.get(1).version()).contains("brain.Event:2");
    assertThat(events.get(2).session()).contains(1L);
    Path file;
    try (EventFileWriter writer = new EventFileWriter(folder, new Times(without(events, 1)))) {
      without(events, 1).forEach(event -> replay(event, writer));
      file = writer.file();
    }

    assertThat(EventFile.records(Files.readAllBytes(file)))
        .containsExactlyElementsOf(without(EventFile.records(reference), 1));
  }

  private static <T> List<T> without(List<T> list, int index) {
    List<T> rest = new ArrayList<>(list);
    rest.remove(index);
    return rest;
  }

  /** What our reader says of a file is worth something only if it refuses damaged ones. */
  @Test
  void should_notice_every_damaged_byte() throws IOException {
    byte[] file = reference("resumed.tfevents");
    for (int i = 0; i < file.length; i++) {
      byte[] damaged = file.clone();
      damaged[i] ^= 1;
      assertThatThrownBy(() -> EventFile.records(damaged)).hasMessageContaining("checksum");
    }
  }

  @Test
  void should_leave_complete_records_at_any_time() throws IOException {
    try (EventFileWriter writer = new EventFileWriter(folder, CLOCK)) {
      assertThat(EventFile.events(writer.file())).hasSize(1);
      writer.scalar("größe", 3, 1.5);
      assertThat(EventFile.events(writer.file())).hasSize(2);
      writer.image("pictures/seen", 4, 2, 1, PNG);
      List<Event> events = EventFile.events(writer.file());
      assertThat(events).hasSize(3);
      assertThat(events).extracting(Event::wallTime).containsOnly(1234567890.0);
      assertThat(events.get(1).tag()).isEqualTo("größe");
      assertThat(events.get(2).image().orElseThrow().png()).isEqualTo(PNG);
    }
  }

  @Test
  void should_keep_fractions_of_seconds() throws IOException {
    Instant time = Instant.ofEpochSecond(1700000000, 123456789);
    try (EventFileWriter writer = new EventFileWriter(folder, Clock.fixed(time, ZoneOffset.UTC))) {
      assertThat(EventFile.events(writer.file()).get(0).wallTime()).isEqualTo(1700000000.123456789);
    }
  }

  @Test
  void should_write_beside_older_files() throws IOException {
    Path run = folder.resolve("logs").resolve("run");
    for (String end : List.of("", ".1", ".2")) {
      try (EventFileWriter writer = new EventFileWriter(run, CLOCK)) {
        assertThat(writer.file())
            .isEqualTo(run.resolve("events.out.tfevents.1234567890.mindeye" + end));
      }
    }
    assertThat(run).isDirectoryContaining("glob:**.mindeye").isDirectoryContaining("glob:**.2");
  }

  @Test
  void should_name_the_file_it_cannot_write() throws IOException {
    Path taken = Files.createFile(folder.resolve("taken"));
    assertThatThrownBy(() -> new EventFileWriter(taken, CLOCK))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(
            "cannot write the event file "
                + taken.resolve("events.out.tfevents.1234567890.mindeye"));

    EventFileWriter closed = new EventFileWriter(folder, CLOCK);
    closed.close();
    closed.close();
    assertThatThrownBy(() -> closed.scalar("train/loss", 0, 1))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot write the event file " + closed.file())
        .hasCauseInstanceOf(ClosedChannelException.class);
  }

  @Test
  void should_refuse_what_no_reader_would_show() {
    try (EventFileWriter writer = new EventFileWriter(folder, CLOCK)) {
      assertThatThrownBy(() -> writer.scalar(" ", 0, 1))
          .hasMessage("tag: expected a name such as train/loss but was ' '");
      assertThatThrownBy(() -> writer.image("", 0, 2, 1, PNG))
          .hasMessage("tag: expected a name such as train/loss but was ''");
      assertThatThrownBy(() -> writer.scalar("train/loss", -1, 1))
          .hasMessage("step of train/loss: expected 0 or more but was -1");
      assertThatThrownBy(() -> writer.restart(-2))
          .hasMessage("step of restart: expected 0 or more but was -2");
      assertThatThrownBy(() -> writer.image("a", 0, 1, 2, PNG))
          .hasMessage("image a: expected a PNG of 1x2 but found one of 2x1");
      assertThatThrownBy(() -> writer.image("a", 0, 1, 2, new byte[30]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("image a: expected a PNG of 1x2 but found 30 bytes that are not a PNG");
      assertThatThrownBy(() -> writer.image("a", 0, 1, 2, new byte[0]))
          .hasMessage("image a: expected a PNG of 1x2 but found 0 bytes that are not a PNG");
    }
  }
}
