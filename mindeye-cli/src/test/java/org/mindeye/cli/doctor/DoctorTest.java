// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mindeye.cli.doctor.Finding.State;
import picocli.CommandLine;

class DoctorTest {
  private static final long GIB = 1L << 30;

  private final Map<String, String> properties = new HashMap<>(Map.of("java.version", "17.0.1"));
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> versions =
      Map.of("libtorch", "2.7.1", "mindeye", "1", "djl", "2");

  private Surroundings machine(int java, long physical, long heap, long direct) {
    return new Surroundings(
        properties::get, environment::get, java, versions::get, physical, heap, direct);
  }

  private Surroundings healthy() {
    return machine(17, 16 * GIB, 4 * GIB, 4 * GIB);
  }

  private static List<State> states(Check check, Surroundings here) {
    return check.examine(here).stream().map(Finding::state).toList();
  }

  @Test
  void should_find_this_machine_well() {
    StringWriter out = new StringWriter();
    int code = new CommandLine(new DoctorCommand()).setOut(new PrintWriter(out)).execute();

    assertThat(code).isZero();
    assertThat(out.toString().lines())
        .allMatch(line -> line.matches("(ok   |note |      ->|everything works).*"))
        .anyMatch(line -> line.matches("ok +engine +PyTorch 2\\.7\\.1"))
        .anyMatch(line -> line.matches("ok +devices +cpu.*"))
        .anyMatch(line -> line.matches("ok +bfloat16 +instructions: .+"))
        .anyMatch(line -> line.matches("ok +fastest precision +(FLOAT32|BFLOAT16): .+"))
        .anyMatch(line -> line.matches("ok +self-check .*"))
        .last()
        .isEqualTo("everything works");
  }

  @Test
  void should_refuse_an_old_java() {
    Finding java = new VersionsCheck().examine(machine(11, GIB, GIB, GIB)).get(1);

    assertThat(java.state()).isEqualTo(State.WRONG);
    assertThat(DoctorCommand.line(java))
        .startsWith("WRONG Java                   17.0.1")
        .endsWith("-> install a JDK 17 or later and set JAVA_HOME to it");
  }

  @Test
  void should_refuse_a_jni_of_another_libtorch() {
    assertThat(VersionsCheck.jni("2.7.1-0.36.0", "2.7.1").state()).isEqualTo(State.OK);
    assertThat(VersionsCheck.jni("2.5.1-0.33.0", "2.7.1").text())
        .isEqualTo("2.5.1-0.33.0, which does not belong to libtorch 2.7.1");
    assertThat(VersionsCheck.jni(null, "2.7.1").remedy())
        .startsWith("add ai.djl.pytorch:pytorch-jni at run time");
  }

  @Test
  void should_judge_memory() {
    MemoryCheck memory = new MemoryCheck();
    assertThat(states(memory, healthy())).containsOnly(State.OK);
    assertThat(states(memory, machine(17, GIB, GIB / 2, GIB)))
        .containsExactly(State.NOTE, State.NOTE, State.OK);
    assertThat(states(memory, machine(17, GIB, GIB / 8, GIB / 16)))
        .containsExactly(State.NOTE, State.WRONG, State.WRONG);
    assertThat(memory.examine(machine(17, GIB, GIB / 8, GIB)).get(1))
        .isEqualTo(
            Finding.wrong(
                "heap",
                "128 MiB, too small",
                "set MINDEYE_JAVA_OPTS=-Xmx2g (or -Xmx in your own program)"));
  }

  @Test
  void should_note_that_the_network_may_be_used() {
    NetworkCheck network = new NetworkCheck();
    assertThat(states(network, healthy())).containsExactly(State.OK);
    properties.put("ai.djl.offline", "false");
    assertThat(network.examine(healthy()).get(0).text())
        .isEqualTo(
            "ai.djl.offline=false: DJL may download libraries, and looks whether it runs on EC2");
    environment.put("OPT_OUT_TRACKING", "true");
    assertThat(network.examine(healthy()).get(0).text()).endsWith("DJL may download libraries");
    environment.put("DJL_OFFLINE", "true");
    assertThat(states(network, healthy())).containsExactly(State.OK);
  }

  @Test
  void should_refuse_another_libtorch() {
    NativeSettingsCheck settings = new NativeSettingsCheck();
    assertThat(settings.examine(healthy())).isEmpty();
    environment.put("PYTORCH_VERSION", "2.9.0");
    assertThat(settings.examine(healthy()))
        .containsExactly(
            Finding.wrong(
                "PYTORCH_VERSION",
                "2.9.0, but DJL's JNI is built for 2.7.1",
                "install libtorch 2.7.1 and set PYTORCH_VERSION=2.7.1"));
    environment.put("PYTORCH_VERSION", "2.7.1");
    environment.put("PYTORCH_LIBRARY_PATH", "/no/such/folder");
    assertThat(states(settings, healthy())).containsExactly(State.WRONG, State.NOTE);
    environment.put("PYTORCH_LIBRARY_PATH", System.getProperty("java.home"));
    properties.put("PYTORCH_FLAVOR", "cu128");
    assertThat(states(settings, healthy())).containsExactly(State.OK);
  }
}
