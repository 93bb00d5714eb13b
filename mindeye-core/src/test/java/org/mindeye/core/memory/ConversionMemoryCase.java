// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.memory;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneMemory;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.testkit.PeakMemory;

/** A backbone whose last layer has nearly all of its numbers, and how it gets its weights. */
enum ConversionMemoryCase {
  DRAWN,
  LOADED;

  /** 403 MB in float32. */
  private static final BackboneConfig CONFIG =
      BackboneConfig.paper(16)
          .withHidden(1536)
          .withBlocks(0)
          .withSpace(new ClipSpace(1024, 64))
          .withoutProjector();

  /** Several windows: afterwards the C library has kept what it keeps of such tensors. */
  private static final BackboneConfig FIRST = CONFIG.withHidden(256);

  /** What the weights take in a format. */
  static long stored(Precision precision) {
    return BackboneMemory.inference(CONFIG, precision, 0).weights();
  }

  static void write(Path folder) throws IOException {
    for (BackboneConfig config : new BackboneConfig[] {FIRST, CONFIG}) {
      try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(config)) {
        PrecisionMemoryCase.write(backbone, file(folder, config));
      }
    }
  }

  private static Path file(Path folder, BackboneConfig config) {
    return folder.resolve(config.trunk().hidden() + ".safetensors");
  }

  private void run(BackboneConfig config, Precision precision, Path folder) throws IOException {
    try (ResidualMlpBackbone backbone = backbone(config, precision, folder)) {
      backbone.device();
    }
  }

  private ResidualMlpBackbone backbone(BackboneConfig config, Precision precision, Path folder)
      throws IOException {
    if (this == LOADED) {
      try (StateDict weights = WeightFiles.open(file(folder, config))) {
        return ResidualMlpBackbone.load(weights, config, precision, Device.cpu());
      }
    }
    ResidualMlpBackbone backbone = new ResidualMlpBackbone(config);
    backbone.storeIn(precision);
    backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
    return backbone;
  }

  /** Prints by how much the peak rises, once everything that such a network needs is there. */
  public static void main(String[] arguments) throws IOException {
    ConversionMemoryCase how = valueOf(arguments[0]);
    Precision precision = Precision.valueOf(arguments[1]);
    Path folder = Path.of(arguments[2]);
    how.run(FIRST, precision, folder);
    long before = PeakMemory.ofThisProcess();
    how.run(CONFIG, precision, folder);
    System.out.println(PeakMemory.ofThisProcess() - before);
  }
}
