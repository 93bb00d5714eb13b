// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mindeye.cli.console.Console;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.ImageDecoder;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.data.Trial;

/**
 * A reconstruction for another command, as {@code mindeye reconstruct} would make it of the same
 * files: with its folder, its record and its page.
 *
 * @param networks files of the networks
 * @param subject the number in the data's file names
 * @param split of the data, as the record names it
 * @param decoding how pictures are painted
 * @param priorSteps network calls of the prior's sampler
 * @param out where pictures go: new, or a folder that this very job has begun
 */
public record PaintingJob(
    NetworkPlaces networks,
    int subject,
    String split,
    DecodeConfig decoding,
    int priorSteps,
    Path out) {
  private static final double SECONDS_APART = 10;

  /**
   * Paints.
   *
   * @param trials the responses, and what was seen: each picture once
   * @param device where it computes
   * @param console where progress is printed
   * @return the pictures, in the order of the responses
   * @throws IOException if a file cannot be read or written
   */
  public List<PaintedFiles> paint(List<Trial> trials, Device device, Console console)
      throws IOException {
    ReconstructionInputs inputs =
        ReconstructionInputs.open(networks, voxels -> trials, decoding.candidates());
    inputs.requireRuns(decoding, priorSteps);
    PaintingRequest request =
        new PaintingRequest(
            subject, split, inputs.sums(), decoding, priorSteps, Precision.FLOAT32, true);
    try (PaintedFolder folder = PaintedFolder.claim(out, request)) {
      try (MindEyePipeline pipeline = inputs.load(request, device)) {
        new ReconstructionRun(pipeline, folder, console, () -> false, SECONDS_APART).paint(trials);
      }
      new ContactSheet(folder, trials).write();
    }
    Map<Long, PaintedFiles> painted =
        PaintedFiles.in(out).stream()
            .collect(Collectors.toMap(PaintedFiles::cocoId, Function.identity()));
    return trials.stream().map(trial -> painted.get(trial.cocoId())).toList();
  }

  /**
   * Loads the painter alone.
   *
   * @param device where it computes
   * @return what {@link #paint} paints with, which the caller closes
   * @throws IOException if a file cannot be read
   */
  public ImageDecoder painter(Device device) throws IOException {
    return PainterPlace.open(networks.painter()).load(Precision.FLOAT32, device);
  }

  /**
   * Deletes what an earlier job has painted into a folder, and nothing else.
   *
   * @param folder any folder, which may not be there
   * @throws IOException if a file cannot be read or deleted
   */
  public static void clear(Path folder) throws IOException {
    PaintedFolder.clear(folder);
  }
}
