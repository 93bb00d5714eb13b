// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.util.List;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.tensor.ColorStatistics;

/** What a {@link FeatureNetwork} runs. */
interface FeatureBody extends AutoCloseable {
  /** Which of its features are compared, from the first layers to the last. */
  List<NetworkFeature> features();

  /** Pixels per side. */
  int side();

  /** How its pixels are normalised. */
  ColorStatistics colors();

  /** All features in the graph of the caller, float32, of the pixels' manager. */
  List<NDArray> all(NDArray pixels);

  /** One of the features, no layer behind it computed. */
  NDArray upTo(int feature, NDArray pixels);

  Lifetime.Call enter();

  Device device();

  Precision precision();

  @Override
  void close();
}
