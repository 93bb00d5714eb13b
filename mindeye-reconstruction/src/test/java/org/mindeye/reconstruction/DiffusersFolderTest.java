// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.testkit.DiffusersFiles;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.PublishedWeights;
import org.mindeye.testkit.PublishedWeights.Form;

class DiffusersFolderTest {
  private static final String VERSATILE =
      ". Get it from the same folder of shi-labs/versatile-diffusion; this library downloads"
          + " nothing";

  @TempDir private Path place;
  @FreshManager private NDManager manager;
  private DiffusersFiles files;
  private Path folder;

  @BeforeEach
  void write() throws IOException {
    folder = place.resolve("versatile-diffusion");
    files = PainterFiles.small(PainterKind.VERSATILE_DIFFUSION);
    files.write(folder, Form.SAFETENSORS);
  }

  private void replace(String file, String from, String to) throws IOException {
    Path path = folder.resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(from);
    Files.writeString(path, text.replace(from, to));
  }

  private static void requireBits(StateDict file, PublishedWeights expected, NDManager manager) {
    try (file) {
      for (String name : file.names()) {
        assertThat(file.load(name, manager).toFloatArray()).isEqualTo(expected.values(name));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void should_open_every_form_with_the_same_bits(Form form) throws IOException {
    Path other = place.resolve("other");
    files.write(other, form);
    DiffusersFolder opened = DiffusersFolder.open(other);
    assertThat(opened.kind()).isEqualTo(PainterKind.VERSATILE_DIFFUSION);
    assertThat(opened.unet()).isEqualTo(PainterFiles.smallUnet(PainterKind.VERSATILE_DIFFUSION));
    assertThat(opened.autoencoder()).isEqualTo(PainterFiles.SMALL_VAE);
    assertThat(opened.scheduler()).isEqualTo(PublishedScheduler.stableDiffusion());
    assertThat(opened.imageEncoder()).isEmpty();
    requireBits(opened.unetWeights().open(), files.unet(), manager);
    requireBits(opened.autoencoderWeights().open(), files.vae(), manager);
  }

  @Test
  void should_open_image_variations() throws IOException {
    DiffusersFiles variations = PainterFiles.small(PainterKind.IMAGE_VARIATIONS);
    Path other = place.resolve("sd-image-variations");
    variations.write(other, Form.BIN);
    DiffusersFolder opened = DiffusersFolder.open(other);
    assertThat(opened.kind()).isEqualTo(PainterKind.IMAGE_VARIATIONS);
    assertThat(opened.unet().condition()).isEqualTo(new ClipSpace(1, 8));
  }

  @Test
  void should_do_without_an_index_where_the_unet_says_it_all() throws IOException {
    Files.delete(folder.resolve("model_index.json"));
    assertThat(DiffusersFolder.open(folder).kind()).isEqualTo(PainterKind.VERSATILE_DIFFUSION);
  }

  @Test
  void should_name_all_that_is_missing_and_where_to_get_it() throws IOException {
    Folders.delete(folder.resolve("vae"));
    Files.delete(folder.resolve("scheduler/scheduler_config.json"));
    Files.delete(folder.resolve("image_unet/config.json"));
    assertThatThrownBy(() -> DiffusersFolder.open(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(
            folder
                + ": missing: image_unet/config.json, vae, scheduler/scheduler_config.json"
                + VERSATILE);
    Files.delete(folder.resolve("image_unet/diffusion_pytorch_model.safetensors"));
    assertThatThrownBy(() -> DiffusersFolder.open(folder))
        .hasMessageContaining("image_unet/config.json, image_unet (no weights: expected diffusion");
    assertThatThrownBy(() -> DiffusersFolder.open(place.resolve("absent")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(
            place.resolve("absent")
                + ": no such folder; get one from shi-labs/versatile-diffusion or"
                + " lambdalabs/sd-image-variations-diffusers; this library downloads nothing");
  }

  @Test
  void should_say_what_another_folder_is() throws IOException {
    Path unet = folder.resolve("image_unet");
    assertThatThrownBy(() -> DiffusersFolder.open(unet))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(unet + ": expected the folder of a painter")
        .hasMessageContaining("one part of it, UNet2DConditionModel; give the folder around it");
    Path cache = Files.createDirectories(place.resolve("models--x/snapshots/1"));
    assertThatThrownBy(() -> DiffusersFolder.open(cache.getParent().getParent()))
        .hasMessageContaining("whose folders are in snapshots; give one of those");
    Path empty = Files.createDirectory(place.resolve("empty"));
    assertThatThrownBy(() -> DiffusersFolder.open(empty))
        .hasMessageContaining("but found a folder without files; get one from shi-labs/");
    Path file = unet.resolve("diffusion_pytorch_model.safetensors");
    assertThatThrownBy(() -> DiffusersFolder.open(file))
        .hasMessageStartingWith(file + ": expected the folder of a painter")
        .hasMessageContaining("but found a safetensors file; get one from shi-labs/");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "model_index.json | VersatileDiffusionPipeline | StableDiffusionPipeline"
            + " | from CLIP's image tokens but found StableDiffusionPipeline; get one from",
        "image_unet/config.json | UNet2DConditionModel | UNetFlatConditionModel"
            + " | UNetFlatConditionModel, which paints texts and belongs into text_unet",
        "image_unet/config.json | \"in_channels\": 4 | \"in_channels\": 8"
            + " | as many out_channels as in_channels, 8, but found 4",
        "vae/config.json | \"latent_channels\": 4 | \"latent_channels\": 8"
            + " | in_channels of 8, the latent_channels of vae, but found 4",
        "vae/config.json | [8, 16] | [8, 24]" + " | channels=[8, 24]",
        "scheduler/scheduler_config.json | scaled_linear | cosine"
            + " | a beta_schedule of linear or scaled_linear but found 'cosine'",
      })
  void should_name_parts_that_are_others_or_do_not_fit(
      String file, String from, String to, String message) throws IOException {
    replace(file, from, to);
    assertThatThrownBy(() -> DiffusersFolder.open(folder))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining(message);
  }

  @Test
  void should_name_weights_that_contradict_their_configuration() throws IOException {
    replace("image_unet/config.json", "[8, 16]", "[8, 24]");
    assertThatThrownBy(() -> DiffusersFolder.open(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(folder.resolve("image_unet") + "")
        .hasMessageContaining("channels=[8, 24]")
        .hasMessageContaining("as the configuration says, but found tensors of channels [8, 16]");
  }

  @Test
  void should_name_files_that_an_index_names() throws IOException {
    Path index = folder.resolve("vae/diffusion_pytorch_model.safetensors.index.json");
    Files.delete(folder.resolve("vae/diffusion_pytorch_model.safetensors"));
    files.vae().write(index.getParent(), "diffusion_pytorch_model", Form.SHARDED_SAFETENSORS);
    Path shard = index.resolveSibling("diffusion_pytorch_model-00002-of-00002.safetensors");
    Files.delete(shard);
    assertThatThrownBy(() -> DiffusersFolder.open(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageStartingWith(index + ": 1 of its 2 files are missing: [" + shard.getFileName());
  }

  @Test
  void should_name_tensors_that_a_file_lacks() throws IOException {
    PainterFiles.weights(new AutoencoderKl(PainterFiles.SMALL_VAE), "decoder.conv_out.bias")
        .write(folder.resolve("vae"), "diffusion_pytorch_model", Form.SAFETENSORS);
    assertThatThrownBy(() -> DiffusersFolder.open(folder))
        .isInstanceOf(WeightMismatchException.class)
        .hasMessageContaining("decoder.conv_out.bias");
  }

  @Test
  void should_name_all_problems_at_once() throws IOException {
    replace("vae/config.json", "silu", "relu");
    replace("image_unet/config.json", "silu", "mish");
    replace("scheduler/scheduler_config.json", "\"clip_sample\": false", "\"clip_sample\": true");
    assertThatThrownBy(() -> DiffusersFolder.open(folder))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContainingAll("clip_sample", "\"relu\"", "\"mish\"");
  }

  @Test
  void should_refuse_pointers_and_incomplete_downloads_before_anything_is_loaded()
      throws IOException {
    Path vae = folder.resolve("vae/diffusion_pytorch_model.safetensors");
    byte[] all = Files.readAllBytes(vae);
    Files.write(vae, Arrays.copyOf(all, all.length / 2));
    assertThatThrownBy(() -> DiffusersFolder.open(folder))
        .hasMessageContaining("(an incomplete download?)");
    Files.writeString(vae, "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n");
    assertThatThrownBy(() -> DiffusersFolder.open(folder))
        .hasMessageStartingWith(vae + ": ")
        .hasMessageContaining("a pointer of Git LFS instead of the file");
  }

  @Test
  void should_know_such_a_folder_even_if_it_is_not_complete() throws IOException {
    assertThat(DiffusersFolder.isOne(folder)).isTrue();
    Files.delete(folder.resolve("model_index.json"));
    assertThat(DiffusersFolder.isOne(folder)).isTrue();
    Folders.delete(folder.resolve("vae"));
    assertThat(List.of(DiffusersFolder.isOne(folder), DiffusersFolder.isOne(place)))
        .containsExactly(false, false);
  }
}
