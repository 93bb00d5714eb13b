// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import org.mindeye.formats.io.HeapBudget;

class OptionNamesTest {
  @Test
  void should_say_how_the_command_gets_more_heap() {
    Throwable error =
        catchThrowable(() -> new HeapBudget(1 << 20).require("a", 3L << 29, "read fewer rows"));

    assertThat(ErrorLine.of(error))
        .isEqualTo(
            "a: needs 1.50 GiB of Java heap, but this process has 1 MiB in all; give it -Xmx3g"
                + " (MINDEYE_JAVA_OPTS=-Xmx3g ./mindeye ...), or read fewer rows");
  }

  @Test
  void should_name_the_options_of_the_command() {
    assertThat(OptionNames.in("raise the limit (ExpansionLimit.withTimes), or"))
        .isEqualTo("raise the limit (convert --max-expansion), or");
    assertThat(OptionNames.in("give the configuration (VisionTransformerConfig), for example"))
        .isEqualTo("give the configuration (--clip-config), for example");
    assertThat(
            OptionNames.in("there are some in [fsaverage]: prepare that space (NsdSpace); there"))
        .isEqualTo(
            "there are some in [fsaverage]: prepare that space (`mindeye prepare --space`); there");
    assertThat(OptionNames.in("values a 16-bit float can hold (or ElementType.FLOAT32) but"))
        .isEqualTo("values a 16-bit float can hold (or --float32) but");
    assertThat(
            OptionNames.in(
                "with StateDict.under(\"a.\") or StateDict.under(\"b.\"), not"
                    + " StateDict.withPrefixStripped(\"c$1.\")"))
        .isEqualTo(
            "with `mindeye convert FILE NEW.safetensors --only a.` or `mindeye convert FILE"
                + " NEW.safetensors --only b.`, not `mindeye convert FILE NEW.safetensors"
                + " --strip-prefix c$1.`");
  }

  @Test
  void should_leave_other_words_alone() {
    assertThat(OptionNames.in("an ExpansionLimit of 10")).isEqualTo("an ExpansionLimit of 10");
  }
}
