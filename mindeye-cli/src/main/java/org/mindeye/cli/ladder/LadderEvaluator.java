// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.ladder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.reconstruct.PaintedFiles;
import org.mindeye.cli.report.EncodedSplit;
import org.mindeye.cli.report.Matrices;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.evaluation.protocol.EvaluationResult;

/** Paints the first scenes of a test split in every way, and scores what was painted. */
public final class LadderEvaluator {
  private static final long NOISE = 41;
  private static final long SAMPLES = 43;

  private final LadderNetworks networks;
  private final DecodeConfig decoding;
  private final Console console;

  /** The tokens of some responses. */
  @FunctionalInterface
  private interface Tokens {
    ClipTokens of(TrialBatch batch, NDManager owner);
  }

  /**
   * Prepares.
   *
   * @param networks paint and judge
   * @param decoding steps, guidance and seed
   * @param console where progress is printed
   */
  public LadderEvaluator(LadderNetworks networks, DecodeConfig decoding, Console console) {
    this.networks = networks;
    this.decoding = decoding;
    this.console = console;
  }

  /**
   * Does all of it.
   *
   * @param test the split
   * @param ridge tokens of ridge regression for it, {@code [sample][tokens * width]}
   * @param painted of the first samples, as many as are scored, with their blurry starts
   * @return the scores
   * @throws IOException if a picture cannot be read
   */
  public LadderScores evaluate(EncodedSplit test, float[][] ridge, List<PaintedFiles> painted)
      throws IOException {
    List<Trial> scenes = test.trials().subList(0, painted.size());
    LadderScoring scoring = new LadderScoring(networks.clip(), networks.judge(), scenes);
    Map<Rung, EvaluationResult> results = new EnumMap<>(Rung.class);
    List<Path> blurry = new ArrayList<>();
    for (PaintedFiles files : painted) {
      blurry.add(files.blurry().orElseThrow());
    }
    results.put(Rung.BLURRY, scoring.of(pixels(blurry)));
    results.put(
        Rung.WHOLE, scoring.of(pixels(painted.stream().map(PaintedFiles::chosen).toList())));
    for (Rung rung : List.of(Rung.RIDGE, Rung.BACKBONE, Rung.PRIOR, Rung.SEEN_TOKENS)) {
      console.say("painting %s: %s", Plural.of(scenes.size(), "scene"), rung.title());
      results.put(rung, scoring.of(paint(scenes, tokens(rung, test, ridge))));
    }
    return new LadderScores(results);
  }

  private static float[][] pixels(List<Path> files) throws IOException {
    float[][] pixels = new float[files.size()][];
    for (int i = 0; i < pixels.length; i++) {
      Path file = files.get(i);
      SampleOrigin origin = new SampleOrigin(file.toString(), file.getFileName().toString());
      byte[] bytes = Files.readAllBytes(file);
      pixels[i] = EncodedImage.of(origin, bytes, ImageLimits.DEFAULT).toFloats();
    }
    return pixels;
  }

  private Tokens tokens(Rung rung, EncodedSplit test, float[][] ridge) {
    return switch (rung) {
      case RIDGE -> (batch, owner) -> rows(ridge, batch, owner);
      case BACKBONE -> (batch, owner) -> brain(batch, owner).projected();
      case PRIOR ->
          (batch, owner) ->
              networks
                  .prior()
                  .sample(
                      brain(batch, owner).tokens(),
                      NoiseSource.seeded(decoding.seed(), SAMPLES, batch.step()),
                      owner);
      case SEEN_TOKENS -> (batch, owner) -> test.targets().targets(batch, owner);
      case BLURRY, WHOLE -> throw new IllegalArgumentException(rung + " is not painted here");
    };
  }

  private BrainEmbedding brain(TrialBatch batch, NDManager owner) {
    return networks.encoder().encode(batch.voxels(owner), owner);
  }

  private ClipTokens rows(float[][] all, TrialBatch batch, NDManager owner) {
    float[][] some = Arrays.stream(batch.indices()).mapToObj(i -> all[i]).toArray(float[][]::new);
    ClipSpace space = networks.decoder().space();
    NDArray rows = Matrices.of(some, owner);
    return ClipTokens.of(rows.reshape(batch.size(), space.tokens(), space.width()));
  }

  /** {@code [scene][3 * side * side]} in [0, 1], painted from noise. */
  private float[][] paint(List<Trial> scenes, Tokens tokens) {
    List<float[]> painted = new ArrayList<>();
    LoaderConfig batches = LoaderConfig.evaluation(networks.decoder().batch());
    for (TrialBatch batch : new TrialLoader(scenes, batches).epoch(0)) {
      try (CallScope scope = CallScope.open(networks.decoder().device())) {
        NDManager owner = scope.manager();
        NoiseSource noise = NoiseSource.seeded(decoding.seed(), NOISE, batch.step());
        NDArray pictures =
            networks
                .decoder()
                .decode(tokens.of(batch, owner), decoding, noise, StepListener.NONE, owner)
                .array();
        painted.addAll(List.of(Matrices.rows(pictures)));
      }
    }
    return painted.toArray(float[][]::new);
  }
}
