// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.WeightFiles;

/** Names from files and arguments never drive the terminal. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "files cannot be called like that there")
class PrintableTest {
  private static final String EVIL = "x\u001b]0;owned\u0007\u001b[2j\u009b31m\rok\u202e";
  private static final String SPELT = "x\\u001b]0;owned\\u0007\\u001b[2j\\u009b31m\\u000dok\\u202e";

  @TempDir private Path folder;

  private static void assertHarmless(CommandRun run) {
    String all = run.out() + run.err();
    // An error's line ends are blanks, and JSON has capital digits.
    assertThat(all.replaceAll("\\\\u000d|\\\\r", " ").toLowerCase(Locale.ROOT))
        .contains(SPELT.replace("\\u000d", " "));
    assertQuiet(all);
    assertThat(run.err().lines().count()).isLessThanOrEqualTo(1);
  }

  private static void assertQuiet(String printed) {
    assertThat(printed).doesNotContain("\u001b", "\u0007", "\u009b", "\r", "\u202e");
  }

  private Path weights(String name, String tensor, String key) throws IOException {
    Path file = folder.resolve(name);
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      WeightFiles.write(
          file, Map.of(tensor, manager.ones(new Shape(2))), Map.of(key, "value " + EVIL));
    }
    return file;
  }

  @Test
  void should_spell_names_of_tensors_keys_and_files() throws IOException {
    Path file = weights("a.safetensors", EVIL + ".weight", EVIL);
    assertHarmless(CommandRun.of("inspect", file));
    assertHarmless(CommandRun.of("inspect", file, "--json"));
    Path other = folder.resolve("b.safetensors");
    assertHarmless(CommandRun.of("convert", file, other, "--strip-prefix", EVIL + "y"));
    Path renamed = Files.move(file, folder.resolve(EVIL + ".safetensors"));
    Path out = folder.resolve(EVIL + "2.safetensors");
    assertHarmless(CommandRun.of("inspect", renamed));
    assertHarmless(CommandRun.of("convert", renamed, out));
    assertHarmless(CommandRun.of("convert", renamed, out));
  }

  @Test
  void should_spell_what_a_checkpoint_holds() throws IOException {
    Path fixture = Path.of("../mindeye-formats/src/test/resources/torch/foreign.pth");
    String content = Files.readString(fixture, StandardCharsets.ISO_8859_1);
    // The name of a class and of a key, in their own lengths.
    String changed = content.replace("Custom", "Cu\u001b[2m").replace("custom", "c\u001b]0;\u0007");
    Path file = folder.resolve("a.pth");
    Files.writeString(file, changed, StandardCharsets.ISO_8859_1);
    for (CommandRun run :
        List.of(
            CommandRun.of("inspect", file),
            CommandRun.of("convert", file, folder.resolve("out.safetensors")))) {
      assertThat(run.code()).isZero();
      assertThat(run.out()).contains("__main__.Cu\\u001b[2m", "c\\u001b]0;\\u0007");
      assertQuiet(run.out());
    }
  }

  @Test
  void should_spell_arguments_in_errors() throws IOException {
    Path file = weights("a.safetensors", EVIL, EVIL);
    Path out = folder.resolve("out.safetensors");
    assertHarmless(CommandRun.of("inspect", folder.resolve(EVIL)));
    assertHarmless(CommandRun.of("inspect", file, "--" + EVIL));
    assertHarmless(CommandRun.of(EVIL));
    assertHarmless(CommandRun.of("convert", fixture(), out, "--entry", EVIL));
  }

  private static Path fixture() {
    return Path.of("../mindeye-formats/src/test/resources/torch/nested.pth");
  }

  @Test
  void should_spell_what_a_computation_is_given() throws IOException {
    Path file = weights("a.safetensors", EVIL, EVIL);
    Path config =
        Files.writeString(
            folder.resolve("c.json"), "{\"" + EVIL.replaceAll("\\p{Cntrl}", "\u009b") + "\":1}");
    Path out = folder.resolve("out.safetensors");
    for (String component : List.of("backbone", "clip", "prior", "losses", "prior-sample")) {
      CommandRun run =
          CommandRun.of(
              List.of("forward", component, "--config=" + config, "--weights=" + file).toArray());
      assertQuiet(run.err());
      run =
          CommandRun.of(
              "forward",
              component,
              "--config=" + config,
              "--weights=" + file,
              "--inputs=" + file,
              "--output=" + out,
              "--verbose");
      assertThat(run.code()).isNotZero();
      assertQuiet(run.err());
    }
  }

  @Test
  void should_let_the_help_have_its_colors_and_lines() {
    StringWriter text = new StringWriter();
    PrintWriter out = PrintableWriter.to(text);
    out.print("\u001b[1mbold\u001b[0m\r\ntext\u001b[2J\u001b[8m\u0085\r");
    out.write('\u0007');
    out.write(new char[] {'a', '\b', 'b'}, 1, 2);
    out.println();
    assertThat(text)
        .hasToString(
            "\u001b[1mbold\u001b[0m\r\ntext\\u001b[2J\\u001b[8m\\u0085\\u000d\\u0007\\u0008b"
                + System.lineSeparator());
  }

  @Test
  void should_spell_the_lines_of_the_log_and_leave_a_progress_bar_alone() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    PrintStream log = PrintableLog.before(err);
    log.println("removed " + EVIL);
    new IllegalStateException(EVIL).printStackTrace(log);
    log.print("\r50 %");
    log.println((String) null);
    new Console(log, false).say("reading %s", EVIL);
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text)
        .contains("removed " + SPELT, "IllegalStateException: " + SPELT, "\r50 %null")
        .contains("reading " + SPELT);
    assertQuiet(text.replace("\r50 %", ""));
  }
}
