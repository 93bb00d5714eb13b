// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.recognition;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Printable;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.DataForm;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.mindeye2.MindEye2Data;
import org.mindeye.data.nsd.NsdData;
import org.mindeye.data.nsd.NsdFolder;
import org.mindeye.data.nsd.NsdSpace;
import org.mindeye.data.nsd.NsdSurvey;
import org.mindeye.data.table.TrialTable;
import org.mindeye.data.webdataset.SubjectData;
import org.mindeye.formats.kind.FileKind;

/**
 * Opens whatever data there are, known by the names of files and folders:
 *
 * <pre>{@code
 * try (SubjectSource data = Recognition.open(folder, 1);
 *     TrialSource test = data.trials(Split.TEST)) {
 *   log.info("recognised: {}", data);
 *   for (Trial trial : test) {
 *     ...
 *   }
 * }
 * }</pre>
 */
public final class Recognition {
  /** Draws the pictures for validation where files do not say which they are. */
  private static final long SEED = 42;

  private static final int NAMED = 8;

  private Recognition() {}

  /**
   * Opens a subject's data.
   *
   * @param path a folder of one of the forms of {@link DataForm}, or the table of trials itself
   * @param subject the number in the names of files, 1 to 99
   * @return the data, to be closed by the caller; no response is read yet
   * @throws NoSuchFileException if nothing is there
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if it is of no known form, or of two; says what was found and what
   *     would be recognised. If files are missing or damaged, or there are none of this subject
   * @throws IllegalArgumentException if the subject's number is out of range
   */
  public static SubjectSource open(Path path, int subject) throws IOException {
    return open(path, subject, NoiseSource.seeded(SEED));
  }

  /**
   * Opens a subject's data, and says which pictures are for validation where files do not.
   *
   * @param path a folder of one of the forms of {@link DataForm}, or the table of trials itself
   * @param subject the number in the names of files, 1 to 99
   * @param noise draws them; {@link #open(Path, int)} always draws the same
   * @return the data, to be closed by the caller; no response is read yet
   * @throws NoSuchFileException if nothing is there
   * @throws IOException if a file cannot be read
   * @throws MindEyeException as {@link #open(Path, int)}
   * @throws IllegalArgumentException if the subject's number is out of range
   */
  public static SubjectSource open(Path path, int subject, NoiseSource noise) throws IOException {
    Objects.requireNonNull(noise, "noise");
    Set<DataForm> forms = forms(path);
    if (forms.size() != 1) {
      throw forms.isEmpty() ? unknown(path) : ambiguous(path, forms);
    }
    return switch (forms.iterator().next()) {
      case WEB_DATASET -> webDataset(path, subject);
      case NSD -> nsd(path, subject, noise);
      case MINDEYE2 -> MindEye2Data.open(path, subject, noise);
      case TRIAL_TABLE -> TrialTable.open(path, subject);
    };
  }

  /**
   * The forms whose marks are there.
   *
   * @param path a folder or a file
   * @return none if nothing is recognised; several where files of different forms lie together
   * @throws NoSuchFileException if nothing is there
   * @throws IOException if it cannot be read
   */
  public static Set<DataForm> forms(Path path) throws IOException {
    if (!Files.exists(Objects.requireNonNull(path, "path"))) {
      throw new NoSuchFileException(path.toString(), null, "no such file or folder");
    }
    Set<DataForm> forms = EnumSet.noneOf(DataForm.class);
    if (Files.isDirectory(path)) {
      boolean split =
          Stream.of(Split.values()).anyMatch(s -> Files.isDirectory(path.resolve(s.folder())));
      if (split || !SubjectData.subjects(path).isEmpty()) {
        forms.add(DataForm.WEB_DATASET);
      }
      if (Stream.of("nsddata", "nsddata_betas", "nsddata_stimuli")
          .anyMatch(name -> Files.isDirectory(path.resolve(name)))) {
        forms.add(DataForm.NSD);
      }
      if (MindEye2Data.isOne(path)) {
        forms.add(DataForm.MINDEYE2);
      }
    }
    if (TrialTable.isOne(path)) {
      forms.add(DataForm.TRIAL_TABLE);
    }
    return forms;
  }

  private static SubjectSource webDataset(Path folder, int subject) throws IOException {
    SubjectSource data = SubjectData.open(folder, subject);
    List<Integer> others = SubjectData.subjects(folder);
    if (!others.isEmpty() && !others.contains(subject)) {
      throw new MindEyeException(
          folder
              + ": expected files of subject "
              + subject
              + " but found those of "
              + (others.size() == 1 ? "subject " + others.get(0) : "the subjects " + others));
    }
    return data;
  }

  private static SubjectSource nsd(Path root, int subject, NoiseSource noise) throws IOException {
    NsdFolder folder = new NsdFolder(root);
    NsdSurvey survey = NsdSurvey.of(folder, subject, NsdSpace.FUNC_1PT8MM);
    return NsdData.open(folder, survey.config(), noise).source();
  }

  private static MindEyeException ambiguous(Path path, Set<DataForm> forms) {
    return new MindEyeException(
        path
            + ": expected data of one form but found marks of several: "
            + forms.stream().map(DataForm::words).collect(Collectors.joining(", "))
            + "; move one of them away");
  }

  private static MindEyeException unknown(Path path) throws IOException {
    return new MindEyeException(
        path
            + ": expected a subject's data but found "
            + found(path)
            + ". Recognised are: "
            + DataForm.all());
  }

  private static String found(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return FileKind.describe(path);
    }
    List<Path> inside;
    try (Stream<Path> files = Files.list(path)) {
      inside = files.filter(f -> !f.getFileName().toString().startsWith(".")).sorted().toList();
    }
    if (inside.isEmpty()) {
      return "an empty folder";
    }
    for (Path each : inside) {
      if (Files.isDirectory(each) && Files.isReadable(each) && !forms(each).isEmpty()) {
        return "a folder in which " + Printable.name(each.toString()) + " is some: give that";
      }
    }
    String names =
        inside.stream()
            .limit(NAMED)
            .map(f -> Printable.name(f.getFileName() + (Files.isDirectory(f) ? "/" : "")))
            .collect(Collectors.joining(", "));
    int more = inside.size() - NAMED;
    return "a folder of " + names + (more > 0 ? ", and " + more + " more" : "");
  }
}
