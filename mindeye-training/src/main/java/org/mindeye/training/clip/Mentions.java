// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;

/**
 * What is mentioned of a batch of descriptions. Texts of people leave much out, and a tower that
 * only ever met whole descriptions could tell pictures apart by whatever is seen most easily: here
 * each text mentions a random part, so everything matters in some batch.
 *
 * @param texts a part of each description
 * @param whole the descriptions
 */
record Mentions(List<Description> texts, List<Description> whole) {

  /** Each text keeps a share of its words that is drawn evenly from the least one to all. */
  static Mentions draw(List<Description> whole, double leastShare, NoiseSource noise) {
    List<Description> texts = new ArrayList<>();
    for (Description description : whole) {
      int words = description.phrases().stream().mapToInt(phrase -> phrase.words().size()).sum();
      float[] draws = new float[1 + words];
      noise.uniform(draws);
      double share = leastShare + (1 - leastShare) * draws[0];
      List<Phrase> kept = new ArrayList<>();
      int next = 1;
      for (Phrase phrase : description.phrases()) {
        List<Integer> mentioned = new ArrayList<>();
        for (int word : phrase.words()) {
          if (draws[next++] < share) {
            mentioned.add(word);
          }
        }
        if (!mentioned.isEmpty()) {
          kept.add(new Phrase(mentioned));
        }
      }
      texts.add(new Description(kept));
    }
    return new Mentions(texts, whole);
  }

  /** {@code [batch, batch]}: 1 where the text of the column is true of the picture of the row. */
  NDArray matches(NDManager owner) {
    int batch = whole.size();
    float[] fits = new float[batch * batch];
    for (int picture = 0; picture < batch; picture++) {
      for (int text = 0; text < batch; text++) {
        fits[picture * batch + text] = texts.get(text).fits(whole.get(picture)) ? 1 : 0;
      }
    }
    return Torch.copy(owner, fits, new Shape(batch, batch));
  }

  /** {@code [batch, phrases, words]}: 1 for each word that is said. */
  static NDArray words(List<Description> texts, ClipTask task, NDManager owner) {
    float[] said = new float[texts.size() * task.phrases() * task.words()];
    for (int i = 0; i < texts.size(); i++) {
      List<Phrase> phrases = texts.get(i).phrases();
      for (int p = 0; p < phrases.size(); p++) {
        int from = (i * task.phrases() + p) * task.words();
        phrases.get(p).words().forEach(word -> said[from + word] = 1);
      }
    }
    return Torch.copy(owner, said, new Shape(texts.size(), task.phrases(), task.words()));
  }
}
