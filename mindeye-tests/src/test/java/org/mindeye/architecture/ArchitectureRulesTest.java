// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule reports the one fault of a house where everything is wrong. */
class ArchitectureRulesTest {
  private static final String BAD_HOUSE = "org.mindeye.architecture.badhouse";
  private static final JavaClasses CLASSES = new ClassFileImporter().importPackages(BAD_HOUSE);
  private static final Map<String, ArchRule> RULES = ArchitectureRules.below(BAD_HOUSE);

  @ParameterizedTest
  @CsvSource({
    "losses knows core only, losses.NosyLoss, data.Subjects",
    "prior knows core only, prior.NosyPrior, data.Subjects",
    "lowlevel knows core only, lowlevel.NosyTeacher, data.Subjects",
    "data knows core only, data.NosyReader, losses.NosyLoss",
    "retrieval knows core only, retrieval.NosyIndex, data.Subjects",
    "evaluation knows core only, evaluation.NosyScores, data.Subjects",
    "core knows no other module, core.NosyCore, data.Subjects",
    "formats know no other module, formats.NosyFormat, data.Subjects",
    "formats know no engine, formats.NosyFormat, ai.djl.ndarray.NDArray",
    "diffusion is arithmetic, prior.diffusion.NosySchedule, ai.djl.ndarray.NDArray",
    "packages are free of cycles, data.NosyReader, losses.NosyLoss",
    "internal stays internal, core.LeakyCore.secret(), core.internal.Secret",
    "internal stays internal, core.LeakyCore.secrets(), core.internal.Secret",
    "internal stays internal, core.LeakyCore.field, core.internal.Secret",
    "internal stays internal, core.LeakyCore.<init>, core.internal.Secret",
    "internal stays internal, core.LeakyCore shows, core.internal.Secret",
    "the JNI is for core's internals, core.NativeCore, ai.djl.pytorch.jni.JniUtils",
    "JNA is for core's internals, core.ForeignLibraries, com.sun.jna.StandIn",
    "HDF5 is for data.hdf5, core.ForeignLibraries, io.jhdf.StandIn",
    "MAT files are for data.matlab, core.ForeignLibraries, us.hebi.matlab.StandIn",
    "JVector is for retrieval, core.ForeignLibraries, io.github.jbellis.StandIn",
    "libraries do not print, core.Chatter, java.lang.System.out",
    "libraries do not print, core.Chatter, java.lang.System.err",
    "libraries do not print, examples.Helper, java.lang.System.out",
    "libraries do not print, bench.OpenTool, java.lang.System.out",
    "errors are not dumped, core.Chatter, printStackTrace()",
    "no ambient locale or charset, core.Tourist, java.lang.String.formatted",
    "no ambient locale or charset, core.Tourist, java.lang.String.format",
    "no ambient locale or charset, core.Tourist, java.util.Formatter.<init>",
    "no ambient locale or charset, core.Tourist, java.text.DecimalFormat.<init>",
    "no ambient locale or charset, core.Tourist, java.text.NumberFormat.getInstance",
    "no ambient locale or charset, core.Tourist, java.text.SimpleDateFormat.<init>",
    "no ambient locale or charset, core.Tourist, java.time.format.DateTimeFormatter.ofPattern",
    "no ambient locale or charset, core.Tourist, java.util.Locale.getDefault",
    "no ambient locale or charset, core.Tourist, java.lang.String.toUpperCase",
    "no ambient locale or charset, core.Tourist, java.lang.String.toLowerCase",
    "no ambient locale or charset, core.Tourist, java.io.PrintStream.printf",
    "no ambient locale or charset, core.Tourist, java.io.PrintStream.format",
    "no ambient locale or charset, core.Tourist, java.io.PrintWriter.printf",
    "no ambient locale or charset, core.Tourist, java.lang.String.<init>",
    "no ambient locale or charset, core.Tourist, java.lang.String.getBytes",
    "no ambient locale or charset, core.Tourist, java.nio.charset.Charset.defaultCharset",
    "no ambient locale or charset, core.Tourist, java.io.FileReader.<init>",
    "no ambient locale or charset, core.Tourist, java.io.FileWriter.<init>",
    "no ambient locale or charset, core.Tourist, java.io.InputStreamReader.<init>",
    "no ambient locale or charset, core.Tourist, java.io.OutputStreamWriter.<init>",
    "no ambient locale or charset, core.Tourist, java.io.PrintStream.<init>",
    "no ambient locale or charset, core.Tourist, java.util.Scanner.<init>",
    "no ambient locale or charset, core.Tourist, java.io.ByteArrayOutputStream.toString",
    "no ambient locale or charset, core.Tourist, StandInStream.<init>",
    "no ambient randomness, core.Gambler, java.lang.Math.random()",
    "no ambient randomness, core.Gambler, java.util.Collections.shuffle(java.util.List)",
    "no generator classes, core.Gambler, java.util.Random",
    "no generator classes, core.Gambler, java.util.concurrent.ThreadLocalRandom",
    "no engine randomness, core.Gambler, randomNormal",
    "the engine's seed is core.random's, core.Gambler, setRandomSeed",
    "factors outlive the forward pass, core.Gambler, mul(java.lang.Number)",
    "factors outlive the forward pass, examples.Curious, mul(java.lang.Number)",
    "data outlive the forward pass, core.Gambler, create([F)",
    "internals are not copied, examples.Curious, core.internal.Secret",
    "bfloat16 stays away from DJL, core.Caster.weights, softmax",
    "bfloat16 stays away from DJL, core.Caster.like, toType",
    "bfloat16 stays away from DJL, core.Caster.named, toType",
    "bfloat16 stays away from DJL, core.Caster.given, zeros",
    "bfloat16 stays away from DJL, core.Caster.kept, ones",
    "steps read through Readback, losses.WaitingLoss, getFloat",
    "steps read through Readback, losses.WaitingLoss, toFloatArray",
    "documents have one reader, core.LenientReader.tree, readTree",
    "documents have one reader, core.LenientReader.value, treeToValue",
    "documents have one reader, core.LenientReader.read, readValue",
    "public classes are final, core.OpenCore, FINAL",
    "public classes are final, core.OpenState, FINAL",
    "public classes are final, bench.OpenTool, FINAL",
    "no optional parameters, core.Undecided.<init>, java.util.OptionalLong",
    "no optional parameters, core.Undecided.of, java.util.Optional",
    "configurations are records, core.OldConfig, record",
    "native memory has a lifetime, core.UnguardedCore, Lifetime",
    "few parameters, core.CrowdedConfig.<init>, at most 7 parameters",
    "the device comes last, core.ColourOptions$Painter.paint, before noise",
    "of looks at no file, core.ColourOptions.of, path",
    "load puts weights on a device, core.ColourOptions.load, device",
    "settings are called Config, core.ColourOptions, Options",
    "presets are methods, core.ColourOptions.PAPER, PAPER.*",
    "classes are spelled as in American English, core.ColourOptions, color",
    "members are spelled as in American English, core.ColourOptions.greyLevels, gray",
    "exceptions say what failed, core.Chatter, java.lang.RuntimeException",
    "exceptions are of one family, data.StrayException, MindEyeException",
    "exceptions are of one family, data.StrayError, MindEyeException",
    "exceptions have a family, data.Thrower.error(), java.lang.Error",
    "exceptions have a family, data.Thrower.checked(), java.lang.Exception",
    "exceptions have a family, data.Thrower.stray(), data.StrayException",
    "exceptions have a family, data.Thrower.foreign(), java.util.MissingResourceException",
  })
  void should_report(String rule, String culprit, String fault) {
    assertThat(RULES.get(rule).evaluate(CLASSES).getFailureReport().getDetails())
        .as("%s", rule)
        .anySatisfy(report -> assertThat(report).contains(culprit).contains(fault));
  }

  @Test
  void should_have_a_fault_for_every_rule() {
    assertThat(RULES)
        .allSatisfy((name, rule) -> assertThat(rule.evaluate(CLASSES).hasViolation()).isTrue());
  }

  @Test
  void should_leave_the_good_code_alone() {
    String reports =
        RULES.values().stream()
            .map(rule -> String.join("\n", rule.evaluate(CLASSES).getFailureReport().getDetails()))
            .reduce("", String::concat);

    assertThat(reports)
        .contains("core.Gambler")
        .doesNotContain(
            "GoodThrower",
            "GoodCaster",
            "GoodKernel",
            "GoodProgram",
            "GoodBenchmark",
            "GoodTraveller");
  }
}
