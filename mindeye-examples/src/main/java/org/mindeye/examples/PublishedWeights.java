package org.mindeye.examples;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.kernel.Torch;

/** Opens a published backbone, as downloaded, and says what it is. */
public final class PublishedWeights {
  private PublishedWeights() {}

  /**
   * Loads a backbone.
   *
   * @param arguments a file of weights: {@code .pth}, safetensors or {@code .npz}
   * @throws IOException if the file cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    System.out.println(describe(Path.of(arguments[0])));
  }

  static String describe(Path file) throws IOException {
    Device device = Torch.device("cpu");
    // snippet: load
    // The architecture comes from the shapes.
    try (BackboneEncoder encoder = BackboneEncoder.load(file, device)) {
      return encoder.voxels() + " voxels to " + encoder.space() + " CLIP tokens";
    }
    // end: load
  }
}
