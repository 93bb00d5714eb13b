// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import java.util.Arrays;

/** The losses as the formulas read, in loops: the reference for the tensor code. */
final class PlainLoss {
  private PlainLoss() {}

  static double clip(double[][] brain, double[][] image, double temperature) {
    double[][] identity = new double[brain.length][brain.length];
    for (int i = 0; i < identity.length; i++) {
      identity[i][i] = 1;
    }
    return biMixCo(brain, image, identity, temperature);
  }

  static double biMixCo(double[][] brain, double[][] image, double[][] m, double temperature) {
    double[][] rows = logSoftmaxOfRows(similarities(brain, image, temperature));
    double[][] columns = logSoftmaxOfRows(similarities(image, brain, temperature));
    double sum = 0;
    for (int i = 0; i < m.length; i++) {
      for (int j = 0; j < m.length; j++) {
        sum -= m[i][j] * rows[i][j] + m[i][j] * columns[j][i];
      }
    }
    return sum / (2 * m.length);
  }

  /** Both directions with the softmax over the rows of the image-image similarities. */
  static double softClip(double[][] brain, double[][] image, double temperature) {
    double[][] q = logSoftmaxOfRows(similarities(image, image, temperature));
    double[][] toImage = logSoftmaxOfRows(similarities(brain, image, temperature));
    double[][] toBrain = logSoftmaxOfRows(similarities(image, brain, temperature));
    return (crossEntropy(q, toImage) + crossEntropy(q, toBrain)) / 2;
  }

  static double softContrastive(
      double[][] student, double[][] teacher, double[][] augmented, double temperature) {
    double first =
        crossEntropy(
            logSoftmaxOfRows(similarities(teacher, augmented, temperature)),
            logSoftmaxOfRows(similarities(student, augmented, temperature)));
    double second =
        crossEntropy(
            logSoftmaxOfRows(similarities(augmented, teacher, temperature)),
            logSoftmaxOfRows(similarities(augmented, student, temperature)));
    return (first + second) / 2;
  }

  private static double crossEntropy(double[][] logGoal, double[][] logFound) {
    double sum = 0;
    for (int i = 0; i < logGoal.length; i++) {
      for (int j = 0; j < logGoal.length; j++) {
        sum -= Math.exp(logGoal[i][j]) * logFound[i][j];
      }
    }
    return sum / logGoal.length;
  }

  private static double[][] similarities(double[][] a, double[][] b, double temperature) {
    double[][] result = new double[a.length][b.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        for (int k = 0; k < a[i].length; k++) {
          result[i][j] += a[i][k] * b[j][k] / temperature;
        }
      }
    }
    return result;
  }

  private static double[][] logSoftmaxOfRows(double[][] logits) {
    double[][] result = new double[logits.length][];
    for (int i = 0; i < logits.length; i++) {
      double max = Arrays.stream(logits[i]).max().orElseThrow();
      double sum = Arrays.stream(logits[i]).map(x -> Math.exp(x - max)).sum();
      result[i] = Arrays.stream(logits[i]).map(x -> x - max - Math.log(sum)).toArray();
    }
    return result;
  }
}
