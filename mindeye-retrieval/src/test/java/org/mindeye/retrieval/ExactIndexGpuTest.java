// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

/** A gallery in the memory of a GPU gives the answers of one in the main memory, bit by bit. */
@Tag("gpu")
class ExactIndexGpuTest {
  @FreshManager private NDManager manager;

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "INT8_WEIGHTS", mode = EnumSource.Mode.EXCLUDE)
  void should_find_what_the_processor_finds(Precision precision) {
    Device gpu = Torch.device("gpu0");
    ClipVectors stored = Vectors.random(manager, 70_000, 96, 1);
    ClipVectors asked = Vectors.random(manager, 65, 96, 2);
    long[] ids = Vectors.ids(70_000);
    try (ExactIndex near = ExactIndex.of(stored, ids, Device.cpu());
        ExactIndex far = ExactIndex.of(stored, ids, precision, gpu)) {
      List<List<Neighbor>> expected = near.nearest(asked, 16);
      assertThat(far.nearest(asked, 16)).isEqualTo(expected);
      float[] one = asked.array().get(7).toFloatArray();
      assertThat(far.search(one, SearchRequest.of(16))).isEqualTo(expected.get(7));
      LeakCheck.assertNoLeak(() -> far.nearest(asked, 3));
    }
  }
}
