// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.math3.special.Erf;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.ProductWeight;

/**
 * The published backbone as the formulas read, in loops, for one sample and one token of its
 * output: what the benchmarks compare with. Evaluation mode, layer norm and GELU.
 */
final class PlainBackbone {
  private static final double EPSILON = 1e-5;

  private final BackboneConfig config;
  private final Map<String, NDArray> weights = new HashMap<>();

  private final Map<String, ProductWeight> quantized;

  PlainBackbone(ResidualMlpBackbone backbone) {
    config = backbone.config();
    quantized = backbone.quantized();
    backbone
        .getParameters()
        .forEach(entry -> weights.put(entry.getValue().getName(), entry.getValue().getArray()));
  }

  /**
   * One projected token.
   *
   * @param voxels {@code [voxels]}
   * @param token which one
   * @return {@code [width]}
   */
  double[] projectedToken(float[] voxels, int token) {
    double[] x = block("lin0", widen(voxels), config.trunk().hidden());
    for (int i = 0; i < config.trunk().blocks(); i++) {
      double[] y = block("mlp." + i, x, config.trunk().hidden());
      for (int j = 0; j < x.length; j++) {
        x[j] = config.trunk().residuals() ? x[j] + y[j] : y[j];
      }
    }
    int width = config.space().width();
    double[] y = linear("lin1", x, token * width, width);
    int inner = config.projector().width();
    int[] outputs = {inner, inner, width};
    for (int i = 0; i < outputs.length; i++) {
      double[] activated = gelu(norm("projector." + 3 * i, y));
      y = linear("projector." + (3 * i + 2), activated, 0, outputs[i]);
    }
    return y;
  }

  private double[] block(String name, double[] x, int out) {
    return gelu(norm(name + ".1", linear(name + ".0", x, 0, out)));
  }

  private double[] linear(String name, double[] x, int firstRow, int rows) {
    float[] matrix = read(name + ".weight", firstRow, rows);
    double[] y = widen(read(name + ".bias", firstRow, rows));
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < x.length; j++) {
        y[i] += matrix[i * x.length + j] * x[j];
      }
    }
    return y;
  }

  private double[] norm(String name, double[] x) {
    float[] gain = read(name + ".weight", 0, x.length);
    float[] bias = read(name + ".bias", 0, x.length);
    double mean = 0;
    for (double value : x) {
      mean += value / x.length;
    }
    double variance = 0;
    for (double value : x) {
      variance += (value - mean) * (value - mean) / x.length;
    }
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (x[i] - mean) / Math.sqrt(variance + EPSILON) * gain[i] + bias[i];
    }
    return y;
  }

  private static double[] gelu(double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] * (1 + Erf.erf(x[i] / Math.sqrt(2))) / 2;
    }
    return y;
  }

  /** Some rows only: the widest layer is larger than a Java array can be. */
  private float[] read(String name, int firstRow, int rows) {
    NDArray array = weights.get(name);
    NDIndex range = new NDIndex(firstRow + ":" + (firstRow + rows));
    try (CallScope scope = CallScope.open(array.getDevice())) {
      NDArray part = array.get(range);
      ProductWeight integers = quantized.get(name);
      if (integers == null) {
        return DataTypes.toFloat32(part).toFloatArray();
      }
      NDArray scales = DataTypes.toFloat32(integers.scales().get(range));
      return part.toType(DataType.FLOAT32, true).mul(scales.expandDims(1)).toFloatArray();
    }
  }

  private static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
