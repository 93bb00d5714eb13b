// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.description;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.DataForm;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.description.DataDescription.Part;
import org.mindeye.data.mindeye2.MindEye2Data;
import org.mindeye.data.nsd.NsdFolder;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.data.table.TrialTable;
import org.mindeye.data.webdataset.SubjectData;
import org.mindeye.formats.kind.FileKind;

/** Describes a folder by what it is recognised as, else file by file. */
final class FolderDescriber {
  /** So many parts are listed. */
  static final int MOST_PARTS = 60;

  /** Any number will do where files do not have one. */
  private static final int ANY_SUBJECT = 99;

  private final Path folder;
  private final List<Part> parts = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  private FolderDescriber(Path folder) {
    this.folder = folder;
  }

  static DataDescription of(Path folder) throws IOException {
    FolderDescriber describer = new FolderDescriber(folder);
    Set<DataForm> forms = Recognition.forms(folder);
    for (DataForm form : forms) {
      switch (form) {
        case WEB_DATASET -> describer.webDataset();
        case NSD ->
            new NsdDescriber(describer.parts, describer.missing, new NsdFolder(folder)).add();
        case MINDEYE2 -> describer.mindEye2();
        case TRIAL_TABLE -> describer.table();
      }
    }
    if (forms.isEmpty()) {
      describer.files();
    }
    if (forms.size() > 1) {
      describer.notes.add("files of several forms lie together: data are opened of one form only");
    }
    String what =
        forms.isEmpty()
            ? "a folder that is recognised as none of: " + DataForm.all()
            : forms.stream().map(DataForm::words).collect(Collectors.joining(" and "));
    return new DataDescription(folder, what, describer.parts, describer.notes, describer.missing);
  }

  private void webDataset() throws IOException {
    List<Integer> subjects = SubjectData.subjects(folder);
    for (int subject : subjects) {
      try (SubjectSource data = SubjectData.open(folder, subject)) {
        parts.add(new Part("subject " + subject, data.toString(), form(data)));
        for (Split split : Split.values()) {
          if (!data.splits().contains(split)) {
            missing.add("subject " + subject + ": the " + split + " split, for " + use(split));
          }
        }
        if (!Files.exists(folder.resolve(metadata(subject)))) {
          missing.add(
              metadata(subject)
                  + ", for knowing how many samples there should be; the published files have it");
        }
      }
    }
    if (subjects.isEmpty()) {
      missing.add("shards such as train/train_subj01_0.tar, for everything");
    }
  }

  private static String metadata(int subject) {
    return String.format(Locale.ROOT, "metadata_subj%02d.json", subject);
  }

  private static String use(Split split) {
    return switch (split) {
      case TRAIN -> "training";
      case VALIDATION -> "choosing epochs";
      case TEST -> "scores";
    };
  }

  /** Of the first sample that can be read. */
  private static String form(SubjectSource data) throws IOException {
    for (Split split : data.splits()) {
      try (TrialSource trials = data.trials(split)) {
        Iterator<Trial> first = trials.iterator();
        if (first.hasNext()) {
          return split + " begins with " + first.next();
        }
      } catch (MindEyeException e) {
        return "not complete: " + Printable.line(e.getMessage());
      }
    }
    return "";
  }

  private void mindEye2() throws IOException {
    for (int subject : MindEye2Data.subjects(folder)) {
      try (MindEye2Data data =
          MindEye2Data.open(folder, subject, NoiseSource.seeded(ANY_SUBJECT))) {
        parts.add(new Part("subject " + subject, data.toString(), form(data)));
      } catch (MindEyeException e) {
        missing.add("subject " + subject + ": " + Printable.line(e.getMessage()));
      }
    }
    files();
  }

  private void table() throws IOException {
    try (TrialTable data = TrialTable.open(folder, ANY_SUBJECT)) {
      parts.add(new Part("table", data.toString(), form(data)));
      for (Split split : Split.values()) {
        if (!data.splits().contains(split)) {
          missing.add("trials of the " + split + " split, for " + use(split));
        }
      }
    } catch (MindEyeException e) {
      missing.add(Printable.line(e.getMessage()));
    }
    files();
  }

  private void files() throws IOException {
    List<Path> inside;
    try (Stream<Path> all = Files.list(folder)) {
      inside = all.filter(f -> !f.getFileName().toString().startsWith(".")).sorted().toList();
    }
    for (Path each : inside) {
      if (parts.size() == MOST_PARTS) {
        notes.add("and " + (inside.size() - MOST_PARTS) + " more files");
        return;
      }
      boolean deep = Files.isDirectory(each);
      String name = Printable.line(each.getFileName() + (deep ? "/" : ""));
      String what = Known.file(each.getFileName().toString()).orElse("");
      parts.add(new Part(name, deep ? count(each) : FileKind.detect(each).words(), what));
    }
  }

  private static String count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return Plural.of(files.count(), "file");
    }
  }
}
