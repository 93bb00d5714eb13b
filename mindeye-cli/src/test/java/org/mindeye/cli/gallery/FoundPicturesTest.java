// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.TrialImage;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.retrieval.NpyEmbeddings;
import org.mindeye.retrieval.gallery.GalleryAddition;
import org.mindeye.retrieval.gallery.GalleryFolder;
import org.mindeye.retrieval.gallery.GalleryOrigin;
import org.mindeye.retrieval.gallery.PartKind;

/** Which of what was found is the picture that was seen. */
class FoundPicturesTest {
  private static final int SIDE = 16;

  @TempDir private Path folder;

  private static TrialImage raw(int shift) {
    byte[] levels = new byte[SIDE * SIDE * 3];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (byte) (i * i / 3 + shift);
    }
    return RawImage.of(SampleOrigin.memory("p" + shift), SIDE, SIDE, levels);
  }

  /** Of the same levels as the library's PNG, in other bytes. */
  private static byte[] png(BufferedImage pixels) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(pixels, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private GalleryHits hits(TrialImage seen, String... names) throws IOException {
    GalleryQuery query = new GalleryQuery("q", new float[] {1, 0}, seen, true);
    FoundPictures files = new FoundPictures(gallery(), folder);
    Neighbor[] found = new Neighbor[names.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = new Neighbor(0, 0.5f, Map.of(Described.PICTURE, names[i]));
    }
    return new GalleryHits(9, List.of(query), List.of(files.marked(query, List.of(found))));
  }

  private GalleryFolder gallery() throws IOException {
    Path rows = folder.resolve("rows.npy");
    Npy.write(rows, HeapArray.ofFloats(new float[] {1, 0}, 1, 2));
    try (NpyEmbeddings source = NpyEmbeddings.open(List.of(rows))) {
      return GalleryFolder.append(
          folder.resolve("gallery"),
          new GalleryOrigin(new ClipSpace(1, 2), null),
          source,
          GalleryAddition.of(PartKind.EXACT, "test"));
    }
  }

  @Test
  void should_know_a_picture_by_its_levels() throws IOException {
    byte[] other = png(raw(0).toBufferedImage());
    assertThat(other).isNotEqualTo(raw(0).encoded().bytes());
    Files.write(folder.resolve("same.png"), other);
    Files.write(folder.resolve("other.png"), png(raw(1).toBufferedImage()));
    Files.writeString(folder.resolve("damaged.png"), "no picture");

    String[] names = {"other.png", "same.png", "damaged.png", "absent.png"};
    for (TrialImage seen : new TrialImage[] {raw(0), raw(0).encoded()}) {
      GalleryHits hits = hits(seen, names);

      assertThat(hits.found().get(0).stream().map(GalleryHit::compared))
          .containsExactly(
              GalleryHit.Seen.NO,
              GalleryHit.Seen.YES,
              GalleryHit.Seen.UNKNOWN,
              GalleryHit.Seen.UNKNOWN);
    }
  }

  @Test
  void should_say_when_no_seen_picture_was_found() throws IOException {
    Files.write(folder.resolve("other.png"), png(raw(1).toBufferedImage()));

    assertThat(hits(raw(0), "other.png").summary())
        .isEqualTo(
            "1 query among 9 vectors; the seen picture came first for 0, and is shown for 0");
  }

  @Test
  void should_say_nothing_of_what_is_not_known() throws IOException {
    assertThat(hits(raw(0), "absent.png").summary()).isEqualTo("1 query among 9 vectors");
  }
}
