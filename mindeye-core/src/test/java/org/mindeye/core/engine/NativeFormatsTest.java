// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.NativeFormats.Instructions;

/** Lines of real processors, shortened to what stands beside the flags looked for. */
class NativeFormatsTest {
  private static final String GENOA =
      """
      processor\t: 0
      vendor_id\t: AuthenticAMD
      model name\t: AMD EPYC 9354 32-Core Processor
      flags\t\t: fpu vme avx2 avx512f avx512bw avx512vl avx512_bf16 clzero avx512_vnni rdpid
      bugs\t\t: sysret_ss_attrs

      """;

  private static final String SAPPHIRE_RAPIDS =
      """
      processor\t: 0
      vendor_id\t: GenuineIntel
      flags\t\t: fpu avx512f avx_vnni avx512_bf16 avx512_vnni amx_bf16 avx512_fp16 amx_tile amx_int8
      vmx flags\t: vnmi preemption_timer
      """;

  private static final String HASWELL =
      """
      processor\t: 0
      flags\t\t: fpu vme avx f16c rdrand fma avx2 bmi2
      """;

  private static final String GRAVITON3 =
      """
      processor\t: 0
      BogoMIPS\t: 2100.00
      Features\t: fp asimd evtstrm aes sve svei8mm svebf16 i8mm bf16 dgh rng
      CPU implementer\t: 0x41
      """;

  @TempDir private Path root;

  private NativeFormats of(String cpus) throws IOException {
    Files.createDirectories(root.resolve("proc"));
    Files.writeString(root.resolve("proc/cpuinfo"), cpus);
    return NativeFormats.linux(root);
  }

  @Test
  void should_choose_bfloat16_where_the_processor_multiplies_it() throws IOException {
    assertThat(of(GENOA).instructions()).containsExactly(Instructions.AVX512_BF16);
    assertThat(of(GENOA).fastest())
        .hasToString("BFLOAT16: this processor multiplies bfloat16 natively (AVX512-BF16)")
        .extracting(PrecisionChoice::precision)
        .isEqualTo(Precision.BFLOAT16);
    assertThat(of(SAPPHIRE_RAPIDS).fastest())
        .hasToString(
            "BFLOAT16: this processor multiplies bfloat16 natively (AVX512-BF16, AMX-BF16)");
  }

  @Test
  void should_keep_float32_where_bfloat16_would_be_slower() throws IOException {
    assertThat(of(HASWELL)).hasToString("none");
    assertThat(of(HASWELL).fastest())
        .hasToString("FLOAT32: this processor has no instructions for bfloat16");
  }

  @Test
  void should_keep_float32_where_nothing_was_measured() throws IOException {
    assertThat(of(GRAVITON3)).hasToString("Arm BF16");
    assertThat(of(GRAVITON3).fastest())
        .hasToString(
            "FLOAT32: this processor multiplies bfloat16 natively (Arm BF16), but whether libtorch"
                + " gains by it has not been measured");
  }

  @Test
  void should_count_only_what_all_processors_have() throws IOException {
    assertThat(of(GENOA + GENOA).instructions()).containsExactly(Instructions.AVX512_BF16);
    assertThat(of(GENOA + HASWELL).instructions()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', '/proc/cpuinfo lists no flags'",
    "'processor : 0', '/proc/cpuinfo lists no flags'",
  })
  void should_not_guess(String cpus, String reason) throws IOException {
    assertThat(of(cpus)).hasToString("unknown: " + reason);
    assertThat(of(cpus).fastest())
        .hasToString("FLOAT32: whether this processor multiplies bfloat16 is not known, " + reason);
  }

  @Test
  void should_not_guess_on_other_systems() {
    assertThat(NativeFormats.linux(root).fastest())
        .hasToString(
            "FLOAT32: whether this processor multiplies bfloat16 is not known, there is no"
                + " /proc/cpuinfo");
  }

  @Test
  void should_choose_for_this_machine() {
    assertThat(Precision.fastest(Device.cpu()))
        .isEqualTo(NativeFormats.ofThisMachine().fastest())
        .extracting(PrecisionChoice::precision)
        .isIn(Precision.FLOAT32, Precision.BFLOAT16);
  }

  @Test
  void should_refuse_a_device_that_is_not_there() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Precision.fastest(Device.gpu(63)))
        .withMessageStartingWith("device 'gpu63': the engine sees ");
  }

  @Test
  void should_not_know_and_not_know_at_once() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NativeFormats(Set.of(Instructions.AMX_BF16), "no file"))
        .withMessage("instructions: unknown (no file) but [AMX-BF16]");
  }
}
