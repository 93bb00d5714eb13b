// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkListEntry;

/** What all benchmarks have in common. */
class BenchmarkHabitsTest {
  private final List<BenchmarkListEntry> entries = BenchmarkSuite.entries();

  @Test
  void should_find_every_benchmark() {
    assertThat(entries)
        .extracting(BenchmarkSuite::name)
        .containsExactlyInAnyOrder(
            "AdamWStep.step",
            "Autoencoding.decode",
            "Autoencoding.encode",
            "BackboneForward.forward",
            "BackboneTrainingStep.step",
            "BatchLoading.pass",
            "BestOf.score",
            "ClipEncoding.encode",
            "GraphBuild.build",
            "GraphNeighbors.search",
            "GuidedDecode.decode",
            "KernelCall.kernel",
            "KernelCall.operation",
            "KernelCall.readBack",
            "Losses.forward",
            "Losses.forwardAndGradient",
            "LowLevelForward.forward",
            "LowLevelTrainingStep.step",
            "MachineLimits.add",
            "MachineLimits.multiply",
            "MachineLimits.read",
            "MappedNeighbors.nearest",
            "NearestNeighbors.nearest",
            "NpyRead.read",
            "PriorDenoise.predict",
            "PriorDenoise.prepared",
            "PriorSample.sample",
            "PriorTrainingStep.step",
            "SamplerStep.step",
            "Similarities.cosine",
            "UnetStep.step",
            "WebDatasetRead.read",
            "WeightsRead.read");
  }

  @Test
  void should_measure_mean_times_in_three_jvms_with_a_fixed_heap() {
    assertThat(entries)
        .isNotEmpty()
        .allSatisfy(
            entry -> {
              assertThat(entry.getMode()).isEqualTo(Mode.AverageTime);
              assertThat(entry.getForks().get()).isGreaterThanOrEqualTo(3);
              assertThat(entry.getJvmArgsAppend().get()).containsExactly("-Xms2g", "-Xmx2g");
            });
  }

  @Test
  void should_name_the_device_wherever_tensors_are_measured() {
    assertThat(entries)
        .filteredOn(
            entry ->
                !List.of(
                        "GraphBuild.build",
                        "GraphNeighbors.search",
                        "MappedNeighbors.nearest",
                        "NpyRead.read",
                        "WebDatasetRead.read")
                    .contains(BenchmarkSuite.name(entry)))
        .isNotEmpty()
        .allSatisfy(
            entry ->
                assertThat(BenchmarkSuite.parameters(entry))
                    .containsEntry("device", List.of("cpu")));
  }

  @Test
  void should_know_the_work_of_every_case() {
    for (BenchmarkListEntry entry : entries) {
      Map<String, String> last = new HashMap<>();
      BenchmarkSuite.parameters(entry)
          .forEach((name, values) -> last.put(name, values.get(values.size() - 1)));
      assertThatCode(() -> Work.of(BenchmarkSuite.name(entry), last))
          .as(BenchmarkSuite.name(entry))
          .doesNotThrowAnyException();
    }
  }
}
