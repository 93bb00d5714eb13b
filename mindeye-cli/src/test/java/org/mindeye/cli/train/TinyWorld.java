// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.simulation.BrainSimulator;
import org.mindeye.data.simulation.BrainSimulatorConfig;
import org.mindeye.data.simulation.scene.SceneGenerator;
import org.mindeye.data.simulation.scene.ScenePainter;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.data.webdataset.SubjectData;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.data.webdataset.WriterConfig;

/**
 * A simulated subject, its files, and the CLIP tower that looked at its pictures.
 *
 * @param data the folder of the web-dataset
 * @param clip the tower's weights
 * @param shape the tower's configuration
 */
public record TinyWorld(Path data, Path clip, Path shape) {
  static final int TRAINING = 48;
  static final int VALIDATION = 16;
  static final int TEST = 24;
  public static final int VOXELS = 60;

  private static final VisionTransformerConfig TOWER =
      new VisionTransformerConfig(16, 32, 1, 2, new PatchGrid(64, 32), 8, Nonlinearity.QUICK_GELU);

  /** Networks that train in no time. */
  private static final List<String> SMALL =
      List.of(
          "--hidden=32",
          "--blocks=1",
          "--projector-width=16",
          "--prior-depth=1",
          "--prior-heads=2",
          "--prior-head-width=4",
          "--epochs=3",
          "--batch-size=16");

  public static TinyWorld in(Path folder) throws IOException {
    TinyWorld world =
        new TinyWorld(
            folder.resolve("data"),
            folder.resolve("clip.safetensors"),
            folder.resolve("clip.json"));
    Files.createDirectories(world.data);
    Files.writeString(world.shape, DocumentWriter.text(TOWER));
    try (ClipImageEncoder encoder = ClipImageEncoder.of(tower(7, world.clip))) {
      world.write(encoder);
    }
    return world;
  }

  /** A tower of the same shape with other weights, in a file of its own. */
  public static Path otherClip(Path file) throws IOException {
    tower(8, file).close();
    return file;
  }

  private static ClipVisionTransformer tower(long seed, Path file) throws IOException {
    ClipVisionTransformer network = new ClipVisionTransformer(TOWER);
    network.initialize(Device.cpu(), NoiseSource.seeded(seed));
    WeightFiles.write(file, network, TOWER.metadata());
    return network;
  }

  /**
   * The arguments of a new run.
   *
   * @param more options as {@code --name=value}; they replace those of the same name. {@code
   *     --no-prior} and {@code --no-projector} also take away what says nothing beside them
   */
  public Object[] train(Path out, String... more) {
    Map<String, String> options = new LinkedHashMap<>();
    List<String> all = new ArrayList<>(SMALL);
    all.addAll(List.of("--data=" + data, "--subject=99", "--clip=" + clip));
    all.add("--out=" + out);
    all.addAll(List.of(more));
    all.forEach(option -> options.put(option.replaceFirst("=.*", ""), option));
    if (options.containsKey("--no-prior")) {
      options.keySet().removeIf(name -> name.startsWith("--prior-"));
    }
    if (options.containsKey("--no-projector")) {
      options.remove("--projector-width");
    }
    List<Object> arguments = new ArrayList<>(List.of("train"));
    arguments.addAll(options.values());
    return arguments.toArray();
  }

  private void write(ClipImageEncoder encoder) throws IOException {
    int side = TOWER.patches().imageSize();
    int images = TRAINING + VALIDATION + TEST;
    ScenePainter painter = new ScenePainter(side);
    List<EncodedImage> painted = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      var scene = SceneGenerator.of(split(i)).invent(NoiseSource.seeded(5, i));
      SampleOrigin origin = SampleOrigin.memory(WebDatasetWriter.key(i));
      painted.add(EncodedImage.jpeg(origin, painter.paint(scene), 0.95f));
    }
    float[][] pictures = painted.stream().map(EncodedImage::toFloats).toArray(float[][]::new);
    BrainSimulator.Responses brain =
        new BrainSimulator(BrainSimulatorConfig.standard(VOXELS), encoder.space(), 1)
            .show(pictures, side, tokens(encoder, pictures));
    try (WebDatasetWriter writer = WebDatasetWriter.create(data, 99, WriterConfig.DEFAULT)) {
      for (int i = 0; i < images; i++) {
        EncodedImage image = painted.get(i);
        writer.add(
            split(i), new Trial(image.origin(), image, brain.voxels()[i], i, brain.trials()[i], 3));
      }
      writer.commit();
    }
  }

  private static float[][] tokens(ClipImageEncoder encoder, float[][] pictures) {
    int size = encoder.space().size();
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      ImageBatch batch =
          ImageBatches.ofPixels(
              pictures, TOWER.patches().imageSize(), TOWER.patches().imageSize(), manager);
      float[] all = encoder.encodeTokens(batch, manager).array().toFloatArray();
      float[][] tokens = new float[pictures.length][];
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = Arrays.copyOfRange(all, i * size, (i + 1) * size);
      }
      return tokens;
    }
  }

  /** What it wrote. */
  List<Trial> trials(Split split) throws IOException {
    try (TrialSource trials = SubjectData.open(data, 99, split, ReaderConfig.of(VOXELS))) {
      return trials.readAll();
    }
  }

  /**
   * A copy of its data, of which a split ends in the middle: reading it fails, opening does not.
   */
  Path cut(Split split, Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = folder.resolve(data.relativize(file).toString());
        Files.copy(file, copy);
        if (copy.getFileName().toString().startsWith(split.folder() + "_")) {
          byte[] bytes = Files.readAllBytes(copy);
          Files.write(copy, Arrays.copyOf(bytes, bytes.length / 2));
        }
      }
    }
    return folder;
  }

  private static Split split(int image) {
    if (image < TRAINING) {
      return Split.TRAIN;
    }
    return image < TRAINING + VALIDATION ? Split.VALIDATION : Split.TEST;
  }
}
