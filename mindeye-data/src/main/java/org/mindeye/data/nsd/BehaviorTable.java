// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.Subject;
import org.mindeye.data.internal.text.TextTable;
import org.mindeye.formats.tensor.MalformedFileException;

/** What one subject saw and answered, trial by trial: {@code responses.tsv}. */
public final class BehaviorTable {
  private static final List<String> COLUMNS =
      List.of("SUBJECT", "SESSION", "RUN", "TRIAL", "73KID", "ISOLD", "ISCORRECT", "RT");

  private static final int MOST = 100_000;

  private final String source;
  private final int subject;
  private final List<BehaviorTrial> trials;

  private BehaviorTable(String source, int subject, List<BehaviorTrial> trials) {
    this.source = source;
    this.subject = subject;
    this.trials = trials;
  }

  /**
   * Reads the table.
   *
   * @param file separated by tabs, with the columns {@code SUBJECT}, {@code SESSION}, {@code RUN},
   *     {@code TRIAL}, {@code 73KID}, {@code ISOLD}, {@code ISCORRECT} and {@code RT}; others are
   *     not looked at
   * @return all trials, in the order of the file
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if a column is missing, a value is not what it should be, a
   *     trial is there twice, or there are several subjects; names row and column
   */
  public static BehaviorTable read(Path file) throws IOException {
    TextTable table = TextTable.read(file, '\t', COLUMNS);
    List<BehaviorTrial> trials = new ArrayList<>();
    Set<List<Integer>> places = new HashSet<>();
    int subject = 0;
    for (int i = 0; i < table.rows(); i++) {
      TextTable.Row row = table.row(i);
      int own = row.whole("SUBJECT", 1, MOST);
      if (i > 0 && own != subject) {
        throw row.malformed("SUBJECT", "subject " + subject + " in every row");
      }
      subject = own;
      BehaviorTrial trial =
          new BehaviorTrial(
              row.whole("SESSION", 1, MOST),
              row.whole("RUN", 1, MOST),
              row.whole("TRIAL", 1, MOST),
              new Id73k(row.whole("73KID", 1, Subject.IMAGES)),
              row.truth("ISOLD"),
              row.real("ISCORRECT"),
              row.real("RT"));
      if (!places.add(List.of(trial.session(), trial.run(), trial.number()))) {
        throw row.malformed(
            "TRIAL",
            "every trial of session " + trial.session() + ", run " + trial.run() + " once");
      }
      trials.add(trial);
    }
    if (trials.isEmpty()) {
      throw new MalformedFileException(table.source(), "trials", "none");
    }
    return new BehaviorTable(table.source(), subject, List.copyOf(trials));
  }

  /**
   * Whose table it is.
   *
   * @return from 1
   */
  public int subject() {
    return subject;
  }

  /**
   * All trials.
   *
   * @return in the order of the file
   */
  public List<BehaviorTrial> trials() {
    return trials;
  }

  /**
   * Compares the pictures that were shown with those that were planned.
   *
   * @param design the plan
   * @throws MindEyeException if there are more trials, or a trial has another picture; names the
   *     first one, and says so if its number is off by one
   */
  public void requireAgreement(NsdDesign design) {
    if (subject > design.subjects() || trials.size() > design.trials()) {
      throw new MindEyeException(
          source
              + ": subject "
              + subject
              + " with "
              + Plural.of(trials.size(), "trial")
              + " is not in the design "
              + design);
    }
    for (int t = 0; t < trials.size(); t++) {
      Id73k shown = trials.get(t).image();
      Id73k planned = design.image(subject, t);
      if (!shown.equals(planned)) {
        int difference = shown.value() - planned.value();
        throw new MindEyeException(
            source
                + ": row "
                + (t + 1)
                + ": expected "
                + planned
                + ", as in the design, but found "
                + shown
                + (Math.abs(difference) == 1 ? ": off by one, counted from 0?" : ""));
      }
    }
  }

  @Override
  public String toString() {
    return source + ": " + Plural.of(trials.size(), "trial") + " of subject " + subject;
  }
}
