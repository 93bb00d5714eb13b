// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.mindeye.core.engine.Lifetime;

/** What DJL asks of a block, in terms of a {@link Network}, which is the class to extend. */
public abstract class NetworkBlock extends AbstractBlock {
  NetworkBlock() {}

  abstract Lifetime.Call enter();

  abstract void requireOpen();

  /** Whether DJL's own files can hold the parameters. */
  abstract boolean isKnownToDjl();

  /**
   * Runs the network in evaluation mode on DJL's terms.
   *
   * @param inputs what the subclass documents
   * @return what the subclass documents, owned by the first input's manager
   */
  protected abstract NDList evaluate(NDList inputs);

  @Override
  protected final NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      PairList<String, Object> unusedParameters) {
    if (training) {
      throw new IllegalStateException(
          "training needs a noise source for dropout: call the typed forward method with"
              + " Mode.train(noise)");
    }
    try (Lifetime.Call call = enter()) {
      return evaluate(inputs);
    }
  }

  @Override
  protected final void beforeInitialize(Shape... inputShapes) {
    requireOpen();
    super.beforeInitialize(inputShapes);
  }

  @Override
  public final void loadParameters(NDManager manager, DataInputStream in)
      throws IOException, MalformedModelException {
    try (Lifetime.Call call = enter()) {
      requireKnownToDjl();
      super.loadParameters(manager, in);
    }
  }

  @Override
  public final void saveParameters(DataOutputStream out) throws IOException {
    try (Lifetime.Call call = enter()) {
      requireKnownToDjl();
      super.saveParameters(out);
    }
  }

  private void requireKnownToDjl() {
    if (!isKnownToDjl()) {
      throw new IllegalStateException(
          getClass().getSimpleName()
              + " has bfloat16 parameters or 8-bit weights, which DJL's own files do not hold: use"
              + " WeightFiles and WeightBinder");
    }
  }

  @Override
  public final void cast(DataType type) {
    try (Lifetime.Call call = enter()) {
      super.cast(type);
    }
  }
}
