// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.util.List;
import org.mindeye.core.clip.ClipVisionOutput;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.tensor.ClipPixels;
import org.mindeye.core.weights.StateDict;

/** Pixels to CLIP embeddings. */
final class ClipComponent implements Component {
  @Override
  public String name() {
    return "clip";
  }

  @Override
  public String description() {
    return "CLIP's image tower. Weights in Hugging Face's layout, or OpenAI's and OpenCLIP's"
        + " (visual.*); a text tower beside them is left alone. The configuration may be left"
        + " out where it follows from the weights.";
  }

  @Override
  public Record exampleConfig() {
    return VisionTransformerConfig.vitL14();
  }

  @Override
  public List<Axes> inputs() {
    return List.of(
        Axes.of("pixels", "[batch, 3, size, size]", "normalised with CLIP's mean and deviation"));
  }

  @Override
  public List<Axes> outputs() {
    return List.of(
        Axes.of("last_hidden", "[batch, tokens, hidden]", "before the final layer norm"),
        Axes.of("image_embeds", "[batch, projection]", "the projected class token"),
        Axes.of("tokens", "[batch, tokens, projection]", "every token normed and projected"));
  }

  @Override
  public void run(Job job) throws IOException {
    VisionTransformerConfig given =
        job.hasConfig() ? job.config(VisionTransformerConfig.class) : null;
    ClipPixels pixels = ClipPixels.of(job.input("pixels", DataType.FLOAT32));
    try (StateDict weights = job.weights();
        ClipVisionTransformer tower =
            given == null
                ? ClipVisionTransformer.load(weights, job.precision(), job.device())
                : ClipVisionTransformer.load(weights, given, job.precision(), job.device())) {
      ClipVisionOutput output = tower.forward(pixels);
      job.put("last_hidden", output.lastHidden());
      job.put("image_embeds", output.imageEmbeds());
      job.put("tokens", output.tokens().array());
    }
  }
}
