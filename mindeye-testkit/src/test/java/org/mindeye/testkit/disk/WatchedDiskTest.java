// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedDiskTest {
  @TempDir private Path folder;
  private final List<String> changes = new ArrayList<>();

  private Path watched() {
    return WatchedDisk.watch(folder, changes::add);
  }

  @Test
  void should_announce_every_change() throws IOException {
    Path place = Files.createDirectory(watched().resolve("a")).resolve("b");
    Files.createDirectory(place);
    Files.write(place.resolve("x"), new byte[] {1, 2, 3});
    Files.move(place.resolve("x"), place.resolve("y"), StandardCopyOption.ATOMIC_MOVE);
    Files.copy(place.resolve("y"), place.resolveSibling("z"));
    Files.delete(place.resolve("y"));
    assertThat(changes)
        .containsExactly(
            "create the folder a",
            "create the folder b",
            "open x",
            "write 3 bytes of x",
            "write the other half of x",
            "move x to y",
            "copy y to z",
            "delete y");
    assertThat(folder.resolve("a/z")).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(folder.resolve("a/b")).isEmptyDirectory();
  }

  @Test
  void should_announce_what_is_done_to_an_open_file() throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            watched().resolve("x"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertThat(channel.tryLock()).isNotNull();
      channel.write(new ByteBuffer[] {bytes(1, 2), bytes(3)});
      channel.write(bytes(7, 8), 1);
      channel.truncate(2);
      channel.force(true);
    }
    assertThat(changes)
        .containsExactly(
            "open x",
            "write 2 bytes of x",
            "write the other half of x",
            "write 1 bytes of x",
            "write the other half of x",
            "write 2 bytes of x",
            "write the other half of x",
            "truncate x",
            "force x");
    assertThat(folder.resolve("x")).hasBinaryContent(new byte[] {1, 7});
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.flip();
  }

  @Test
  void should_stand_between_the_halves_of_a_write() throws IOException {
    List<Integer> sizes = new ArrayList<>();
    Path file = folder.resolve("x");
    Path watched =
        WatchedDisk.watch(
            file,
            change -> {
              if (Files.exists(file)) {
                sizes.add((int) Files.size(file));
              }
            });
    Files.write(watched, new byte[10]);
    assertThat(sizes).containsExactly(0, 5);
  }

  @Test
  void should_only_watch_reading() throws IOException {
    Files.writeString(Files.createDirectory(folder.resolve("in")).resolve("x"), "text");
    Path watched = watched();
    assertThat(Files.readString(watched.resolve("in").resolve("x"))).isEqualTo("text");
    try (Stream<Path> paths = Files.walk(watched.toRealPath())) {
      assertThat(paths.map(Path::toString))
          .containsExactlyInAnyOrder(
              folder.toString(),
              folder.resolve("in").toString(),
              folder.resolve("in/x").toString());
    }
    assertThat(Files.getFileStore(watched).getUsableSpace()).isPositive();
    assertThat(Files.isSameFile(watched.resolve("in"), watched.resolve("in/../in"))).isTrue();
    assertThat(changes).isEmpty();
  }

  @Test
  void should_find_paths_equal_that_are() {
    Path one = watched().resolve("x");
    assertThat(one.equals(watched().resolve("x"))).isTrue();
    assertThat(one)
        .hasSameHashCodeAs(watched().resolve("x"))
        .hasToString(folder.resolve("x").toString());
    assertThat(one.equals(watched().resolve("y"))).isFalse();
    assertThat(one.compareTo(watched().resolve("y"))).isNegative();
  }

  @Test
  void should_let_the_watcher_refuse() {
    Path watched =
        WatchedDisk.watch(
            folder,
            change -> {
              throw new IOException("no " + change);
            });
    assertThatThrownBy(() -> Files.createFile(watched.resolve("x"))).hasMessage("no open x");
    assertThat(folder).isEmptyDirectory();
  }
}
