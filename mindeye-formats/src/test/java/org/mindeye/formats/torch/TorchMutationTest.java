// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorFile;

/** Files with random errors are read or refused, and nothing else. */
class TorchMutationTest {
  private static final List<String> FIXTURES =
      List.of(
          "training_1_13",
          "training_1_13_legacy",
          "types",
          "types_legacy",
          "views",
          "plain",
          "plain_protocol_5",
          "plain_legacy_protocol_1",
          "foreign",
          "parameters",
          "module",
          "tensor_legacy",
          "list",
          "nested",
          "negated",
          "expanded");

  /** Pickles that call something in unusual places. */
  private static final List<String> HIDDEN = List.copyOf(HostilePickles.hidden().values());

  /** Larger tensors of changed files are not made. */
  private static final long LARGE = 1 << 20;

  @TempDir private Path folder;
  private int read;
  private int refused;

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void should_read_or_refuse_2000_changed_files() throws IOException {
    mutate(2000, 1);
  }

  @Test
  @Tag("slow")
  @Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void should_read_or_refuse_100000_changed_files() throws IOException {
    mutate(100_000, 2);
  }

  private void mutate(int times, long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < times; i += 20) {
      byte[] pickle = TorchFiles.latin1(HIDDEN.get(i / 20 % HIDDEN.size()));
      byte[] hidden = TorchFiles.zip(TorchFiles.entries(changed(pickle, random)), ZipEntry.STORED);
      attempt(Files.write(folder.resolve("changed.pth"), hidden), "seed " + seed + " pickle " + i);
    }
    for (int i = 0; i < times; i++) {
      Path fixture = TorchFixtures.file(FIXTURES.get(i % FIXTURES.size()) + ".pth");
      byte[] content = Files.readAllBytes(fixture);
      boolean zip = content[0] == 'P';
      byte[] changed =
          zip && random.nextInt(4) > 0 ? changedPickle(fixture, random) : changed(content, random);
      attempt(Files.write(folder.resolve("changed.pth"), changed), "seed " + seed + " file " + i);
    }
    assertThat(read).isGreaterThan(times / 50);
    assertThat(refused).isGreaterThan(times / 10);
    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  private void attempt(Path file, String which) throws IOException {
    try (TorchCheckpoint checkpoint = TorchCheckpoint.open(file)) {
      assertThat(checkpoint.opaque()).doesNotContainNull();
      if (checkpoint.root() instanceof CheckpointNode.Mapping root) {
        for (CheckpointNode key : root.entries().keySet()) {
          if (key instanceof CheckpointNode.Text name
              && checkpoint.get(name.value()) instanceof CheckpointNode.Mapping) {
            load(checkpoint.stateDict(name.value()));
          }
        }
        load(checkpoint.stateDict());
      }
      assertThat(checkpoint.places()).isNotEmpty();
      load(checkpoint.tensors());
      read++;
    } catch (MalformedFileException expected) {
      refused++;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(which, e);
    }
  }

  private static void load(TensorFile weights) {
    for (String name : weights.names()) {
      if (weights.info(name).bytes() <= LARGE) {
        weights.array(name);
        weights.floats(name);
      }
    }
  }

  /** Damages the pickle and leaves the zip around it intact. */
  private static byte[] changedPickle(Path fixture, Random random) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(fixture.toFile())) {
      for (ZipEntry entry : java.util.Collections.list(zip.entries())) {
        byte[] content = zip.getInputStream(entry).readAllBytes();
        boolean pickle = entry.getName().endsWith("data.pkl");
        entries.put(entry.getName(), pickle ? changed(content, random) : content);
      }
    }
    return TorchFiles.zip(entries, random.nextInt(8) == 0 ? ZipEntry.DEFLATED : ZipEntry.STORED);
  }

  private static byte[] changed(byte[] original, Random random) {
    List<Byte> bytes = new ArrayList<>(original.length);
    for (byte b : original) {
      bytes.add(b);
    }
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(bytes.size());
      switch (random.nextInt(5)) {
        case 0 -> bytes.set(at, (byte) (bytes.get(at) ^ 1 << random.nextInt(8)));
        case 1 -> bytes.set(at, (byte) random.nextInt(256));
        case 2 -> bytes.add(at, (byte) "(.0]}R)bcQ\u008b\u0094hq".charAt(random.nextInt(14)));
        case 3 -> bytes.remove(at);
        default -> {
          List<Byte> piece = bytes.subList(at, Math.min(bytes.size(), at + 1 + random.nextInt(40)));
          bytes.addAll(random.nextInt(bytes.size()), List.copyOf(piece));
        }
      }
    }
    byte[] changed = new byte[bytes.size()];
    Arrays.setAll(new Object[changed.length], i -> changed[i] = bytes.get(i));
    return changed;
  }
}
