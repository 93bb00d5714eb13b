// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.ladder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.reconstruct.PaintedFiles;
import org.mindeye.cli.report.EncodedSplit;
import org.mindeye.cli.report.Matrices;
import org.mindeye.cli.world.SmallWorld;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.EmbeddingPrior;
import org.mindeye.core.pipeline.ImageDecoder;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.pipeline.VoxelEncoder;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.simulation.scene.SceneGenerator;
import org.mindeye.data.simulation.scene.ScenePainter;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.evaluation.PixelScores;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.results.ScoreRow;
import org.mindeye.evaluation.results.ScoredMethod;
import org.mindeye.training.CachedTargets;

/** With a painter that knows every picture by its tokens, each rung must show its own. */
class LadderTest {
  private static final int SCENES = 20;
  private static final ClipSpace SPACE = SmallWorld.clipConfig().hiddenSpace();

  @TempDir private static Path folder;
  private static ClipImageEncoder clip;
  private static AttributeClassifier judge;
  private static EncodedSplit test;
  private static LadderScores scores;

  @BeforeAll
  static void paint() throws IOException {
    clip = ClipImageEncoder.of(SmallWorld.clip(Device.cpu()));
    judge = SmallWorld.judge(Device.cpu());
    ScenePainter painter = new ScenePainter(SmallWorld.side());
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < SCENES; i++) {
      SampleOrigin origin = SampleOrigin.memory("sample" + i);
      var scene = SceneGenerator.of(Split.TEST).invent(NoiseSource.seeded(3, i));
      EncodedImage image = EncodedImage.png(origin, painter.paint(scene));
      float[][] voxels = {{i}};
      trials.add(new Trial(origin, image, voxels, i, new long[] {i}, 1));
    }
    test = new EncodedSplit(trials, CachedTargets.encode(clip, trials));
    LadderNetworks networks =
        new LadderNetworks(new Turned(3), new Turned(0), new Knowing(), clip, judge);
    Console console = new Console(new PrintStream(new ByteArrayOutputStream()), false);
    scores =
        new LadderEvaluator(networks, new DecodeConfig(2, 1, 1, 5, 1), console)
            .evaluate(test, turned(7), files());
  }

  @AfterAll
  static void close() {
    judge.close();
    clip.close();
  }

  /** The tokens of the picture that is so many places further on. */
  private static float[][] turned(int by) {
    float[][] rows = new float[SCENES][];
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      float[][] all = Matrices.rows(test.targets().all(manager).array());
      for (int i = 0; i < SCENES; i++) {
        rows[i] = all[(i + by) % SCENES];
      }
    }
    return rows;
  }

  /** Chosen is the seen picture itself, blurry is the next one's. */
  private static List<PaintedFiles> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Trial trial : test.trials()) {
      files.add(Files.write(folder.resolve(trial.key() + ".png"), trial.image().encoded().bytes()));
    }
    List<PaintedFiles> painted = new ArrayList<>();
    for (int i = 0; i < SCENES; i++) {
      Path blurry = files.get((i + 1) % SCENES);
      painted.add(new PaintedFiles(i, files.get(i), Optional.of(blurry), List.of()));
    }
    return painted;
  }

  /** As encoder its projector, as prior its samples, are those of a picture some places on. */
  private record Turned(int by) implements VoxelEncoder, EmbeddingPrior {
    @Override
    public int voxels() {
      return 1;
    }

    @Override
    public ClipSpace space() {
      return SPACE;
    }

    @Override
    public Device device() {
      return Device.cpu();
    }

    @Override
    public BrainEmbedding encode(VoxelBatch voxels, NDManager owner) {
      float[] which = voxels.array().toFloatArray();
      return BrainEmbedding.of(
          BrainTokens.of(tokens(0, which, owner)), ClipTokens.of(tokens(by, which, owner)));
    }

    @Override
    public ClipTokens sample(
        BrainTokens condition, NoiseSource noise, StepListener steps, NDManager owner) {
      return ClipTokens.of(condition.array().duplicate());
    }

    private static NDArray tokens(int by, float[] which, NDManager owner) {
      float[][] all = turned(by);
      float[][] some = new float[which.length][];
      for (int i = 0; i < some.length; i++) {
        some[i] = all[Math.round(which[i])];
      }
      return Matrices.of(some, owner).reshape(which.length, SPACE.tokens(), SPACE.width());
    }

    @Override
    public void close() {}
  }

  /** Shows the picture whose tokens are the nearest. */
  private static final class Knowing implements ImageDecoder {
    @Override
    public ClipSpace space() {
      return SPACE;
    }

    @Override
    public Device device() {
      return Device.cpu();
    }

    @Override
    public Shape latents() {
      return new Shape(1, 1, 1);
    }

    @Override
    public int batch() {
      return 4;
    }

    @Override
    public ImageBatch decode(
        ClipTokens tokens,
        DecodeConfig config,
        NoiseSource noise,
        StepListener steps,
        NDManager owner) {
      NDArray all = test.targets().all(owner).array();
      long[] nearest =
          tokens.toUnitVectors().array().matMul(all.transpose()).argMax(1).toLongArray();
      List<Trial> shown = new ArrayList<>();
      for (long index : nearest) {
        shown.add(test.trials().get((int) index));
      }
      return ImageBatches.ofTrials(shown, owner);
    }

    @Override
    public ImageBatch decode(
        ClipTokens tokens,
        VaeLatents start,
        DecodeConfig config,
        NoiseSource noise,
        StepListener steps,
        NDManager owner) {
      throw new UnsupportedOperationException("painted from noise alone");
    }

    @Override
    public ImageBatch show(VaeLatents latents, NDManager owner) {
      throw new UnsupportedOperationException("nothing to show");
    }

    @Override
    public VaeLatents start(ImageBatch blurry, NoiseSource noise, NDManager owner) {
      throw new UnsupportedOperationException("nothing to start from");
    }

    @Override
    public void close() {}
  }

  @Test
  void should_find_all_of_the_seen_pictures_where_they_were_painted() {
    for (Rung rung : List.of(Rung.PRIOR, Rung.WHOLE, Rung.SEEN_TOKENS)) {
      assertThat(scores.score(rung, LadderScoring.TOWER).mean()).as("%s", rung).isEqualTo(1);
      assertThat(scores.score(rung, LadderScoring.JUDGE).mean()).as("%s", rung).isEqualTo(1);
      assertThat(scores.score(rung, EvaluationProtocol.PIXCORR).mean())
          .as("%s", rung)
          .isCloseTo(1, within(1e-6));
    }
    for (Rung rung : List.of(Rung.BLURRY, Rung.RIDGE, Rung.BACKBONE)) {
      assertThat(scores.score(rung, LadderScoring.TOWER).mean()).as("%s", rung).isLessThan(0.9);
      assertThat(scores.score(rung, EvaluationProtocol.PIXCORR).mean())
          .as("%s", rung)
          .isLessThan(0.9);
    }
  }

  @Test
  void should_compare_each_wrong_picture_with_the_right_one() {
    Map<Rung, Integer> places = Map.of(Rung.BLURRY, 1, Rung.BACKBONE, 3, Rung.RIDGE, 7);
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      NDArray all = ImageBatches.ofTrials(test.trials(), manager).array();
      places.forEach(
          (rung, by) -> {
            NDArray shown =
                all.get(new NDIndex("{}:", by)).concat(all.get(new NDIndex(":{}", by)), 0);
            List<Double> expected =
                PixelScores.each(ImageBatch.of(all), ImageBatch.of(shown), PixelGrid.unchanged())
                    .stream()
                    .map(PixelScores::pixCorr)
                    .toList();
            List<Double> each = scores.score(rung, EvaluationProtocol.PIXCORR).each();
            for (int i = 0; i < SCENES; i++) {
              assertThat(each.get(i)).as("%s %d", rung, i).isCloseTo(expected.get(i), within(1e-6));
            }
          });
    }
  }

  @Test
  void should_state_the_painters_ceiling_beside_every_score() {
    List<ScoredMethod> methods = scores.methods();
    assertThat(methods).extracting(ScoredMethod::name).doesNotHaveDuplicates().hasSize(6);
    for (ScoredMethod method : methods) {
      assertThat(method.scores())
          .extracting(row -> row.metric().title())
          .containsExactlyElementsOf(
              LadderScores.METRICS.stream().map(name -> "Painted: " + name).toList());
      for (ScoreRow row : method.scores()) {
        assertThat(row.ceiling().orElseThrow())
            .isEqualTo(
                scores
                    .score(Rung.SEEN_TOKENS, row.metric().title().replace("Painted: ", ""))
                    .mean());
      }
    }
  }

  @Test
  void should_write_all_scores_for_programs() {
    ObjectNode node = new ObjectMapper().createObjectNode();

    LadderJson.add(node, scores);

    assertThat(node.get("scenes").asInt()).isEqualTo(SCENES);
    assertThat(node.at("/whole/judge").asDouble()).isEqualTo(1);
    assertThat(node.at("/blurry/each_pixcorr")).hasSize(SCENES);
    assertThat(node.at("/ridge/small_clip_chance").asDouble()).isBetween(0.4, 0.6);
    assertThat(node.at("/lead_of_the_whole/pixcorr").asDouble()).isCloseTo(0, within(1e-9));
  }

  @Test
  void should_print_a_line_for_each_rung() {
    String summary = new LadderSection(scores, test.trials(), List.of()).summary();
    assertThat(summary.lines()).hasSize(2 + Rung.values().length);
    assertThat(summary)
        .startsWith("two-way identification of 20 painted scenes")
        .containsPattern("With image-to-image, the best +100\\.0 % +100\\.0 % +1\\.000");
  }

  @Test
  void should_refuse_a_ladder_without_a_rung() {
    assertThatThrownBy(() -> new LadderScores(Map.of()))
        .hasMessage("results: expected every rung but BLURRY is not");
  }
}
