// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.tensor.HeapArray;

class SimulatedTruthTest {
  @TempDir private Path folder;

  private static Trial trial(long cocoId) {
    SampleOrigin origin = SampleOrigin.memory("sample" + cocoId);
    EncodedImage image =
        EncodedImage.png(origin, new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB));
    return new Trial(origin, image, new float[1][2], cocoId, new long[] {0}, 1);
  }

  @Test
  void should_give_responses_in_the_order_of_the_trials() throws IOException {
    Path file = SimulatedTruth.file(folder, 7);
    SimulatedTruth.write(file, new long[] {5, 6}, new float[][] {{1, 2}, {3, 4}});

    assertThat(file).hasFileName("truth_subj07.npz");
    assertThat(SimulatedTruth.read(file, List.of(trial(6), trial(5), trial(6))).orElseThrow())
        .isDeepEqualTo(new float[][] {{3, 4}, {1, 2}, {3, 4}});
    assertThat(SimulatedTruth.read(SimulatedTruth.file(folder, 8), List.of(trial(6)))).isEmpty();
  }

  @Test
  void should_refuse_a_file_of_other_data() throws IOException {
    Path file = SimulatedTruth.file(folder, 7);
    SimulatedTruth.write(file, new long[] {5}, new float[][] {{1, 2}});
    assertThatThrownBy(() -> SimulatedTruth.read(file, List.of(trial(6))))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            file
                + ": no noise-free response to the test picture 6; it is of another simulation:"
                + " remove it");
    SimulatedTruth.write(file, new long[] {6}, new float[][] {{1, 2, 3}});
    assertThatThrownBy(() -> SimulatedTruth.read(file, List.of(trial(6))))
        .hasMessage(file + ": signal: expected [1, 2] but found [1, 3]");
    Npz.write(file, Map.of("coco_ids", HeapArray.ofLongs(new long[] {6}, 1)));
    assertThatThrownBy(() -> SimulatedTruth.read(file, List.of(trial(6))))
        .hasMessage(file + ": expected the arrays coco_ids and signal but found [coco_ids]");
  }
}
