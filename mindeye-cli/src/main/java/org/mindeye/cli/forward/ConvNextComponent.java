// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.util.List;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.lowlevel.ConvNextConfig;
import org.mindeye.lowlevel.ConvNextTeacher;

/** Images to the features that the low-level network's training imitates. */
final class ConvNextComponent implements Component {
  @Override
  public String name() {
    return "convnext";
  }

  @Override
  public String description() {
    return "The backbone of VICRegL's ConvNeXt, the teacher of the low-level network. Heads beside it in"
        + " the file are left alone. The configuration may be left out: it follows from the"
        + " weights.";
  }

  @Override
  public Record exampleConfig() {
    return ConvNextConfig.extraLarge().withoutProjector();
  }

  @Override
  public List<Axes> inputs() {
    return List.of(
        Axes.of(
            "images",
            "[batch, 3, height, width]",
            "normalised with ImageNet's mean and deviation, sides divisible by 32"));
  }

  @Override
  public List<Axes> outputs() {
    return List.of(
        Axes.of("tokens", "[batch, positions, width]", "every position normalised"),
        Axes.of("pooled", "[batch, width]", "their mean"));
  }

  @Override
  public void run(Job job) throws IOException {
    ConvNextConfig given = job.hasConfig() ? job.config(ConvNextConfig.class) : null;
    ImageBatch images = ImageBatch.of(job.input("images", DataType.FLOAT32));
    try (GradMode off = GradMode.off();
        StateDict weights = job.weights();
        ConvNextTeacher network =
            given == null
                ? ConvNextTeacher.loadBackbone(weights, job.precision(), job.device())
                : ConvNextTeacher.loadBackbone(weights, given, job.precision(), job.device())) {
      ConvNextTeacher.Features seen = network.backbone(images.array());
      job.put("tokens", seen.tokens());
      job.put("pooled", seen.pooled());
    }
  }
}
