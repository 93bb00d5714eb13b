// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.mindeye.core.clip.ClipPreprocessing;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.tensor.ClipPixels;
import org.mindeye.core.tensor.ColorStatistics;

/** CLIP's image tower, of which the projected class token is compared, as it is. */
record ClipBody(ClipVisionTransformer tower) implements FeatureBody {
  @Override
  public List<NetworkFeature> features() {
    NetworkFeature published = MetricNetwork.CLIP.features().get(0);
    Shape shape = new Shape(tower.config().projection());
    return List.of(new NetworkFeature(published.score(), published.node(), shape));
  }

  @Override
  public int side() {
    return tower.config().patches().imageSize();
  }

  @Override
  public ColorStatistics colors() {
    return ClipPreprocessing.colors();
  }

  @Override
  public List<NDArray> all(NDArray pixels) {
    return List.of(upTo(0, pixels));
  }

  @Override
  public NDArray upTo(int feature, NDArray pixels) {
    return tower.forward(ClipPixels.of(pixels)).imageEmbeds();
  }

  @Override
  public Lifetime.Call enter() {
    return tower.enter();
  }

  @Override
  public Device device() {
    return tower.device();
  }

  @Override
  public Precision precision() {
    return tower.precision();
  }

  @Override
  public void close() {
    tower.close();
  }
}
