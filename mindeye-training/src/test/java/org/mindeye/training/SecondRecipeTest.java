// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.training.OptimizerConfig.Schedule;
import org.mindeye.training.TrainingResult.End;

/** Another recipe on the same loop: two networks that squeeze vectors, with terms of their own. */
class SecondRecipeTest {
  private static final int WIDTH = 6;
  private static final int BATCH = 8;
  private static final long NOISE = 1;
  private static final Score HITS = Score.share("closerThanMean");
  private static final LoopConfig CONFIG =
      new LoopConfig(
          3,
          OptimizerConfig.paper()
              .withLearningRate(Schedule.COSINE, 1e-2)
              .withAccumulation(2)
              .withClipNorm(1)
              .withAverage(0.9),
          Freezing.NONE,
          SelectionRule.by(HITS, Score.lower("total")),
          0,
          5);

  @TempDir private Path folder;

  private static Map<String, Network> shape() {
    Map<String, Network> networks = new LinkedHashMap<>();
    networks.put("encoder", new NamedLayer("squeeze", WIDTH, 3));
    networks.put("decoder", new NamedLayer("widen", 3, WIDTH));
    return networks;
  }

  private static NamedNetworks model(long seed) {
    Map<String, Network> networks = shape();
    networks.values().forEach(each -> each.initialize(Device.cpu(), NoiseSource.seeded(seed)));
    return NamedNetworks.of(networks, SecondRecipeTest::shape);
  }

  private static NDArray code(NamedNetworks model, NDArray x) {
    return model.get("encoder", NamedLayer.class).apply(x);
  }

  private static NDArray decoded(NamedNetworks model, NDArray code) {
    return model.get("decoder", NamedLayer.class).apply(code);
  }

  private static float[] vectors(long... stream) {
    float[] values = new float[BATCH * WIDTH];
    NoiseSource.seeded(3, stream).normal(values);
    return values;
  }

  private record Vectors(int batchesPerEpoch) implements SampleSource<float[]> {
    @Override
    public int samples() {
      return batchesPerEpoch * BATCH;
    }

    @Override
    public Iterable<float[]> epoch(int epoch) {
      return IntStream.range(0, batchesPerEpoch).mapToObj(i -> vectors(epoch, i)).toList();
    }
  }

  private record Squeezing(NamedNetworks model) implements StepLoss<float[]> {
    @Override
    public List<LossTerm> terms() {
      return List.of(new LossTerm("reconstruction", 1), new LossTerm("codeLength", 0.1));
    }

    @Override
    public Map<String, NDArray> evaluate(float[] batch, StepContext step) {
      NDArray x = Torch.copy(step.manager(), batch, new Shape(BATCH, WIDTH));
      step.data("vectors", x);
      NDArray noise = step.noise(NOISE).normal(step.manager(), new Shape(BATCH, 3));
      NDArray code = code(model, x).add(noise.mul(Torch.scalar(noise, 0.01)));
      step.prediction("codes", code);
      NDArray error = decoded(model, code).sub(x).square().mean();
      return Map.of("reconstruction", error, "codeLength", code.square().mean());
    }

    @Override
    public List<String> keys(float[] batch) {
      return IntStream.range(0, BATCH).mapToObj(i -> "vector" + i).toList();
    }
  }

  private static final class Judge implements ModelValidator<NamedNetworks> {
    @Override
    public int samples() {
      return BATCH;
    }

    @Override
    public List<Score> scores() {
      return List.of(Score.lower("total"), HITS);
    }

    @Override
    public NamedValues score(NamedNetworks model, int epoch) {
      try (CallScope scope = CallScope.open(model.device())) {
        NDManager manager = scope.manager();
        NDArray x = Torch.copy(manager, vectors(-1), new Shape(BATCH, WIDTH));
        NDArray errors = decoded(model, code(model, x)).sub(x).square().mean(new int[] {1});
        NDArray lengths = x.square().mean(new int[] {1});
        float[] error = errors.toFloatArray();
        float[] length = lengths.toFloatArray();
        long hits = IntStream.range(0, BATCH).filter(i -> error[i] < length[i]).count();
        return NamedValues.NONE
            .with("total", errors.mean().getFloat())
            .with(HITS.name(), hits / (double) BATCH);
      }
    }
  }

  private static TrainingLoop<NamedNetworks, float[]> loop(
      NamedNetworks model, Object data, TrainingListener... listeners) {
    Recipe<NamedNetworks, float[]> recipe =
        Recipe.of(
            model,
            new Vectors(8),
            new Squeezing(model),
            new Judge(),
            RunIdentity.strict(CONFIG, Map.of("vectors", data)));
    return new TrainingLoop<>(CONFIG, recipe, listeners);
  }

  private static TrainingLoop<NamedNetworks, float[]> loop(
      NamedNetworks model, SampleSource<float[]> samples, StepLoss<float[]> loss) {
    return new TrainingLoop<>(
        CONFIG,
        Recipe.of(model, samples, loss, new Judge(), RunIdentity.strict(CONFIG, "vectors")));
  }

  private static Map<String, float[]> weights(NamedNetworks model) {
    Map<String, float[]> weights = new TreeMap<>();
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      model.tensors(manager).forEach((name, array) -> weights.put(name, array.toFloatArray()));
    }
    return weights;
  }

  @Test
  void should_go_on_with_the_same_bits_wherever_it_stops() throws IOException {
    Recorder whole = new Recorder();
    TrainingResult expected;
    Map<String, float[]> trained;
    Path csv = folder.resolve("whole.csv");
    try (NamedNetworks model = model(1)) {
      expected =
          loop(model, 3, whole, CsvListener.epochs(csv))
              .withCheckpoints(CheckpointPolicy.in(folder.resolve("whole")))
              .train();
      trained = weights(model);
    }
    assertThat(expected.end()).isEqualTo(End.COMPLETE);
    assertThat(expected.steps()).isEqualTo(12);
    assertThat(trained.keySet())
        .containsExactly(
            "decoder.widen.bias",
            "decoder.widen.weight",
            "encoder.squeeze.bias",
            "encoder.squeeze.weight");
    assertThat(whole.steps.get(0).loss().names())
        .containsExactly("total", "reconstruction", "codeLength");
    assertThat(expected.history().get(2).validation().value("total"))
        .isLessThan(expected.history().get(0).validation().value("total"));

    Path split = folder.resolve("split");
    Path cut = folder.resolve("cut.csv");
    for (int part = 0; part < 4; part++) {
      int until = new int[] {3, 4, 9, 99}[part];
      Recorder recorder = new Recorder();
      try (NamedNetworks model = model(1 + part)) {
        TrainingLoop<NamedNetworks, float[]> loop =
            loop(model, 3, recorder, CsvListener.epochs(cut))
                .withCheckpoints(CheckpointPolicy.in(split).keeping(9))
                .stoppingWhen(
                    () -> recorder.steps.get(recorder.steps.size() - 1).step() + 1 == until);
        TrainingResult result = part == 0 ? loop.train() : loop.resume();
        if (part == 3) {
          assertThat(result).isEqualTo(expected);
          NetworkWeights.assertSame(weights(model), trained);
        }
      }
    }
    assertThat(cut).hasSameTextualContentAs(csv);
    assertThat(Files.readAllLines(csv).get(0))
        .isEqualTo(
            "epoch,loss_name,training_loss,training_reconstruction,training_code_length,"
                + "validation_loss,closer_than_mean,best");
    TrainedRun saved = TrainedRun.open(split);
    assertThat(saved.history()).isEqualTo(expected.history());
    assertThat(saved.best(TrainedWeights::step) % 4).isZero();
    assertThat(saved.nextBest(saved.bestStep().orElseThrow())).isPresent();
  }

  @Test
  void should_give_its_networks_and_notes_to_those_who_use_the_run() throws IOException {
    Map<String, float[]> trained;
    try (NamedNetworks model = model(1)) {
      loop(model, 3).withCheckpoints(CheckpointPolicy.in(folder)).train();
      trained = weights(model);
    }
    TrainedRun run = TrainedRun.open(folder);
    assertThat(run.lastStep()).hasValue(12);
    try (NamedNetworks other = model(2)) {
      boolean averaged =
          run.last(
              weights -> {
                weights.copyInto(other);
                return weights.averages();
              });
      assertThat(averaged).isTrue();
      NetworkWeights.assertSame(weights(other), trained);
    }
    try (NamedLayer decoder = new NamedLayer("widen", 3, WIDTH)) {
      decoder.allocate(Device.cpu());
      run.last(
          weights -> {
            weights.copyInto("decoder", decoder);
            return decoder;
          });
      decoder
          .arrays()
          .forEach(
              (name, array) ->
                  assertThat(array.toFloatArray()).isEqualTo(trained.get("decoder." + name)));
      assertThatThrownBy(
              () ->
                  run.last(
                      weights -> {
                        weights.copyInto("critic", decoder);
                        return decoder;
                      }))
          .isInstanceOf(WeightMismatchException.class)
          .hasMessageContaining("widen.weight");
    }
    LoopConfig noted = run.last(weights -> weights.config(LoopConfig.class));
    assertThat(noted).isEqualTo(CONFIG);
    assertThatThrownBy(() -> run.last(w -> MindEyeWeights.of(w).load(false, Device.cpu())))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining(": a checkpoint of another recipe than the published one");
    assertThat(MindEyeWeights.of(run.latest().orElseThrow()).model()).isEmpty();
  }

  @Test
  void should_refuse_to_go_on_with_other_data() {
    try (NamedNetworks model = model(1)) {
      loop(model, 3).withCheckpoints(CheckpointPolicy.in(folder)).train();
      assertThatThrownBy(() -> loop(model, 4).withCheckpoints(CheckpointPolicy.in(folder)).resume())
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("differs in {data.vectors=3 there, 4 here}");
    }
  }

  @Test
  void should_name_what_is_not_finite_by_its_own_words() {
    try (NamedNetworks model = model(1)) {
      Vectors good = new Vectors(8);
      SampleSource<float[]> bad =
          new SampleSource<>() {
            @Override
            public int samples() {
              return good.samples();
            }

            @Override
            public int batchesPerEpoch() {
              return good.batchesPerEpoch();
            }

            @Override
            public Iterable<float[]> epoch(int epoch) {
              float[] broken = vectors(9);
              Arrays.fill(broken, 2 * WIDTH, 3 * WIDTH, Float.NaN);
              return IntStream.range(0, 8).mapToObj(i -> i == 5 ? broken : vectors(i)).toList();
            }
          };
      assertThatThrownBy(() -> loop(model, bad, new Squeezing(model)).train())
          .isInstanceOf(NotFiniteException.class)
          .hasMessage(
              "epoch 0, step 2: vectors of sample vector2 hold NaN or infinity; no parameter was"
                  + " updated in this step; repair or leave out the data");
    }
  }

  /** The loop knows no temperature: what to do is the recipe's to say. */
  @Test
  void should_say_what_the_recipe_advises() {
    try (NamedNetworks model = model(1)) {
      Squeezing good = new Squeezing(model);
      StepLoss<float[]> overflowing =
          new StepLoss<>() {
            @Override
            public List<LossTerm> terms() {
              return good.terms();
            }

            @Override
            public Map<String, NDArray> evaluate(float[] batch, StepContext step) {
              Map<String, NDArray> terms = new LinkedHashMap<>(good.evaluate(batch, step));
              terms.computeIfPresent("codeLength", (name, x) -> x.div(Torch.scalar(x, 0)));
              return terms;
            }

            @Override
            public List<String> keys(float[] batch) {
              return List.of("all");
            }

            @Override
            public String remedy(String term) {
              return "shorten " + term;
            }
          };
      assertThatThrownBy(() -> loop(model, new Vectors(8), overflowing).train())
          .isInstanceOf(NotFiniteException.class)
          .hasMessageMatching(
              "epoch 0, step 0: the loss became \\{total=Infinity, reconstruction=[0-9.]+,"
                  + " codeLength=Infinity\\} \\(samples \\[all\\]\\); no parameter was updated in"
                  + " this step; shorten codeLength");
      assertThat(good.remedy("codeLength")).isEqualTo("lower the learning rate");
    }
  }

  @Test
  void should_refuse_samples_without_a_batch() {
    try (NamedNetworks model = model(1)) {
      assertThatThrownBy(() -> loop(model, new Vectors(0), new Squeezing(model)).train())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("samples: expected at least one batch an epoch but there is none");
    }
  }

  @Test
  void should_refuse_to_choose_by_what_is_not_measured() {
    LoopConfig other =
        new LoopConfig(
            2,
            CONFIG.optimizer(),
            Freezing.NONE,
            SelectionRule.by(Score.mean("both", "left", "right")),
            0,
            1);
    try (NamedNetworks model = model(1)) {
      Recipe<NamedNetworks, float[]> recipe =
          Recipe.of(
              model,
              new Vectors(8),
              new Squeezing(model),
              new Judge(),
              RunIdentity.strict(other, "vectors"));
      Recorder recorder = new Recorder();
      assertThatThrownBy(() -> new TrainingLoop<>(other, recipe, recorder).train())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "selection: it needs the scores [left, right] but the validator gives [total,"
                  + " closerThanMean]");
      assertThat(recorder.calls).isEmpty();
      assertThatThrownBy(() -> recipe.names().requireAnnounced(NamedValues.NONE.with("total", 1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "the validator: expected the scores [total, closerThanMean], in this order, but it"
                  + " gave [total]");
    }
  }
}
