// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.Plural;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.BrokenDocuments;
import org.mindeye.testkit.BrokenDocuments.Broken;

class DamagedCheckpointTest {
  @TempDir Path folder;

  private CheckpointStore store;
  private Path older;
  private Path newer;

  @BeforeEach
  void write() throws IOException {
    store = CheckpointStore.open(folder);
    older = Contents.write(store, 100).folder();
    newer = Contents.write(store, 200).folder();
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private void assertFallsBack(Path culprit, String reason) throws IOException {
    assertThatThrownBy(() -> Checkpoint.open(newer))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(culprit + ": expected ")
        .hasMessageContaining(reason);
    assertThatThrownBy(() -> store.at(200)).hasMessageStartingWith(culprit + ": expected ");
    String log =
        Logged.during(
            () -> {
              Checkpoint newest = store.newest().orElseThrow();
              assertThat(newest.step()).isEqualTo(100);
              Contents.assertHeld(newest);
            });
    assertThat(log)
        .contains("WARN", "skipping a checkpoint for the one before it: " + culprit, reason)
        .contains("Delete its folder if you need it no more");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"model.safetensors", "optimizer.safetensors", "empty.safetensors", "state.json"})
  void should_find_every_damage_of_a_file(String name) throws IOException {
    Path file = newer.resolve(name);
    byte[] intact = Files.readAllBytes(file);
    for (int length : new int[] {0, 1, intact.length - 1}) {
      Files.write(file, Arrays.copyOf(intact, length));
      assertFallsBack(
          file,
          intact.length
              + " bytes but found "
              + Plural.of(length, "byte")
              + "; the checkpoint is damaged");
    }
    Files.write(file, Arrays.copyOf(intact, intact.length + 1));
    assertFallsBack(file, "found " + (intact.length + 1) + " bytes");
    for (int i = 0; i < intact.length; i += Math.max(1, intact.length / 5)) {
      byte[] altered = intact.clone();
      altered[i] ^= 1;
      Files.write(file, altered);
      assertFallsBack(file, "so its content has changed; the checkpoint is damaged: copy it again");
    }
    Files.delete(file);
    assertFallsBack(file, intact.length + " bytes but found no such file; the checkpoint is");
    Files.createDirectory(file);
    assertFallsBack(file, "found something that is not a file");
    Files.delete(file);
    Files.write(file, intact);
    assertThat(store.newest().orElseThrow().step()).isEqualTo(200);
  }

  @Test
  void should_find_every_altered_byte_of_the_manifest() throws IOException {
    Path file = newer.resolve("manifest.json");
    byte[] intact = Files.readAllBytes(file);
    for (int i = 0; i < intact.length; i++) {
      byte[] altered = intact.clone();
      altered[i] ^= (byte) (1 << i % 8);
      Files.write(file, altered);
      assertThatThrownBy(() -> Checkpoint.open(newer))
          .as("byte %d", i)
          .isInstanceOf(MalformedFileException.class)
          .hasMessageStartingWith(file + ": expected ");
    }
    for (int length = 0; length < intact.length; length++) {
      Files.write(file, Arrays.copyOf(intact, length));
      assertThatThrownBy(() -> Checkpoint.open(newer))
          .as("%d bytes", length)
          .isInstanceOf(MalformedFileException.class)
          .hasMessageStartingWith(file + ": expected ");
    }
    assertFallsBack(file, "; the checkpoint is damaged: copy it again, or use another one");
    Files.delete(file);
    assertFallsBack(
        file,
        "expected the manifest, which is written last but found no such file: this is not a"
            + " checkpoint, or a copy that was cut short; copy it again");
    assertThat(store.steps()).containsExactly(100L);
  }

  @Test
  void should_refuse_other_manifests() throws IOException {
    Path file = newer.resolve("manifest.json");
    String intact = Files.readString(file);
    Files.writeString(file, intact.replace("\"version\": 1", "\"version\": 2"));
    assertFallsBack(
        file,
        "expected version 1 of the format but found version 2; read it with the release of this"
            + " library that wrote it");
    Files.writeString(file, intact.replace("mindeye-checkpoint", "something"));
    assertFallsBack(file, "but found no \"format\": \"mindeye-checkpoint\"; the checkpoint is");
    Files.writeString(file, intact.replace("state.json", "../state.json"));
    assertFallsBack(file, "but found the file name '../state.json'");
    Files.writeString(file, intact.replace("{\"name\"", "{ \"name\""));
    assertFallsBack(file, "as it was written but found other bytes");
    Files.writeString(file, "step 200");
    assertFallsBack(file, "as it was written but found Unrecognized token 'step'");
    Files.write(file, new byte[(1 << 20) + 1]);
    assertFallsBack(file, "as it was written but found 1048577 bytes");
    Files.writeString(file, intact);
    assertThat(store.newest().orElseThrow().step()).isEqualTo(200);
  }

  @Test
  void should_name_every_key_of_a_manifest() throws IOException {
    Path file = newer.resolve("manifest.json");
    for (Broken broken : BrokenDocuments.of(Files.readString(file))) {
      Files.writeString(file, broken.json());
      assertThatThrownBy(() -> Checkpoint.open(newer))
          .as(broken.toString())
          .isInstanceOf(MalformedFileException.class)
          .hasMessageStartingWith(file + ": expected ")
          .hasMessageContaining(broken.key());
    }
  }

  @Test
  void should_have_a_manifest_that_people_can_read() throws IOException {
    assertThat(Files.readString(newer.resolve("manifest.json"), StandardCharsets.UTF_8))
        .startsWith(
            "{\n  \"format\": \"mindeye-checkpoint\",\n  \"version\": 1,\n  \"step\": 200,\n"
                + "  \"files\": [\n    {\"name\": \"empty.safetensors\", \"bytes\": 16, \"sha256\":"
                + " \"9bbcbf73561f6bc5d0a17ea6a2081feed2d1304e87602d8c502d9a5c4bd85576\"},\n")
        .contains("    {\"name\": \"state.json\", \"bytes\": 13, ")
        .endsWith("\"\n}\n");
  }

  @Test
  void should_ignore_what_the_manifest_does_not_list() throws IOException {
    Files.writeString(newer.resolve("notes.txt"), "the good one");
    Files.createDirectory(newer.resolve("plots"));
    Files.writeString(folder.resolve("step-000000300"), "a file");
    Files.createDirectory(folder.resolve("step-0000000400"));
    assertThat(store.newest().orElseThrow().step()).isEqualTo(200);
    assertThat(store.newest().orElseThrow().has("notes.txt")).isFalse();
    Contents.write(store, 500);
    store.keep(1);
    assertThat(newer).doesNotExist();
  }

  @Test
  void should_skip_folders_without_anything() throws IOException {
    Files.createDirectory(folder.resolve("step-000000300"));
    assertThat(store.steps()).containsExactly(100L, 200L);
    String log =
        Logged.during(() -> assertThat(store.newest().orElseThrow().step()).isEqualTo(200));
    assertThat(log).contains("step-000000300", "found no such file");
  }

  @Test
  void should_say_why_none_is_intact() throws IOException {
    Files.delete(newer.resolve("state.json"));
    Files.delete(older.resolve("manifest.json"));
    Logged.during(
        () ->
            assertThatThrownBy(() -> store.newest())
                .isInstanceOf(MalformedFileException.class)
                .hasMessageStartingWith(
                    folder
                        + ": expected an intact checkpoint but found 2 damaged ones (copy one of"
                        + " them here again, or start a new run in another folder):\n"
                        + newer.resolve("state.json")
                        + ": expected ")
                .hasMessageContaining("\n" + older.resolve("manifest.json") + ": expected "));
  }

  @Test
  void should_refuse_a_folder_under_another_step() throws IOException {
    Folders.delete(newer);
    Files.move(older, newer, StandardCopyOption.ATOMIC_MOVE);
    assertThat(Checkpoint.open(newer).step()).isEqualTo(100);
    assertThatThrownBy(() -> store.at(200))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            "%s: expected the checkpoint of step 200 but found that of step 100; give the folder"
                + " its name back",
            newer);
  }

  @Test
  void should_refuse_paths_that_lead_to_no_folder() throws IOException {
    assertThatThrownBy(() -> Checkpoint.open(folder.resolve("absent")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            "%s: expected the folder of a checkpoint but found nothing; check the path",
            folder.resolve("absent"));
    assertThatThrownBy(() -> Checkpoint.open(newer.resolve("state.json")))
        .hasMessageEndingWith("but found a file; check the path");
  }
}
