// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.mindeye.evaluation.SimilarityMatrix;

class HeatMapTest {
  private static final int DARK = 0xFF440154;
  private static final int MIDDLE = 0xFF21918C;
  private static final int BRIGHT = 0xFFFDE725;

  private static String html(SimilarityMatrix matrix) {
    return HeatMap.of("Similarity", matrix).toHtml().toString();
  }

  /** The map, then its scale. */
  private static List<BufferedImage> images(String html) throws IOException {
    List<String> encoded =
        Pattern.compile("href=\"data:image/png;base64,([^\"]+)\"")
            .matcher(html)
            .results()
            .map((MatchResult result) -> result.group(1))
            .toList();
    assertThat(encoded).hasSize(2);
    return List.of(image(encoded.get(0)), image(encoded.get(1)));
  }

  private static BufferedImage image(String encoded) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(encoded)));
  }

  @Test
  void should_have_a_pixel_for_each_value_rows_downwards() throws IOException {
    float[][] values = {{1, 0, 0.5f}, {0, 1, 0}};
    BufferedImage map = images(html(SimilarityMatrix.of("brain", "image", values))).get(0);
    assertThat(map.getWidth()).isEqualTo(3);
    assertThat(map.getHeight()).isEqualTo(2);
    assertThat(map.getRGB(0, 0)).isEqualTo(BRIGHT);
    assertThat(map.getRGB(1, 0)).isEqualTo(DARK);
    assertThat(brightness(map.getRGB(2, 0))).isCloseTo(brightness(MIDDLE), within(2));
    assertThat(map.getRGB(0, 1)).isEqualTo(DARK);
  }

  private static int brightness(int rgb) {
    return (rgb >> 16 & 255) + (rgb >> 8 & 255) + (rgb & 255);
  }

  private static org.assertj.core.data.Offset<Integer> within(int levels) {
    return org.assertj.core.data.Offset.offset(levels);
  }

  @Test
  void should_show_a_scale_with_the_largest_value_on_top() throws IOException {
    BufferedImage scale = images(html(SimilarityMatrix.of("b", "i", new float[2][2]))).get(1);
    assertThat(scale.getHeight()).isEqualTo(256);
    assertThat(scale.getRGB(0, 0)).isEqualTo(BRIGHT);
    assertThat(scale.getRGB(0, 255)).isEqualTo(DARK);
  }

  @Test
  void should_say_in_words_what_the_diagonal_shows() {
    float[][] values = {{0.9f, 0.1f}, {0.3f, 0.7f}};
    assertThat(html(SimilarityMatrix.of("brain", "image", values)))
        .contains(
            "<title>Similarity. Heat map of 2 brains by 2 images, from 0.100 to 0.900."
                + " Mean on the diagonal 0.800, elsewhere 0.200.</title>");
    assertThat(html(SimilarityMatrix.of("brain", "image", new float[][] {{0.5f}})))
        .contains("1 brain by 1 image", "Mean on the diagonal 0.500.</title>")
        .doesNotContain("NaN");
  }

  @Test
  void should_cut_what_is_too_large_and_say_so() throws IOException {
    float[][] values = new float[301][301];
    values[300][300] = 7;
    String html = html(SimilarityMatrix.of("brain", "image", values));
    assertThat(images(html).get(0).getWidth()).isEqualTo(300);
    assertThat(html).contains("The first 300 of 301 rows.", "from 0.000 to 0.000");
    assertThat(html(SimilarityMatrix.of("brain", "image", new float[300][300])))
        .doesNotContain("The first");
  }

  @Test
  void should_be_the_same_every_time() {
    SimilarityMatrix matrix =
        SimilarityMatrix.of("brain", "image", new float[][] {{0.9f, 0.1f}, {0.3f, 0.7f}});
    assertThat(html(matrix)).isEqualTo(html(matrix));
    assertThat(HeatMap.of("t", matrix).toSvg()).isEqualTo(HeatMap.of("t", matrix).toSvg());
  }
}
