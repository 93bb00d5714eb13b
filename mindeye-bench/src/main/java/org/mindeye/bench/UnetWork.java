// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;

/**
 * The least work of a conditional UNet whose condition is prepared, counted as in {@link Work} and
 * {@link ConvolutionWork}. Guided, layers before the first look at the condition count once, and
 * looks only where the condition is seen.
 */
final class UnetWork {
  private static final Pattern STAGE = Pattern.compile("(up|down)_blocks\\.(\\d+)\\.(up|down)?");
  private static final Pattern SHARED =
      Pattern.compile(
          "conv_in\\..*|down_blocks\\.0\\.resnets\\.0\\..*"
              + "|down_blocks\\.0\\.attentions\\.0\\.(proj_in|transformer_blocks\\.0\\.attn1)\\..*");
  private static final Pattern PREPARED = Pattern.compile(".*\\.attn2\\.to_[kv]\\.weight");
  private static final int FLOAT = 4;

  private UnetWork() {}

  /** One prediction for each. The first stage attends. */
  static Work step(UnetSize size, UnetPass pass) {
    ConditionalUnetConfig config = size.config();
    double positions = (double) config.side() * config.side();
    double tokens = config.condition().tokens();
    double products = 0;
    double numbers = (pass.pictures() + pass.predictions()) * config.channels() * positions;
    try (ConditionalUnet network = new ConditionalUnet(config)) {
      for (Pair<String, Parameter> each : network.getParameters()) {
        String name = each.getKey();
        Shape shape = each.getValue().getShape();
        if (PREPARED.matcher(name).matches()) {
          numbers += pass.pictures() * tokens * shape.get(0);
          continue;
        }
        numbers += shape.size();
        if (shape.dimension() == 1) {
          continue;
        }
        double rows = positions / Math.pow(4, stage(name, config));
        if (name.contains("time_emb")) {
          products += shape.size();
        } else {
          products += samples(name, pass) * rows * shape.size();
        }
        // Scores, and the mixture of values.
        if (name.endsWith("attn1.to_q.weight")) {
          products += samples(name, pass) * 2 * rows * rows * shape.get(0);
        } else if (name.endsWith("attn2.to_q.weight")) {
          products += samples(name, pass) * 2 * rows * tokens * shape.get(0);
        }
      }
    }
    return new Work(2 * products, FLOAT * numbers);
  }

  /** Steps of the published settings, and the pixels; what prepares the condition is left out. */
  static Work guidedDecode(UnetSize size) {
    Work step = step(size, UnetPass.GUIDED);
    Work pixels = ConvolutionWork.decode(AutoencoderSize.valueOf(size.name()));
    int steps = DecodeConfig.paper().repaintedSteps();
    return new Work(steps * step.flops() + pixels.flops(), steps * step.bytes() + pixels.bytes());
  }

  private static double samples(String name, UnetPass pass) {
    boolean once = SHARED.matcher(name).matches() || name.contains(".attn2.");
    return once ? pass.pictures() : pass.predictions();
  }

  /** Where a layer's results are: 0 for the largest maps. */
  private static int stage(String name, ConditionalUnetConfig config) {
    int last = config.stages().channels().size() - 1;
    Matcher stage = STAGE.matcher(name);
    if (!stage.find()) {
      return name.startsWith("mid_block.") ? last : 0;
    }
    int index = Integer.parseInt(stage.group(2));
    boolean resizing = stage.group(3) != null;
    return stage.group(1).equals("down")
        ? index + (resizing ? 1 : 0)
        : last - index - (resizing ? 1 : 0);
  }
}
