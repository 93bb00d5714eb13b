// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.mindeye.cli.report.SimulatedTruth;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.simulation.BrainSimulator;
import org.mindeye.data.simulation.scene.Scene;
import org.mindeye.data.simulation.scene.SceneGenerator;
import org.mindeye.data.simulation.scene.ScenePainter;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.data.webdataset.WriterConfig;

/**
 * The simulated world: paints pictures, shows them to a brain, writes what a scanner would write.
 */
final class World {
  /**
   * The number in the file names: no real subject has it, so that real data are never mistaken for
   * simulated ones.
   */
  static final int SUBJECT = 99;

  private static final long SCENES = 11;

  private static final float JPEG_QUALITY = 0.95f;

  private final QuickstartConfig config;
  private final List<EncodedImage> images;
  private final float[][] signal;

  private World(QuickstartConfig config, List<EncodedImage> images, float[][] signal) {
    this.config = config;
    this.images = images;
    this.signal = signal;
  }

  /** Paints all pictures, simulates the scanner, and writes the dataset; its folder exists. */
  static World write(QuickstartConfig config, ClipImageEncoder encoder) throws IOException {
    List<EncodedImage> images = paint(config);
    float[][] pictures = images.stream().map(EncodedImage::toFloats).toArray(float[][]::new);
    float[][] tokens = tokens(config, encoder, pictures);
    BrainSimulator brain = new BrainSimulator(config.brain(), encoder.space(), config.seed());
    BrainSimulator.Responses responses = brain.show(pictures, config.pictures().side(), tokens);
    World world = new World(config, images, responses.signal());
    world.save(responses);
    return world;
  }

  private static List<EncodedImage> paint(QuickstartConfig config) throws IOException {
    ScenePainter painter = new ScenePainter(config.pictures().side());
    List<EncodedImage> images = new ArrayList<>();
    for (int i = 0; i < config.pictures().count(); i++) {
      Scene scene =
          SceneGenerator.of(config.pictures().split(i))
              .invent(NoiseSource.seeded(config.seed(), SCENES, i));
      images.add(
          EncodedImage.jpeg(
              SampleOrigin.memory(WebDatasetWriter.key(i)), painter.paint(scene), JPEG_QUALITY));
    }
    return images;
  }

  private static float[][] tokens(
      QuickstartConfig config, ClipImageEncoder encoder, float[][] pictures) {
    int batch = 64;
    int size = encoder.space().size();
    float[][] tokens = new float[pictures.length][];
    for (int from = 0; from < pictures.length; from += batch) {
      int count = Math.min(batch, pictures.length - from);
      float[][] some = Arrays.copyOfRange(pictures, from, from + count);
      try (CallScope scope = CallScope.open(encoder.device())) {
        NDManager manager = scope.manager();
        ImageBatch images =
            ImageBatches.ofPixels(
                some, config.pictures().side(), config.pictures().side(), manager);
        float[] all = encoder.encodeTokens(images, manager).array().toFloatArray();
        for (int i = 0; i < count; i++) {
          tokens[from + i] = Arrays.copyOfRange(all, i * size, (i + 1) * size);
        }
      }
    }
    return tokens;
  }

  private void save(BrainSimulator.Responses responses) throws IOException {
    DataFolder.clear(config.data(), SUBJECT);
    try (WebDatasetWriter writer =
        WebDatasetWriter.create(config.data(), SUBJECT, WriterConfig.DEFAULT)) {
      int validation = config.pictures().training();
      int test = validation + config.pictures().validation();
      write(writer, responses.source(Split.TRAIN, images, 0, validation));
      write(writer, responses.source(Split.VALIDATION, images, validation, test));
      write(writer, responses.source(Split.TEST, images, test, images.size()));
      writer.commit();
    }
    SimulatedTruth.write(
        SimulatedTruth.file(config.data(), SUBJECT),
        testImages().asLongStream().toArray(),
        testSignal());
  }

  private static void write(WebDatasetWriter writer, TrialSource source) throws IOException {
    for (Trial trial : source) {
      writer.add(source.split(), trial);
    }
  }

  /**
   * How the brain would respond to the test pictures without noise, in the order of the test split.
   * Only a simulated world knows this.
   */
  float[][] testSignal() {
    return testImages().mapToObj(i -> signal[i]).toArray(float[][]::new);
  }

  private IntStream testImages() {
    return IntStream.range(
        config.pictures().training() + config.pictures().validation(), images.size());
  }
}
