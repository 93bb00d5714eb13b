// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestepFeaturesTest {
  /** The original computes in float32, where the sine of a large angle is this far off. */
  private static final Offset<Float> FLOAT32 = within(1e-4f);

  @Test
  void should_put_sines_first_as_the_published_priors() {
    float[] early = TimestepFeatures.SINES_FIRST.of(768, 1);
    assertThat(early[0]).isCloseTo(0.841470985f, within(1e-7f));
    assertThat(early[1]).isCloseTo(0.828396518f, within(1e-7f));
    assertThat(early[383]).isCloseTo(9.99999998e-5f, within(1e-10f));
    assertThat(early[384]).isCloseTo((float) Math.cos(1), within(1e-7f));
    float[] late = TimestepFeatures.SINES_FIRST.of(768, 3, 99);
    assertThat(late[768]).isCloseTo(-0.99920683f, within(1e-7f));
    assertThat(late[769]).isCloseTo(0.67555353f, within(1e-6f));
    assertThat(late[768 + 383]).isCloseTo(0.00989984f, within(1e-8f));
  }

  /** The values are of diffusers' code at timestep 950. */
  @Test
  void should_put_cosines_first_as_the_published_unets() {
    float[] features = TimestepFeatures.COSINES_FIRST.of(320, 1, 950);
    assertThat(features).hasSize(640);
    assertThat(features[0]).isCloseTo((float) Math.cos(1), within(1e-7f));
    requireAt(features, 0, 0.3257243f, -0.0668037f, 0.0291912f, 0.2084129f);
    requireAt(features, 156, 0.9928567f, 0.9936326f, 0.9943244f, 0.9949412f);
    requireAt(features, 160, 0.9454648f, -0.9977661f, -0.9995738f, 0.9780409f);
    requireAt(features, 316, 0.1193130f, 0.1126680f, 0.1063900f, 0.1004594f);
  }

  private static void requireAt(float[] features, int from, float... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(features[320 + from + i])
          .as("number %s of the second timestep", from + i)
          .isCloseTo(expected[i], FLOAT32);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 2, 0, -4})
  void should_refuse_widths_without_pairs_of_frequencies(int width) {
    assertThatThrownBy(() -> TimestepFeatures.COSINES_FIRST.of(width, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("width: expected an even number from 4 on but was " + width);
  }
}
