// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.DataForm;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.nsd.BetaVersion;
import org.mindeye.data.nsd.NsdData;
import org.mindeye.data.nsd.NsdFolder;
import org.mindeye.data.nsd.NsdRegion;
import org.mindeye.data.nsd.NsdSpace;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.data.table.TrialTable;
import org.mindeye.data.volume.VolumeFile;
import org.mindeye.data.webdataset.SubjectData;
import org.mindeye.evaluation.NoiseCeiling;
import org.mindeye.formats.numpy.Npy;

/** The share of variance that can be explained at all, from published ratios or from repeats. */
final class Ceilings {
  private static final String RATIOS = "ncsnr";

  /** Responses to a picture, as the sentence says. */
  private static final int AVERAGED = 3;

  private static final int ANY_SUBJECT = 99;

  private Ceilings() {}

  /** A sentence for each subject of whom it can be known. */
  static List<String> of(Path path) throws IOException {
    String name = path.getFileName() == null ? "" : path.getFileName().toString();
    if (!Files.isDirectory(path)) {
      return name.startsWith(RATIOS) ? List.of(sentence("", ratios(path))) : List.of();
    }
    List<String> lines = new ArrayList<>();
    Set<DataForm> forms = Recognition.forms(path);
    if (forms.contains(DataForm.NSD)) {
      published(new NsdFolder(path), lines);
    }
    if (forms.contains(DataForm.WEB_DATASET)) {
      for (int subject : SubjectData.subjects(path)) {
        Path kept = path.resolve(String.format(Locale.ROOT, "ncsnr_subj%02d.npy", subject));
        if (Files.exists(kept)) {
          lines.add(sentence("subject " + subject + ", ", ratios(kept)));
        } else {
          try (SubjectSource data = SubjectData.open(path, subject)) {
            estimated("subject " + subject + ", ", data, lines);
          }
        }
      }
    }
    if (forms.contains(DataForm.TRIAL_TABLE)) {
      table(path, lines);
    }
    return lines;
  }

  /** What is wrong with the table stands in its description. */
  private static void table(Path path, List<String> lines) throws IOException {
    SubjectSource data;
    try {
      data = TrialTable.open(path, ANY_SUBJECT);
    } catch (MindEyeException e) {
      lines.add("noise ceiling: not known, as the data cannot be opened");
      return;
    }
    try (data) {
      estimated("", data, lines);
    }
  }

  private static double[] ratios(Path file) throws IOException {
    if (file.toString().endsWith(".npy")) {
      return Arrays.stream(Npy.read(file).toDoubles())
          .map(ratio -> Double.isFinite(ratio) ? ratio : 0)
          .toArray();
    }
    // Outside of the brain there is none.
    return Arrays.stream(VolumeFile.open(file).values())
        .filter(ratio -> Double.isFinite(ratio) && ratio > 0)
        .toArray();
  }

  private static void published(NsdFolder folder, List<String> lines) throws IOException {
    for (int subject : folder.subjects()) {
      for (NsdSpace space : NsdSpace.values()) {
        NsdRegion general = NsdRegion.paper();
        List<Path> masks = folder.region(subject, space, general.name());
        for (BetaVersion version : BetaVersion.values()) {
          List<Path> files = NsdFolder.ratios(folder.betas(subject, space, version), space);
          if (Stream.concat(files.stream(), masks.stream()).allMatch(Files::exists)) {
            float[] ratios = NsdData.ratios(files, general.read(masks));
            double[] all = new double[ratios.length];
            Arrays.setAll(all, i -> ratios[i]);
            lines.add(sentence(what(subject, space, version), all));
          }
        }
      }
    }
  }

  private static String what(int subject, NsdSpace space, BetaVersion version) {
    return "subject "
        + subject
        + ", "
        + version.folder()
        + (space.isSurface() ? " on " + space.folder() : "")
        + " in nsdgeneral, ";
  }

  /** Of pictures with several responses in the test split. */
  private static void estimated(String what, SubjectSource data, List<String> lines)
      throws IOException {
    if (!data.splits().contains(Split.TEST)) {
      return;
    }
    List<float[][]> responses = new ArrayList<>();
    boolean repeated = false;
    try (TrialSource test = data.trials(Split.TEST)) {
      for (Trial trial : test) {
        float[][] distinct = new float[trial.distinctRepeats()][];
        Arrays.setAll(distinct, trial::voxels);
        repeated |= distinct.length > 1;
        responses.add(distinct);
      }
    } catch (MindEyeException e) {
      lines.add(what + "noise ceiling: not known, as the test split cannot be read");
      return;
    }
    if (repeated && responses.size() > 1) {
      NoiseCeiling ceiling = NoiseCeiling.estimate(responses.toArray(float[][][]::new));
      lines.add(
          sentence(
              what + "from " + Plural.of(responses.size(), "test picture") + ", ",
              ceiling.ncsnr()));
    }
  }

  private static String sentence(String what, double[] ratios) {
    double[] percent = NoiseCeiling.of(ratios).percent(AVERAGED);
    Arrays.sort(percent);
    return String.format(
        Locale.ROOT,
        "%snoise ceiling of the mean of three: median %.1f %% of the variance, a tenth of %s above"
            + " %.1f %%",
        what,
        percent[percent.length / 2],
        Plural.of(percent.length, "voxel"),
        percent[Math.min(percent.length - 1, percent.length * 9 / 10)]);
  }
}
