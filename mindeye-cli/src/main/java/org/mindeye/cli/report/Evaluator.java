// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.data.Split;
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.training.BrainEmbeddings;

/** Scores a trained model on the test split, and what it is compared with. */
public final class Evaluator {
  private final BackboneEncoder encoder;
  private final int poolSize;
  private final long seed;
  private DiffusionPrior prior;
  private EncodedSplit training;
  private EncodedSplit validation;
  private float[][] truth;
  private boolean keeping;
  private final List<String> leftOut = new ArrayList<>();

  /**
   * Prepares.
   *
   * @param encoder the trained backbone; stays the caller's
   * @param poolSize candidates of the retrieval test; all test pictures if there are fewer
   * @param seed of pools and samples
   */
  public Evaluator(BackboneEncoder encoder, int poolSize, long seed) {
    this.encoder = encoder;
    this.poolSize = poolSize;
    this.seed = seed;
  }

  /**
   * Also samples the prior.
   *
   * @param trained stays the caller's
   * @return this evaluator
   */
  public Evaluator withPrior(DiffusionPrior trained) {
    prior = trained;
    return this;
  }

  /**
   * Also fits ridge regression.
   *
   * @param fitted the training split
   * @param chosen the validation split, where the penalty is chosen
   * @return this evaluator
   */
  public Evaluator withBaseline(EncodedSplit fitted, EncodedSplit chosen) {
    training = fitted;
    validation = chosen;
    return this;
  }

  /**
   * Also keeps what ridge regression predicts, to paint it.
   *
   * @return this evaluator
   */
  public Evaluator keepingBaseline() {
    keeping = true;
    return this;
  }

  /**
   * Also scores the ideal observer of a simulated world.
   *
   * @param signal {@code [sample][voxel]}: noise-free responses to the test pictures
   * @return this evaluator
   */
  public Evaluator withTruth(float[][] signal) {
    truth = signal;
    return this;
  }

  /**
   * Notes in the report what is not done.
   *
   * @param reason one sentence
   * @return this evaluator
   */
  public Evaluator leavingOut(String reason) {
    leftOut.add(reason);
    return this;
  }

  /**
   * Does all of it.
   *
   * @param test the split
   * @return the results
   * @throws IOException if the pipeline that finds the examples cannot be opened
   */
  public Evaluation evaluate(EncodedSplit test) throws IOException {
    List<MethodScores> methods = new ArrayList<>();
    RetrievalScores own = retrieval(test);
    methods.add(scored(Method.MINDEYE, own));
    Optional<RidgeBaseline> ridge =
        Optional.ofNullable(training)
            .map(split -> RidgeBaseline.fit(split, validation, test, keeping));
    ridge.ifPresent(baseline -> methods.add(scored(Method.RIDGE, baseline.scores())));
    Repeats.retrieval(test).ifPresent(scores -> methods.add(scored(Method.REPEATS, scores)));
    Optional<VoxelCeiling> ceiling = Repeats.ceiling(test.trials());
    if (truth != null && ceiling.isPresent()) {
      RetrievalScores ideal = IdealObserver.score(test, truth, ceiling.get().estimate());
      methods.add(scored(Method.NOISE_CEILING, ideal));
    }
    return new Evaluation(
        test,
        methods,
        ridge,
        Optional.ofNullable(prior).map(trained -> effect(trained, test)),
        ceiling,
        Examples.of(encoder, test, own.brainToImage().ranks()),
        leftOut);
  }

  private RetrievalScores retrieval(EncodedSplit test) {
    try (CallScope scope = CallScope.open(encoder.device())) {
      return RetrievalScores.between(
          BrainEmbeddings.encode(encoder, test.trials(), scope.manager()),
          test.targets().all(scope.manager()),
          test.imageIds());
    }
  }

  private MethodScores scored(Method method, RetrievalScores scores) {
    return MethodScores.of(method, scores, poolSize, seed);
  }

  private PriorEffect effect(DiffusionPrior trained, EncodedSplit test) {
    return training == null
        ? PriorEffect.measure(encoder, trained, test, Split.TEST, test, seed)
        : PriorEffect.measure(encoder, trained, training, Split.TRAIN, test, seed);
  }
}
