// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import ai.djl.Device;
import java.io.IOException;
import java.util.List;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.ladder.LadderEvaluator;
import org.mindeye.cli.ladder.LadderNetworks;
import org.mindeye.cli.ladder.LadderScores;
import org.mindeye.cli.ladder.LadderSection;
import org.mindeye.cli.reconstruct.NetworkPlaces;
import org.mindeye.cli.reconstruct.PaintedFiles;
import org.mindeye.cli.reconstruct.PaintingJob;
import org.mindeye.cli.world.SmallWorld;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.pipeline.ImageDecoder;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.prior.MultistepSampler;
import org.mindeye.training.MindEyeModel;

/** Paints test scenes from the files that a run has written, and scores them. */
final class PaintingRun {
  private final QuickstartConfig config;
  private final Device device;
  private final Console console;

  PaintingRun(QuickstartConfig config, Device device, Console console) {
    this.config = config;
    this.device = device;
    this.console = console;
  }

  /**
   * What came of it.
   *
   * @param seen the responses that were painted, and what was seen
   * @param painted files of each
   * @param scores of all ways to paint them
   */
  record Result(List<Trial> seen, List<PaintedFiles> painted, LadderScores scores) {
    LadderSection section() {
      return new LadderSection(scores, seen, painted);
    }
  }

  /** Paints as {@code mindeye reconstruct} does, then in every other way. */
  Result run(QuickstartData data, MindEyeModel model, ClipImageEncoder clip, float[][] ridge)
      throws IOException {
    Painting painting = config.painting();
    int count = Math.min(painting.scenes(), data.test().size());
    List<Trial> scenes = data.test().trials().subList(0, count);
    console.say(
        "painting %s of each of %s",
        Plural.of(painting.decoding().candidates(), "candidate"), Plural.of(count, "test scene"));
    PaintingJob job = job();
    List<PaintedFiles> painted = job.paint(scenes, device, console);
    try (ImageDecoder decoder = job.painter(device);
        AttributeClassifier judge = SmallWorld.judge(device)) {
      LadderNetworks networks =
          new LadderNetworks(
              BackboneEncoder.of(model.backbone()), // closed with the model
              model.prior().orElseThrow().withSampler(new MultistepSampler(painting.priorSteps())),
              decoder,
              clip,
              judge);
      LadderEvaluator ladder = new LadderEvaluator(networks, painting.decoding(), console);
      return new Result(scenes, painted, ladder.evaluate(data.test(), ridge, painted));
    }
  }

  private PaintingJob job() {
    return new PaintingJob(
        new NetworkPlaces(
            config.modelWeights(),
            config.folder(),
            config.lowLevel().weights(),
            config.clipWeights()),
        World.SUBJECT,
        Split.TEST.toString(),
        config.painting().decoding(),
        config.painting().priorSteps(),
        config.painted());
  }
}
