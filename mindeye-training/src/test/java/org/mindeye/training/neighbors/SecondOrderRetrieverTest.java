// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.neighbors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.net.httpserver.HttpServer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipScorer;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.SampleOrigin;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.retrieval.DescribedIndex;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.web.FetchConfig;
import org.mindeye.retrieval.web.Fetcher;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.training.neighbors.SecondOrderResult.Compared;
import org.mindeye.training.neighbors.SecondOrderResult.Skipped;
import org.mindeye.training.neighbors.SecondOrderRetriever.Stages;

/** The whole flow with small networks, pictures on the disk, and a server of this process. */
class SecondOrderRetrieverTest {
  private static final int VOXELS = 30;
  private static final int COUNT = 20;
  private static final SecondOrderConfig SMALL = new SecondOrderConfig(COUNT, 6, 40);
  private static final VisionTransformerConfig TOWER =
      new VisionTransformerConfig(16, 32, 1, 2, new PatchGrid(32, 16), 8, Nonlinearity.QUICK_GELU);
  private static final ImageLimits LIMITS = new ImageLimits(400, 400);

  @TempDir private Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<AutoCloseable> open = new ArrayList<>();
  private HttpServer server;
  private ClipImageEncoder clip;
  private BackboneEncoder finalLayer;
  private BackboneEncoder hiddenLayer;
  private float[] voxels;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    ClipVisionTransformer network = new ClipVisionTransformer(TOWER);
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    clip = keep(ClipImageEncoder.of(network));
    finalLayer = keep(encoder(clip.finalSpace(), 2));
    hiddenLayer = keep(encoder(clip.space(), 3));
    voxels = new float[VOXELS];
    NoiseSource.seeded(4).normal(voxels);
    for (int i = 0; i < COUNT; i++) {
      Files.write(folder.resolve(i + ".png"), picture(i).bytes());
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.stop(0);
    threads.shutdownNow();
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T keep(T each) {
    open.add(each);
    return each;
  }

  private static BackboneEncoder encoder(ClipSpace space, long seed) {
    ResidualMlpBackbone backbone =
        new ResidualMlpBackbone(
            BackboneConfig.paper(VOXELS).withHidden(16).withSpace(space).withProjector(16));
    backbone.initialize(Device.cpu(), NoiseSource.seeded(seed));
    return BackboneEncoder.of(backbone);
  }

  /** Noise, of another size and shape each. */
  private static EncodedImage picture(int number) {
    int width = 30 + 7 * (number % 4);
    int height = 40 + 5 * (number % 3);
    float[] values = new float[3 * width * height];
    NoiseSource.seeded(50, number).uniform(values);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      int rgb = 0;
      for (int channel = 0; channel < 3; channel++) {
        rgb = rgb << 8 | (int) (255 * values[3 * i + channel] * ((number + channel) % 5 + 1) / 5);
      }
      image.setRGB(i % width, i / width, rgb);
    }
    return EncodedImage.png(SampleOrigin.memory("p" + number), image);
  }

  private float[] said(BackboneEncoder encoder) {
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      return encoder
          .encode(VoxelBatch.of(Torch.copy(manager, voxels, new Shape(1, VOXELS))), manager)
          .projected()
          .toUnitVectors()
          .array()
          .toFloatArray();
    }
  }

  /** The gallery's vectors are such that the order of its neighbours is that of their ids. */
  private NeighborIndex gallery(String column, String format) throws IOException {
    float[] query = said(finalLayer);
    float[][] rows = new float[COUNT][query.length];
    for (int i = 0; i < COUNT; i++) {
      rows[i] = query.clone();
      rows[i][0] += i * 0.1f;
    }
    ExactIndex index = ExactIndex.of(EmbeddingSource.of(rows), Device.cpu());
    return keep(
        DescribedIndex.of(index, id -> Map.of(column, format.replace("#", Long.toString(id)))));
  }

  private SecondOrderRetriever retriever(NeighborIndex index, NeighborPictures pictures) {
    ClipScorer scorer = ClipScorer.ofTokens(clip);
    return SecondOrderRetriever.of(
        new Stages(finalLayer, index, pictures, hiddenLayer, scorer), SMALL);
  }

  /** The cosine of a picture's tokens with what the second model says, computed by itself. */
  private double cosine(EncodedImage image) {
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      int side = SMALL.side();
      var grid = new PixelGrid(List.of(side), Antialias.ON);
      var resized = grid.resize(ImageBatches.of(List.of(image), manager), manager);
      int top = (resized.height() - side) / 2;
      int left = (resized.width() - side) / 2;
      float[] all = resized.array().toFloatArray();
      float[] square = new float[3 * side * side];
      for (int i = 0; i < square.length; i++) {
        int row = top + i / side % side;
        int column = left + i % side;
        int channel = i / (side * side);
        square[i] = all[(channel * resized.height() + row) * resized.width() + column];
      }
      float[] tokens =
          clip.encodeTokens(
                  ImageBatches.ofPixels(new float[][] {square}, side, side, manager), manager)
              .toUnitVectors()
              .array()
              .toFloatArray();
      float[] brain = said(hiddenLayer);
      double sum = 0;
      for (int i = 0; i < brain.length; i++) {
        sum += (double) brain[i] * tokens[i];
      }
      return sum;
    }
  }

  @Test
  void should_choose_the_picture_whose_tokens_are_closest() throws IOException {
    SecondOrderRetriever retriever =
        retriever(
            gallery("picture", "#.png"), NeighborPictures.inFolder(folder, "picture", LIMITS));

    SecondOrderResult result = retriever.retrieve(voxels);

    assertThat(result.skipped()).isEmpty();
    assertThat(result.pictures()).hasSize(6);
    assertThat(result.pictures().stream().map(c -> c.neighbor().id()))
        .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L);
    double before = 2;
    for (Compared compared : result.pictures()) {
      EncodedImage image = picture((int) compared.neighbor().id());
      assertThat(compared.image().bytes()).isEqualTo(image.bytes());
      assertThat((double) compared.score()).isCloseTo(cosine(image), offset(1e-5));
      assertThat((double) compared.score()).isLessThanOrEqualTo(before);
      before = compared.score();
    }
    assertThat(result.best()).isEqualTo(result.pictures().get(0));
    LeakCheck.assertNoLeak(() -> retriever.retrieve(voxels));
  }

  @Test
  void should_skip_what_cannot_be_had_and_say_why() throws IOException {
    byte[] bomb = picture(1).bytes();
    Arrays.fill(bomb, 16, 18, (byte) 0); // the width in the header of a PNG
    bomb[18] = (byte) 0xff;
    bomb[19] = (byte) 0xff;
    serve("/0", 200, "image/png", picture(0).bytes());
    serve("/1", 200, "image/png", bomb);
    serve("/2", 200, "text/html", "<html>".getBytes(StandardCharsets.US_ASCII));
    serve("/4", 200, "image/webp", "RIFF????WEBP".getBytes(StandardCharsets.US_ASCII));
    serve("/5", 200, "image/png", Arrays.copyOf(picture(5).bytes(), 600));
    serve("/6", 200, "image/png", new byte[50_001]);
    for (int i = 7; i < COUNT; i++) {
      serve("/" + i, 200, "image/png", picture(i).bytes());
    }
    FetchConfig local =
        FetchConfig.standard().withLimits(Duration.ofMinutes(1), 50_000).withPrivateNetworks();
    String base = "http://127.0.0.1:" + server.getAddress().getPort();
    SecondOrderRetriever retriever =
        retriever(
            gallery("url", base + "/#"),
            NeighborPictures.fetched(Fetcher.of(local), "url", LIMITS));

    SecondOrderResult result = retriever.retrieve(voxels);

    assertThat(result.pictures().stream().map(c -> c.neighbor().id()))
        .containsExactlyInAnyOrder(0L, 7L, 8L, 9L, 10L, 11L);
    assertThat(result.skipped().stream().map(Skipped::neighbor).map(Neighbor::id))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(result.skipped().stream().map(Skipped::reason).toList())
        .satisfiesExactly(
            reason -> assertThat(reason).contains("65535x"),
            reason -> assertThat(reason).endsWith("but the server calls it text/html"),
            reason -> assertThat(reason).endsWith("expected status 200 but found 404"),
            reason -> assertThat(reason).contains("JPEG or PNG"),
            reason -> assertThat(reason).contains("sample 5, member image: expected"),
            reason -> assertThat(reason).contains("expected at most 50000 bytes but found more"));
  }

  private void serve(String path, int status, String type, byte[] body) {
    server.createContext(
        path,
        exchange -> {
          boolean there = exchange.getRequestURI().getPath().equals(path);
          exchange.getResponseHeaders().add("Content-Type", type);
          exchange.sendResponseHeaders(there ? status : 404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  @Test
  void should_refuse_a_gallery_without_any_picture() throws IOException {
    SecondOrderRetriever retriever =
        retriever(
            gallery("picture", "../#.png"),
            NeighborPictures.inFolder(folder.resolve("in"), "picture", LIMITS));

    assertThatThrownBy(() -> retriever.retrieve(voxels))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith(
            "expected pictures of 20 neighbours but none can be had; the first: shard gallery,"
                + " sample 0, member picture: expected a path inside ");
    SecondOrderRetriever other =
        retriever(gallery("caption", "#"), NeighborPictures.inFolder(folder, "picture", LIMITS));
    assertThatThrownBy(() -> other.retrieve(voxels))
        .hasMessageEndingWith("expected where the picture is, in picture but found [caption]");
  }

  @Test
  void should_refuse_stages_that_do_not_fit() throws IOException {
    NeighborIndex index = gallery("picture", "#.png");
    NeighborPictures pictures = NeighborPictures.inFolder(folder, "picture", LIMITS);
    ClipScorer scorer = ClipScorer.ofTokens(clip);
    assertThatThrownBy(
            () ->
                SecondOrderRetriever.of(
                    new Stages(hiddenLayer, index, pictures, hiddenLayer, scorer), SMALL))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("the gallery's width: expected 40, as finalLayer predicts, but was 8");
    assertThatThrownBy(
            () ->
                SecondOrderRetriever.of(
                    new Stages(finalLayer, index, pictures, finalLayer, scorer), SMALL))
        .hasMessage("the scorer's tokens: expected 1x8, as hiddenLayer predicts, but was 5x8");
  }

  @Test
  void should_refuse_numbers_without_sense() {
    assertThat(SecondOrderConfig.paper()).isEqualTo(new SecondOrderConfig(300, 16, 512));
    assertThatThrownBy(() -> SMALL.withCounts(5, 6))
        .hasMessage("asked: expected at least 6, as many as wanted, but was 5");
    assertThatThrownBy(() -> SMALL.withCounts(5, 0))
        .hasMessage("wanted: expected at least 1 but was 0");
    assertThatThrownBy(() -> SMALL.withSide(-1)).hasMessage("side: expected 0 or more but was -1");
  }
}
