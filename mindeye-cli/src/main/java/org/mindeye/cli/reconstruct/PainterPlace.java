// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mindeye.core.engine.Precision;
import org.mindeye.reconstruction.DiffusersFolder;
import org.mindeye.reconstruction.LatentScheduler;
import org.mindeye.reconstruction.PainterConfig;
import org.mindeye.reconstruction.PublishedScheduler;
import org.mindeye.reconstruction.VersatileDiffusionDecoder;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;

/** A painter that was looked at, and not loaded yet. Its text is where it is. */
interface PainterPlace {
  /** Looks at a folder: networks of your own, or else what diffusers saved. */
  static PainterPlace open(Path folder) throws IOException {
    return TrainedPainter.isOne(folder)
        ? TrainedPainter.open(folder)
        : new Published(DiffusersFolder.open(folder));
  }

  /** The UNet's shape. */
  ConditionalUnetConfig unet();

  /** How it paints. */
  PainterConfig config();

  /** The files of each part, by what it is for. */
  Map<String, List<Path>> files() throws IOException;

  /** CLIP's image tower, if one lies there: a file or its folder. */
  Optional<Path> imageEncoder();

  /** Why there is none. */
  String missingEncoder();

  /** Loads the networks. */
  VersatileDiffusionDecoder load(Precision precision, Device device) throws IOException;

  /**
   * Refuses what could not be sampled.
   *
   * @throws IllegalArgumentException for a number of steps that the schedule does not allow
   */
  default void requireRuns(int steps) {
    PublishedScheduler process = config().process();
    LatentScheduler sampler = config().scheduler();
    sampler.plan(process.schedule(), process.prediction(), steps, 0);
  }

  /**
   * One that others have published.
   *
   * @param folder as it was downloaded
   */
  record Published(DiffusersFolder folder) implements PainterPlace {
    @Override
    public ConditionalUnetConfig unet() {
      return folder.unet();
    }

    @Override
    public PainterConfig config() {
      return PainterConfig.of(folder);
    }

    @Override
    public Map<String, List<Path>> files() throws IOException {
      return Map.of(
          "unet",
          folder.unetWeights().files(),
          "autoencoder",
          folder.autoencoderWeights().files(),
          "painter",
          folder.descriptions());
    }

    @Override
    public Optional<Path> imageEncoder() {
      return folder.imageEncoder();
    }

    @Override
    public String missingEncoder() {
      return folder.missingEncoder();
    }

    @Override
    public VersatileDiffusionDecoder load(Precision precision, Device device) throws IOException {
      return VersatileDiffusionDecoder.load(folder, precision, device);
    }

    @Override
    public String toString() {
      return folder.toString();
    }
  }
}
