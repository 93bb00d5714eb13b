// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.retrieval.DescribedIndex;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.SearchRequest;

/** Of a folder that NumPy 2.4 and PyArrow 25 wrote; the script beside it made it. */
class ClipRetrievalFolderTest {
  private static final Path WRITTEN = Path.of("src/test/resources/clip-retrieval");
  @TempDir private Path folder;

  @Test
  void should_join_the_embeddings_in_the_order_of_their_names() throws IOException {
    try (ClipRetrievalFolder images = ClipRetrievalFolder.open(WRITTEN, Modality.IMAGE);
        ClipRetrievalFolder texts = ClipRetrievalFolder.open(WRITTEN, Modality.TEXT)) {
      assertThat(images.size()).isEqualTo(12);
      assertThat(images.width()).isEqualTo(8);
      assertThat(images.hasMetadata()).isTrue();
      float[] third = new float[8];
      images.read(8, third);
      Path last = WRITTEN.resolve("img_emb/img_emb_2.npy");
      assertThat(third).isEqualTo(Arrays.copyOf(Npy.read(last).toFloats(), 8));
      float[] text = new float[8];
      texts.read(8, text);
      assertThat(text).isNotEqualTo(third);
    }
  }

  @Test
  void should_read_what_is_known_about_each_row() throws IOException {
    try (ClipRetrievalFolder images = ClipRetrievalFolder.open(WRITTEN, Modality.IMAGE)) {
      List<Map<String, String>> known = images.readMetadata();
      assertThat(known).hasSize(12);
      assertThat(known.get(6)) // of the second file, which is compressed with zstd
          .isEqualTo(
              Map.of(
                  "image_path", "images/00006.jpg",
                  "caption", "scene 6 \u2014 \u00e0 la carte",
                  "url", "https://pictures.example/6.jpg",
                  "width", "262",
                  "similarity", "0.5",
                  "nsfw", "true"));
      assertThat(known.get(3)).doesNotContainKey("caption").containsKey("url");
      assertThat(known)
          .extracting(row -> row.get("image_path"))
          .isSorted()
          .first()
          .isEqualTo("images/00000.jpg");
      assertThat(images.readMetadata("url").get(11))
          .isEqualTo(Map.of("url", "https://pictures.example/11.jpg"));
    }
  }

  @Test
  void should_be_searched_with_its_metadata() throws IOException {
    try (ClipRetrievalFolder images = ClipRetrievalFolder.open(WRITTEN, Modality.IMAGE);
        NeighborIndex index =
            DescribedIndex.of(
                ExactIndex.of(images, Device.cpu()), described(images.readMetadata("url")))) {
      float[] ninth = new float[8];
      images.read(9, ninth);
      Neighbor best = index.search(ninth, SearchRequest.of(1)).get(0);
      assertThat(best.id()).isEqualTo(9);
      assertThat(best.metadata()).containsEntry("url", "https://pictures.example/9.jpg");
    }
  }

  private static java.util.function.LongFunction<Map<String, String>> described(
      List<Map<String, String>> known) {
    return id -> known.get((int) id);
  }

  private Path copy() throws IOException {
    for (String name : List.of("img_emb", "metadata")) {
      Files.createDirectories(folder.resolve(name));
      for (int i = 0; i < 3; i++) {
        String file =
            name.equals("img_emb")
                ? "img_emb/img_emb_" + i + ".npy"
                : "metadata/metadata_" + i + ".parquet";
        Files.copy(WRITTEN.resolve(file), folder.resolve(file));
      }
    }
    return folder;
  }

  @Test
  void should_do_without_metadata() throws IOException {
    Path alone = Files.createDirectory(folder.resolve("alone"));
    Files.createDirectory(alone.resolve("img_emb"));
    Npy.write(alone.resolve("img_emb/img_emb_0.npy"), HeapArray.ofHalves(new float[] {1, 0}, 1, 2));
    try (ClipRetrievalFolder images = ClipRetrievalFolder.open(alone, Modality.IMAGE)) {
      assertThat(images.hasMetadata()).isFalse();
      assertThatThrownBy(images::readMetadata)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("this folder has no metadata: ask hasMetadata first");
    }
  }

  @Test
  void should_refuse_what_is_no_such_folder() throws IOException {
    assertThatThrownBy(() -> ClipRetrievalFolder.open(folder, Modality.TEXT))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            folder
                + ": expected a folder of clip-retrieval, with text_emb/text_emb_*.npy but found no"
                + " such file");
    Path copy = copy();
    Files.delete(copy.resolve("metadata/metadata_1.parquet"));
    assertThatThrownBy(() -> ClipRetrievalFolder.open(copy, Modality.IMAGE))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            folder
                + ": expected a file of metadata for each of 3 files of embeddings, or none but"
                + " found 2");
  }

  @Test
  void should_refuse_metadata_that_do_not_fit() throws IOException {
    Path copy = copy();
    Path last = copy.resolve("metadata/metadata_2.parquet");
    Files.copy(
        copy.resolve("metadata/metadata_1.parquet"),
        last,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    try (ClipRetrievalFolder images = ClipRetrievalFolder.open(copy, Modality.IMAGE)) {
      assertThatThrownBy(images::readMetadata)
          .isInstanceOf(MalformedFileException.class)
          .hasMessage(
              last + ": expected 12 rows of metadata in all files, as of embeddings but found 11");
      Files.writeString(last, "no such thing");
      assertThatThrownBy(images::readMetadata)
          .isInstanceOf(MalformedFileException.class)
          .hasMessageStartingWith(last + ": expected a Parquet file but found ");
    }
  }
}
