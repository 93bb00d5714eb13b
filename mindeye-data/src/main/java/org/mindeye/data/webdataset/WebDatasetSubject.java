// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.DataForm;
import org.mindeye.data.Split;
import org.mindeye.data.Subject;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.TrialSource;

/** The published layout, in shards or unpacked. Nothing stays open but what its trials open. */
final class WebDatasetSubject implements SubjectSource {
  private final DatasetLayout layout;
  private final Set<Split> splits = EnumSet.noneOf(Split.class);
  private final String text;

  WebDatasetSubject(DatasetLayout layout) throws IOException {
    this.layout = layout;
    for (Split split : Split.values()) {
      if (Files.isDirectory(layout.folder(split))) {
        splits.add(split);
      }
    }
    text = describe();
  }

  /** What can be said without a sample being read, be it complete or not. */
  private String describe() throws IOException {
    List<String> parts = new ArrayList<>();
    DatasetTotals totals =
        Files.exists(layout.metadata()) ? DatasetTotals.read(layout.metadata()) : null;
    for (Split split : splits) {
      OptionalLong count = totals == null ? OptionalLong.empty() : totals.of(split);
      int shards = layout.existingShards(split).size();
      String unpacked = Files.isDirectory(layout.unpacked(split)) ? "unpacked" : "no shards";
      parts.add(
          split
              + " "
              + (count.isPresent()
                  ? Plural.of(count.getAsLong(), "sample")
                  : shards == 0 ? unpacked : Plural.of(shards, "shard")));
    }
    return DataForm.WEB_DATASET.words()
        + (parts.isEmpty() ? " without splits" : ": " + String.join(", ", parts));
  }

  @Override
  public DataForm form() {
    return DataForm.WEB_DATASET;
  }

  @Override
  public int subject() {
    return layout.subject();
  }

  @Override
  public Set<Split> splits() {
    return Collections.unmodifiableSet(splits);
  }

  /** The published number of the eight subjects, and what the first sample of others has. */
  @Override
  public int voxels() throws IOException {
    if (subject() <= Subject.values().length) {
      return Subject.of(subject()).voxels();
    }
    Split first =
        Arrays.stream(Split.values())
            .filter(splits::contains)
            .findFirst()
            .orElseThrow(
                () ->
                    new MindEyeException(
                        layout.folder() + ": expected a folder train, val or test but found none"));
    return SubjectData.voxels(layout.folder(), subject(), first);
  }

  @Override
  public TrialSource trials(Split split, int voxels) throws IOException {
    return SubjectData.open(layout.folder(), subject(), split, ReaderConfig.of(voxels));
  }

  @Override
  public TrialSource trials(Split split) throws IOException {
    return trials(split, SubjectData.voxels(layout.folder(), subject(), split));
  }

  @Override
  public boolean isDividedByPictures() {
    return false;
  }

  /** Of shards; of unpacked samples the folder, which changes with the files that are in it. */
  @Override
  public String fingerprint() throws IOException {
    StringBuilder lines = new StringBuilder().append(text).append('\n');
    for (Split split : splits) {
      List<Path> files = new ArrayList<>(layout.existingShards(split));
      if (Files.isDirectory(layout.unpacked(split))) {
        files.add(layout.unpacked(split));
      }
      for (Path file : files) {
        lines
            .append(layout.folder().relativize(file))
            .append(' ')
            .append(Files.size(file))
            .append(' ')
            .append(Files.getLastModifiedTime(file))
            .append('\n');
      }
    }
    return lines.toString();
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return text;
  }

  /** The subjects whose files are in a folder. */
  static List<Integer> subjects(Path folder) throws IOException {
    List<Integer> subjects = new ArrayList<>();
    for (int subject = 1; subject <= DatasetLayout.MOST_SUBJECTS; subject++) {
      DatasetLayout layout = new DatasetLayout(folder, subject);
      boolean there = Files.exists(layout.metadata());
      for (Split split : Split.values()) {
        there |=
            !layout.existingShards(split).isEmpty() || Files.isDirectory(layout.unpacked(split));
      }
      if (there) {
        subjects.add(subject);
      }
    }
    return List.copyOf(subjects);
  }
}
