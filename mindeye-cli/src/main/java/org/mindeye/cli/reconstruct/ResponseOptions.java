// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.cli.data.GivenData;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.recognition.Recognition;
import picocli.CommandLine.Option;

/** Whose responses are painted, and which of them. */
final class ResponseOptions implements Responses {
  @Option(names = "--data", paramLabel = "DIR", required = true, description = GivenData.HELP)
  private Path data;

  @Option(
      names = "--subject",
      paramLabel = "N",
      required = true,
      description = "The number in the file names.")
  private int subject;

  @Option(names = "--split", paramLabel = "NAME", description = "train, validation or test (test).")
  private Split split = Split.TEST;

  @Option(names = "--first", paramLabel = "N", description = "Only the first N responses.")
  private Integer first;

  @Option(
      names = "--ids",
      paramLabel = "ID,...",
      description = "Only those to these pictures, by their coco numbers, commas between.")
  private String ids;

  private String recognised = "";

  /** Creates the options; picocli fills them in. */
  ResponseOptions() {}

  /** What the data were recognised as, when they were read. */
  String recognised() {
    return recognised;
  }

  int subject() {
    return subject;
  }

  Split split() {
    return split;
  }

  /**
   * Refuses what makes no sense.
   *
   * @throws IllegalArgumentException if responses are chosen in two ways, or none are
   */
  void requireSense() {
    if (first != null && ids != null) {
      throw new IllegalArgumentException("--first and --ids both choose responses: give one");
    }
    if (first != null && first < 1) {
      throw new IllegalArgumentException("--first: expected at least 1 but was " + first);
    }
    wanted();
  }

  /** Null for all. */
  private Set<Long> wanted() {
    if (ids == null) {
      return null;
    }
    Set<Long> wanted = new LinkedHashSet<>();
    for (String id : ids.split(",")) {
      try {
        wanted.add(Long.parseLong(id.strip()));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "--ids: expected whole numbers, commas between, but was '" + ids + "'", e);
      }
    }
    return wanted;
  }

  /**
   * Reads the chosen responses, and no more than needed.
   *
   * @param voxels of each, as the model reads
   * @return mean responses and what was seen, in the order of the files
   * @throws MindEyeException if there are none, or an id is not there
   */
  @Override
  public List<Trial> read(int voxels) throws IOException {
    Set<Long> wanted = wanted();
    List<Trial> chosen = new ArrayList<>();
    try (SubjectSource from = Recognition.open(data, subject);
        TrialSource source = from.trials(split, voxels)) {
      recognised = GivenData.sentence(data, from);
      for (Trial trial : source) {
        boolean full = first != null && chosen.size() == first;
        if (full || wanted != null && wanted.isEmpty()) {
          break;
        }
        if (wanted == null || wanted.remove(trial.cocoId())) {
          chosen.add(GivenData.kept(trial));
        }
      }
    }
    if (wanted != null && !wanted.isEmpty()) {
      throw new MindEyeException(
          data
              + ": the "
              + split
              + " split of subject "
              + subject
              + " has no response to "
              + Plural.noun(wanted.size(), "picture")
              + " "
              + wanted);
    }
    if (chosen.isEmpty()) {
      throw new MindEyeException(data + ": the " + split + " split holds no response");
    }
    return chosen;
  }
}
