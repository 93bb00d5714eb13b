// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.evaluation.protocol.FeatureScore.Kind;
import org.mindeye.testkit.PeakMemory;

/**
 * A thousand pictures of 425 x 425 by the published protocol, reconstructions of twice the side,
 * and features as wide as those of AlexNet's second layer: 1.6 GB of them, in 512 MB of heap.
 */
@Tag("slow")
class PublishedSizeTest {
  private static final int IMAGES = 1000;

  @TempDir private Path folder;

  /** The pixels after the protocol's steps, 3 x 256 x 256, in the place of a network. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws IOException {
      EvaluationProtocol protocol =
          EvaluationProtocol.mindEye1()
              .named("pixels", 1)
              .withFeatures(List.of(new FeatureScore("wide", Kind.TWO_WAY)));
      EvaluationResult result =
          ReconstructionEvaluator.of(protocol)
              .withSpoolFolder(Path.of(arguments[0]))
              .with("wide", "none", (images, owner) -> images.array().duplicate())
              .evaluate(new Scenes(IMAGES, 425, 0.5f), Device.cpu());
      for (MetricScore score : result.scores()) {
        if (score.each().size() != IMAGES || score.significance().pValue() > 0.001) {
          throw new IllegalStateException(score.metric() + ": " + score.significance());
        }
      }
      System.out.println(PeakMemory.ofThisProcess());
    }
  }

  @Test
  void should_need_less_than_two_gigabytes() throws Exception {
    assumeTrue(PeakMemory.isKnown(), "the peak of the resident memory is not known here");
    assertThat(PeakMemory.measure(folder, Program.class, folder.toString()))
        .isLessThan(2_000_000_000L);
  }
}
