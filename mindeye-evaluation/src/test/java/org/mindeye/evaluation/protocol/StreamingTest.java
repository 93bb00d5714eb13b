// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.evaluation.protocol.FeatureScore.Kind;
import org.mindeye.evaluation.statistics.StatisticsConfig;
import org.mindeye.testkit.LeakCheck;

/** Memory that does not depend on the number of images, and work that grows with it. */
class StreamingTest {
  private static final EvaluationProtocol PROTOCOL =
      EvaluationProtocol.mindEye1()
          .named("small", 1)
          .withImages(new ImageSteps(List.of(16), List.of(20), Antialias.OFF, Optional.empty()))
          .withFeatures(
              List.of(
                  new FeatureScore("wide", Kind.TWO_WAY),
                  new FeatureScore("far", Kind.CORRELATION_DISTANCE)));

  private static final StatisticsConfig STATISTICS = new StatisticsConfig(0.9, 100, 100, 4, 3);

  @TempDir private Path folder;

  /** What an evaluation did, and what was alive whenever it asked for a pair. */
  private record Work(
      List<Integer> reads, int shown, int calls, List<LeakCheck.Census> alive, List<String> seen) {}

  private Work evaluate(int images) throws IOException {
    Scenes scenes = new Scenes(images, 24, 0.5f);
    List<LeakCheck.Census> alive = new ArrayList<>();
    List<String> progress = new ArrayList<>();
    int[] shown = new int[2];
    PairSource source =
        new PairSource() {
          @Override
          public int size() {
            return images;
          }

          @Override
          public ImagePair read(int index, NDManager owner) {
            if (index % STATISTICS.block() == 0) {
              alive.add(LeakCheck.census());
            }
            return scenes.read(index, owner);
          }
        };
    ImageFeatures counted =
        (batch, owner) -> {
          shown[0] += batch.batch();
          shown[1]++;
          return batch.array().mean(new int[] {3});
        };
    ReconstructionEvaluator.of(PROTOCOL)
        .withStatistics(STATISTICS)
        .withSpoolFolder(folder)
        .withMostOnHeap(0)
        .with("wide", "w", counted)
        .with("far", "w", counted)
        .evaluate(source, step -> progress.add(step.toString()), Device.cpu());
    return new Work(scenes.reads, shown[0], shown[1], alive, progress);
  }

  @Test
  void should_read_and_show_every_image_once() throws IOException {
    for (int images : new int[] {10, 20, 40}) {
      Work work = evaluate(images);
      assertThat(work.reads).isEqualTo(IntStream.range(0, images).boxed().toList());
      // Two networks, originals and reconstructions.
      assertThat(work.shown).isEqualTo(4 * images);
      assertThat(work.calls).isEqualTo(4 * ((images + 3) / 4));
    }
  }

  @Test
  void should_keep_no_tensor_from_block_to_block() throws IOException {
    evaluate(4); // loads what is loaded once
    Work work = evaluate(24);
    assertThat(work.alive).hasSize(6).containsOnly(work.alive.get(0));
    assertThat(folder).as("temporary files").isEmptyDirectory();
  }

  @Test
  void should_say_how_far_it_is() throws IOException {
    assertThat(evaluate(10).seen)
        .containsExactly(
            "images: 0 of 10",
            "images: 4 of 10",
            "images: 8 of 10",
            "images: 10 of 10",
            "scores: 1 of 4",
            "scores: 2 of 4",
            "scores: 3 of 4",
            "scores: 4 of 4");
  }

  /** The heap that is in use when images 0 and 12 of 16 are read; one has 4.2 MB of features. */
  private long growth(long mostOnHeap) throws IOException {
    Scenes scenes = new Scenes(16, 148, 0.5f);
    long[] used = new long[scenes.size()];
    PairSource source =
        new PairSource() {
          @Override
          public int size() {
            return scenes.size();
          }

          @Override
          public ImagePair read(int index, NDManager owner) {
            if (index % 12 == 0) {
              System.gc();
              used[index] = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            }
            return scenes.read(index, owner);
          }
        };
    ReconstructionEvaluator.of(
            PROTOCOL.withImages(
                new ImageSteps(List.of(148), List.of(), Antialias.OFF, Optional.empty())))
        .withStatistics(STATISTICS)
        .withSpoolFolder(folder)
        .withMostOnHeap(mostOnHeap)
        .with("wide", "w", (images, owner) -> images.array().repeat(2, 8))
        .evaluate(source, Device.cpu());
    return used[12] - used[0];
  }

  @Test
  void should_keep_wide_features_off_the_heap() throws IOException {
    assertThat(growth(Long.MAX_VALUE)).isGreaterThan(40L << 20);
    assertThat(growth(0)).isLessThan(8L << 20);
  }
}
