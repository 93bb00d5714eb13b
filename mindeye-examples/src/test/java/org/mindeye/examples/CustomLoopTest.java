package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CustomLoopTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

  @Test
  void should_learn_the_image() {
    float[] losses = CustomLoop.train(Device.cpu(), 60, 42, out);

    assertThat(losses[0]).isGreaterThan(0.5f);
    assertThat(losses[59]).isLessThan(losses[0] / 4);
    assertThat(printed.toString(StandardCharsets.UTF_8)).hasLineCount(6).startsWith("step   0  ");
  }

  @Test
  void should_repeat_itself_bit_by_bit() {
    float[] once = CustomLoop.train(Device.cpu(), 6, 7, out);
    float[] again = CustomLoop.train(Device.cpu(), 6, 7, out);

    assertThat(again).containsExactly(once);
    assertThat(CustomLoop.train(Device.cpu(), 6, 8, out)).isNotEqualTo(once);
  }
}
