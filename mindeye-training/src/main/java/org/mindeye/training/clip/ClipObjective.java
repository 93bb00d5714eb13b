// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.core.clip.ClipPreprocessing;
import org.mindeye.core.clip.ClipVisionOutput;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.data.ImageBatches;
import org.mindeye.losses.ClassLoss;
import org.mindeye.losses.TwoTowerLoss;
import org.mindeye.training.LossTerm;
import org.mindeye.training.StepContext;
import org.mindeye.training.StepLoss;

/**
 * Pictures and texts find each other, and patches say what is at their place.
 *
 * @param config the weights
 * @param towers what is trained
 */
record ClipObjective(ClipLossConfig config, ClipTowers towers)
    implements StepLoss<List<DescribedPicture>> {
  private static final long MENTIONS = 0x6d656e74696f6eL;

  @Override
  public List<LossTerm> terms() {
    return config.terms();
  }

  @Override
  public Map<String, NDArray> evaluate(List<DescribedPicture> batch, StepContext step) {
    ClipVisionOutput seen = seen(towers, batch, step.manager());
    step.prediction("the image tower's tokens", seen.tokens().array());
    Map<String, NDArray> terms = new HashMap<>();
    ClipVectors images = ClipVectors.normalized(seen.imageEmbeds());
    terms.put(ClipLossConfig.CONTRASTIVE, contrastive(images, batch, step));
    if (config.questions() > 0 && !towers.task().questions().isEmpty()) {
      terms.put(ClipLossConfig.QUESTIONS, questions(images, batch, step.manager()));
    }
    if (config.places() > 0) {
      terms.put(ClipLossConfig.PLACES, places(seen.tokens(), batch));
    }
    return terms;
  }

  /** What the image tower makes of pictures. */
  static ClipVisionOutput seen(ClipTowers towers, List<DescribedPicture> batch, NDManager owner) {
    ClipPreprocessing preprocessing = ClipPreprocessing.of(towers.vision().config());
    return towers
        .vision()
        .forward(
            preprocessing.apply(
                ImageBatches.of(batch.stream().map(DescribedPicture::image).toList(), owner)));
  }

  private NDArray contrastive(ClipVectors images, List<DescribedPicture> batch, StepContext step) {
    Mentions mentions =
        Mentions.draw(
            batch.stream().map(DescribedPicture::description).toList(),
            config.leastMentioned(),
            step.noise(MENTIONS));
    NDArray words = Mentions.words(mentions.texts(), towers.task(), step.manager());
    ClipVectors texts = towers.texts().forward(words);
    step.prediction("the text tower's vectors", texts.array());
    return TwoTowerLoss.evaluateUnchecked(
        images, texts, towers.texts().logScale(), mentions.matches(step.manager()));
  }

  /** Which answer is the right one, of each question. */
  private NDArray questions(ClipVectors images, List<DescribedPicture> batch, NDManager owner) {
    List<ClipTask.Question> questions = towers.task().questions();
    List<Description> answers = questions.stream().flatMap(q -> q.answers().stream()).toList();
    ClipVectors texts = towers.texts().forward(Mentions.words(answers, towers.task(), owner));
    NDArray logits = TwoTowerLoss.similarities(images, texts, towers.texts().logScale());
    NDList losses = new NDList();
    int from = 0;
    for (ClipTask.Question question : questions) {
      int to = from + question.answers().size();
      long[] right = batch.stream().mapToLong(question::right).toArray();
      losses.add(
          ClassLoss.evaluateUnchecked(
              logits.get(new NDIndex(":, {}:{}", from, to)),
              Torch.copy(owner, right, new Shape(right.length))));
      from = to;
    }
    return NDArrays.stack(losses).mean();
  }

  private NDArray places(ClipTokens tokens, List<DescribedPicture> batch) {
    List<NDArray> logits = towers.places().forward(tokens);
    NDList losses = new NDList();
    for (int question = 0; question < logits.size(); question++) {
      losses.add(
          ClassLoss.evaluateUnchecked(
              logits.get(question), labels(batch, question, tokens.array().getManager())));
    }
    return NDArrays.stack(losses).mean();
  }

  private static NDArray labels(List<DescribedPicture> batch, int question, NDManager owner) {
    long[] labels =
        batch.stream()
            .flatMapToLong(picture -> Arrays.stream(picture.places().of(question)).asLongStream())
            .toArray();
    return Torch.copy(owner, labels, new Shape(labels.length));
  }

  @Override
  public List<String> keys(List<DescribedPicture> batch) {
    return batch.stream().map(DescribedPicture::key).toList();
  }
}
