// SPDX-License-Identifier: Apache-2.0
package org.mindeye.arguments;

import java.awt.image.BufferedImage;
import java.util.List;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;

/** The entry points of data, and sound arguments for them. */
final class DataEntries {
  static final List<Class<?>> CLASSES = List.of(ImageBatches.class, TrialBatch.class);

  private DataEntries() {}

  static List<Object> samples() {
    SampleOrigin origin = new SampleOrigin(SampleOrigin.MEMORY, "one");
    EncodedImage image =
        EncodedImage.png(origin, new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB));
    Trial trial = new Trial(origin, image, new float[][] {{1, 2}}, 1, new long[] {1}, 1);
    return List.of(
        new TrialLoader(List.of(trial), LoaderConfig.training(1, 1)).epoch(0).iterator().next());
  }
}
