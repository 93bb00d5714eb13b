// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.internal.kernel.Conversion;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.random.NoiseSource;

/** What a network multiplies by, and in which format. */
final class ProductWeights {
  private final String network;
  private final List<ProductWeight> all = new ArrayList<>();
  private Precision stored = Precision.FLOAT32;
  private volatile boolean copied;
  private long state = -1;

  ProductWeights(String network) {
    this.network = network;
  }

  ProductWeight add(ProductWeight weight) {
    all.add(weight);
    return weight;
  }

  /** In which format the weights are kept. */
  Precision stored() {
    return stored;
  }

  /** In which format products are computed. */
  Precision precision() {
    return copied ? Precision.BFLOAT16 : stored;
  }

  /** See {@link Network#storeIn}. */
  void storeIn(Precision precision, Set<Precision> offered, boolean haveArrays) {
    requireOffered(precision, offered);
    if (haveArrays) {
      throw new IllegalStateException(
          network + " has weights already: choose their format before loading them");
    }
    stored = precision;
    all.forEach(weight -> weight.storeIn(precision));
  }

  /** See {@link Network#computeIn}. */
  synchronized void computeIn(Precision precision, Set<Precision> offered) {
    if (precision == Precision.INT8_WEIGHTS) {
      throw new IllegalArgumentException(
          precision
              + " is for inference, integers have no gradients: train "
              + network
              + " in BFLOAT16 or FLOAT32");
    }
    requireOffered(precision, offered);
    if (stored != Precision.FLOAT32) {
      throw new IllegalStateException(
          network + " keeps its weights in " + stored + ": load them in FLOAT32 to train");
    }
    copied = precision == Precision.BFLOAT16 && !all.isEmpty();
    state = -1;
    if (!copied) {
      all.forEach(ProductWeight::useParameter);
    }
  }

  private void requireOffered(Precision precision, Set<Precision> offered) {
    if (!offered.contains(Objects.requireNonNull(precision, "precision"))) {
      throw new IllegalArgumentException(
          network + ": expected a precision of " + offered + " but was " + precision);
    }
  }

  /** Room for a parameter, in the format in which it is kept. */
  NDArray empty(Parameter parameter, Declaration declaration, NDManager owner) {
    ProductWeight integers = quantized().get(parameter.getName());
    return integers == null
        ? DataTypes.empty(owner, parameter.getShape(), declaration.storedIn(stored))
        : integers.emptyIntegers(owner);
  }

  /** A parameter with its initial values, which are drawn and converted some rows at a time. */
  NDArray initial(
      Parameter parameter, Declaration declaration, NDManager owner, NoiseSource noise) {
    NDArray created = empty(parameter, declaration, owner);
    Shape shape = parameter.getShape();
    ProductWeight integers = quantized().get(parameter.getName());
    if (integers != null) {
      long width = shape.get(1);
      declaration.draw(
          owner, shape, noise, (from, rows) -> integers.readRows(created, from / width, rows));
      return created;
    }
    try (NDArray flat = created.reshape(shape.size())) {
      declaration.draw(owner, shape, noise, (from, rows) -> store(flat, from, rows));
    }
    return created;
  }

  private static void store(NDArray flat, long from, NDArray values) {
    long count = values.size();
    try (NDArray window = flat.get(new NDIndex("{}:{}", from, from + count));
        NDArray row = values.reshape(count)) {
      LinearCombination.assign(window, row); // converts
    }
  }

  Map<String, ProductWeight> quantized() {
    return all.stream()
        .filter(weight -> weight.type() == DataType.INT8)
        .collect(Collectors.toMap(weight -> weight.parameter().getName(), weight -> weight));
  }

  /**
   * Makes the copies in bfloat16 again if a parameter was written to since: by the optimiser, from
   * a file, by an average.
   */
  void refresh() {
    if (copied) {
      convertChanged();
    }
  }

  private synchronized void convertChanged() {
    List<NDArray> parameters =
        all.stream().map(ProductWeight::parameter).map(Parameter::getArray).toList();
    // A copy that was made before its parameter was trained carries no gradient back.
    long trained = parameters.stream().filter(NDArray::hasGradient).count();
    long now = Conversion.writes(parameters) * (parameters.size() + 1L) + trained;
    if (now != state) {
      all.forEach(ProductWeight::convert);
      state = now;
    }
  }
}
