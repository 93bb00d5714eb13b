// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.testkit.TorchvisionWeights;

/** The golden files' weights of the convolutional networks. */
final class Weights {
  private Weights() {}

  static TorchvisionWeights table(MetricNetwork kind) {
    return TorchvisionWeights.of(
        switch (kind) {
          case ALEXNET -> "alexnet";
          case INCEPTION_V3 -> "inception_v3";
          case EFFICIENTNET_B1 -> "efficientnet_b1";
          case RESNET50 -> "resnet50";
          case CLIP -> throw new IllegalArgumentException("CLIP is not torchvision's");
        });
  }

  /** Heads and counters. */
  static Predicate<String> unused(MetricNetwork kind) {
    Pattern patterns =
        Pattern.compile(
            Stream.concat(Stream.of("*.num_batches_tracked"), Stream.of(kind.unused()))
                .map(glob -> Pattern.quote(glob).replace("*", "\\E.*\\Q"))
                .collect(Collectors.joining("|")));
    return name -> patterns.matcher(name).matches();
  }

  static Map<String, NDArray> used(MetricNetwork kind, NDManager owner) {
    return table(kind).generate(owner, unused(kind).negate());
  }

  /** A file without what is not used. */
  static Path write(Path file, MetricNetwork kind) {
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      WeightFiles.write(file, used(kind, owner), Map.of());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
