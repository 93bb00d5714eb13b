// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.testkit.RawNsdTree;

class DescribeCommandTest {
  @TempDir private Path folder;

  @Test
  void should_say_what_is_there_and_how_much_can_be_explained() throws IOException {
    Path raw = RawNsdTree.in(folder.resolve("raw"));
    Files.delete(raw.resolve(RawNsdTree.BETAS + "betas_session01.hdf5"));

    CommandRun described = CommandRun.of("describe", raw);

    assertThat(described.err()).isEmpty();
    assertThat(described.code()).isZero();
    assertThat(described.out().lines())
        .startsWith(raw.toString(), "is: Natural Scenes Dataset")
        .anyMatch(
            line ->
                line.matches(
                    "subject 9, betas_fithrf_GLMdenoise_RR in nsdgeneral, noise ceiling of the mean of"
                        + " three: median \\d\\d\\.\\d % of the variance, a tenth of 13 voxels"
                        + " above \\d\\d\\.\\d %"))
        .anyMatch(line -> line.startsWith("missing: nsddata_betas/") && line.contains("session 1"));
  }

  @Test
  void should_estimate_the_ceiling_of_a_prepared_subject_from_its_ratios_or_its_repeats()
      throws IOException {
    Path raw = RawNsdTree.in(folder.resolve("raw"));
    Path out = folder.resolve("data");
    assertThat(CommandRun.of("prepare", "--data", raw, "--subject=9", "--out", out).err())
        .isEmpty();
    String published = ceiling(CommandRun.of("describe", out));
    assertThat(published).startsWith("subject 9, noise ceiling of the mean of three: ");
    assertThat(ceiling(CommandRun.of("describe", raw))).endsWith(published.substring(11));
    float[] ratios = Npy.read(out.resolve("ncsnr_subj09.npy")).toFloats();
    ratios[2] = Float.NaN;
    Npy.write(out.resolve("ncsnr_subj09.npy"), HeapArray.ofFloats(ratios, ratios.length));
    assertThat(ceiling(CommandRun.of("describe", out))).contains("a tenth of 13 voxels above");
    Files.delete(out.resolve("ncsnr_subj09.npy"));
    assertThat(ceiling(CommandRun.of("describe", out)))
        .startsWith("subject 9, from 8 test pictures, noise ceiling of the mean of three: ");
  }

  private static String ceiling(CommandRun described) {
    assertThat(described.err()).isEmpty();
    return described.out().lines().filter(l -> l.contains("ceiling of")).findFirst().orElseThrow();
  }

  @Test
  void should_print_json() throws IOException {
    Path raw = RawNsdTree.in(folder.resolve("raw"));

    CommandRun described = CommandRun.of("describe", raw.resolve("nsddata_stimuli"), "--json");

    assertThat(described.err()).isEmpty();
    JsonNode root = new ObjectMapper().readTree(described.out());
    assertThat(root.get("path").asText()).isEqualTo(raw.resolve("nsddata_stimuli").toString());
    assertThat(root.at("/parts/0/name").asText()).isEqualTo("stimuli/");
    assertThat(root.get("missing")).isEmpty();
    assertThat(root.get("noise_ceiling")).isEmpty();
  }

  @Test
  void should_name_what_cannot_be_read() throws IOException {
    Path cut = folder.resolve("cut.hdf5");
    byte[] whole =
        Files.readAllBytes(
            RawNsdTree.in(folder.resolve("raw"))
                .resolve(RawNsdTree.BETAS + "betas_session01.hdf5"));
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));

    CommandRun described = CommandRun.of("describe", cut);

    assertThat(described.code()).isEqualTo(1);
    assertThat(described.err()).hasLineCount(1).contains(cut.toString(), "truncated");
  }
}
