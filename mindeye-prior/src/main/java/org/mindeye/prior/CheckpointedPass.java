// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.prior.TransformerLayer.Positions;

/**
 * The training loss with gradient checkpointing. The layers run without a graph and only their
 * inputs are kept; then, from the last to the first, each runs again with a graph of its own that
 * is differentiated at once. A scalar of the loss's value with just these gradients joins the graph
 * that the caller builds. The gradients are those of the plain pass; where the layers have faster
 * kernels for running without a graph, to rounding.
 */
final class CheckpointedPass {
  private final PriorTransformer transformer;
  private final int readOut;
  private final IntFunction<Mode> modes;

  /** What is differentiated, and the derivatives. */
  private final List<NDArray> values = new ArrayList<>();

  private final List<NDArray> gradients = new ArrayList<>();

  CheckpointedPass(DenoisingNetwork network, Mode mode) {
    transformer = network.transformer();
    readOut = network.space().tokens();
    modes = LayerModes.of(mode, network.transformerConfig());
  }

  /**
   * Forward and backward through the layers.
   *
   * @param embedded {@code [batch, length, width]}, with the graph that leads to it
   * @param clean {@code [batch, tokens, width]}
   */
  PriorLoss run(NDArray embedded, NDArray clean) {
    Positions positions = transformer.positions(embedded);
    // A leaf, so that attention takes the path for differentiable biases in both runs.
    Positions leaves = new Positions(positions.rotation(), leaf(positions.bias()));
    List<NDArray> inputs = forward(embedded, leaves);

    NDArray top = inputs.remove(inputs.size() - 1);
    NDArray predicted = transformer.head(top);
    NDArray loss = LossParts.squaredError(predicted, clean);
    List<NDArray> parameters = trained(transformer.headParameters());
    List<NDArray> found = Gradients.of(loss, joined(List.of(top), parameters));
    note(parameters, found.subList(1, found.size()));

    backward(inputs, leaves, embedded, positions.bias(), found.get(0));
    NDArray joined = Gradients.surrogate(loss, values, gradients);
    return new PriorLoss(joined, ClipTokens.of(predicted.stopGradient()));
  }

  /** What each layer reads, and what the last one writes; all of them leaves. */
  private List<NDArray> forward(NDArray embedded, Positions positions) {
    List<NDArray> inputs = new ArrayList<>(List.of(leaf(embedded)));
    try (GradMode off = GradMode.off()) {
      for (int i = 0; i < transformer.layers().size(); i++) {
        NDArray x = inputs.get(i);
        int layer = i;
        NDArray y = Temporaries.freed(() -> apply(layer, x, positions));
        y.setRequiresGradient(true);
        inputs.add(y);
      }
    }
    return inputs;
  }

  private void backward(
      List<NDArray> inputs, Positions leaves, NDArray embedded, NDArray bias, NDArray last) {
    NDArray cotangent = last;
    NDArray biasGradient = null;
    for (int i = inputs.size() - 1; i >= 0; i--) {
      NDArray x = inputs.get(i);
      List<NDArray> parameters = trained(transformer.layerParameters(i));
      List<NDArray> parts = joined(List.of(x, leaves.bias()), parameters);
      NDArray above = cotangent;
      int layer = i;
      List<NDArray> found =
          Temporaries.allFreed(() -> Gradients.product(apply(layer, x, leaves), above, parts));
      note(parameters, found.subList(2, found.size()));
      biasGradient = biasGradient == null ? found.get(1) : biasGradient.add(found.get(1));
      cotangent = found.get(0);
      above.close();
      x.close();
    }
    note(List.of(embedded, bias), List.of(cotangent, biasGradient));
  }

  private NDArray apply(int layer, NDArray x, Positions positions) {
    return transformer.applyLayer(layer, x, positions, readOut, modes.apply(layer));
  }

  private void note(List<NDArray> parts, List<NDArray> found) {
    values.addAll(parts);
    gradients.addAll(found);
  }

  private static List<NDArray> trained(List<Parameter> parameters) {
    return parameters.stream()
        .filter(Parameter::requiresGradient)
        .map(Parameter::getArray)
        .filter(NDArray::hasGradient)
        .toList();
  }

  private static List<NDArray> joined(List<NDArray> first, List<NDArray> second) {
    List<NDArray> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static NDArray leaf(NDArray array) {
    NDArray leaf = array.stopGradient();
    leaf.setRequiresGradient(true);
    return leaf;
  }
}
