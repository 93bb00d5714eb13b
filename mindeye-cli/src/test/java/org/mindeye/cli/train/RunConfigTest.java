// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.data.loader.AheadConfig;
import org.mindeye.training.HeapContents;

class RunConfigTest {
  private static final long PIXELS = 4L * 3 * 224 * 224;
  private static final long TARGET = 257L * 768;
  private final RunConfig paper = RunConfig.paper(false, true);

  private static HeapContents.Steps steps(RunConfig config) {
    return config.steps(VisionTransformerConfig.vitL14());
  }

  private static HeapContents.Steps expected(long prepared, long joined) {
    return new HeapContents.Steps(32, 1, AheadConfig.standard(), prepared, joined);
  }

  @Test
  void should_say_what_its_steps_need_of_the_heap() {
    RunConfig once = new RunConfig(paper.train(), false, paper.model(), paper.checkpoints(), null);

    assertThat(steps(paper)).isEqualTo(expected(PIXELS, PIXELS));
    assertThat(steps(paper.withTargetCache("targets"))).isEqualTo(expected(PIXELS, PIXELS));
    assertThat(steps(once)).as("copied in the step").isEqualTo(expected(0, 4 * TARGET));
    assertThat(steps(once.withTargetCache("targets")))
        .as("float16, read ahead")
        .isEqualTo(expected(2 * TARGET, 4 * TARGET));
  }
}
