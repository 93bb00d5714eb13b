// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.Subject;
import org.mindeye.data.matlab.MatFile;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Who saw which picture when: {@code nsd_expdesign.mat}. The order is the same for every subject
 * ({@code masterordering}), the pictures behind it are each subject's own ({@code subjectim}) but
 * for those that all of them saw ({@code sharedix}).
 *
 * <p>Trials are numbered from 0 through all sessions. The picture of trial {@code t} is {@code
 * subjectim[subject - 1][masterordering[t] - 1]}.
 */
public final class NsdDesign {
  private static final int MOST_REPEATS = 3;

  private final String source;
  private final int[][] images;
  private final int[] ordering;
  private final Set<Id73k> shared;

  private NsdDesign(String source, int[][] images, int[] ordering, Set<Id73k> shared) {
    this.source = source;
    this.images = images;
    this.ordering = ordering;
    this.shared = shared;
  }

  /**
   * Reads a design.
   *
   * @param file {@code nsd_expdesign.mat}, or one of the same form and another size: {@code
   *     subjectim [subjects, pictures]}, {@code masterordering [1, trials]}, {@code sharedix [1,
   *     shared pictures]}, all counted from 1
   * @return the design
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is damaged, if numbers are out of range, if a subject has
   *     a picture twice or not all of the shared ones, or if a picture is shown more than three
   *     times
   */
  public static NsdDesign read(Path file) throws IOException {
    String source = file.toString();
    try (MatFile open = MatFile.open(file)) {
      HeapArray table = open.array("subjectim");
      if (table.shape().length != 2 || table.size() == 0) {
        throw malformed(
            source, "subjectim of [subjects, pictures]", table.tensorShape().toString());
      }
      int pictures = (int) table.shape()[1];
      int[] all = numbers(source, "subjectim", table, Subject.IMAGES);
      int[][] images = new int[(int) table.shape()[0]][];
      for (int subject = 0; subject < images.length; subject++) {
        images[subject] = Arrays.copyOfRange(all, subject * pictures, (subject + 1) * pictures);
      }
      int[] ordering =
          numbers(source, "masterordering", row(source, open, "masterordering"), pictures);
      int[] sharedIds = numbers(source, "sharedix", row(source, open, "sharedix"), Subject.IMAGES);
      Set<Id73k> shared = new TreeSet<>();
      Arrays.stream(sharedIds).mapToObj(Id73k::new).forEach(shared::add);
      NsdDesign design = new NsdDesign(source, images, ordering, shared);
      design.check(sharedIds.length);
      return design;
    }
  }

  private static HeapArray row(String source, MatFile open, String name) {
    HeapArray array = open.array(name);
    if (array.shape().length != 2 || Math.min(array.shape()[0], array.shape()[1]) > 1) {
      throw malformed(source, name + " of [1, numbers]", array.tensorShape().toString());
    }
    return array;
  }

  private static int[] numbers(String source, String name, HeapArray array, int most) {
    double[] values = array.toDoubles();
    int[] numbers = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      numbers[i] = (int) values[i];
      if (numbers[i] != values[i] || numbers[i] < 1 || numbers[i] > most) {
        throw malformed(
            source,
            "whole numbers of 1 to " + most + " in " + name,
            values[i] + " at element " + i + (values[i] == 0 ? ": counted from 0?" : ""));
      }
    }
    return numbers;
  }

  private void check(int sharedCount) {
    if (shared.size() != sharedCount) {
      throw malformed(
          source, "different pictures in sharedix", sharedCount - shared.size() + " of them twice");
    }
    for (int subject = 0; subject < images.length; subject++) {
      Set<Id73k> own = new HashSet<>();
      for (int image : images[subject]) {
        if (!own.add(new Id73k(image))) {
          throw malformed(
              source,
              "different pictures for subject " + (subject + 1),
              new Id73k(image) + " twice");
        }
      }
      for (Id73k image : shared) {
        if (!own.contains(image)) {
          throw malformed(
              source,
              "all shared pictures among those of subject " + (subject + 1),
              image + " missing");
        }
      }
    }
    int[] shown = new int[images[0].length];
    for (int trial = 0; trial < ordering.length; trial++) {
      if (++shown[ordering[trial] - 1] > MOST_REPEATS) {
        throw malformed(
            source,
            "at most " + MOST_REPEATS + " trials of a picture",
            "a fourth one at trial " + trial + " (duplicate trials?)");
      }
    }
  }

  /**
   * How many subjects there are.
   *
   * @return rows of {@code subjectim}
   */
  public int subjects() {
    return images.length;
  }

  /**
   * How many trials were planned.
   *
   * @return of all sessions
   */
  public int trials() {
    return ordering.length;
  }

  /**
   * The picture of a trial.
   *
   * @param subject from 1
   * @param trial from 0, through all sessions
   * @return its number
   * @throws IndexOutOfBoundsException if there is no such subject or trial
   */
  public Id73k image(int subject, int trial) {
    if (subject < 1 || subject > images.length || trial < 0 || trial >= ordering.length) {
      throw new IndexOutOfBoundsException(
          source
              + ": subject "
              + subject
              + ", trial "
              + trial
              + " of "
              + Plural.of(images.length, "subject")
              + " and "
              + Plural.of(ordering.length, "trial"));
    }
    return new Id73k(images[subject - 1][ordering[trial] - 1]);
  }

  /**
   * The pictures that every subject saw: the test set of all published models.
   *
   * @return in ascending order
   */
  public Set<Id73k> shared() {
    return new TreeSet<>(shared);
  }

  /**
   * Compares the shared pictures with those of the table of pictures.
   *
   * @param stimuli the table
   * @throws MindEyeException if they differ; says so if numbers are off by one
   */
  public void requireAgreement(StimulusTable stimuli) {
    Set<Id73k> other =
        stimuli.shared().stream()
            .map(NsdId::toId73k)
            .collect(Collectors.toCollection(TreeSet::new));
    if (other.equals(shared)) {
      return;
    }
    Set<Integer> moved = shared.stream().map(id -> id.value() + 1).collect(Collectors.toSet());
    boolean byOne = moved.equals(other.stream().map(Id73k::value).collect(Collectors.toSet()));
    List<Id73k> only = shared.stream().filter(id -> !other.contains(id)).limit(5).toList();
    throw new MindEyeException(
        stimuli.source()
            + ": expected the "
            + Plural.of(shared.size(), "shared picture")
            + " of "
            + source
            + " but found "
            + other.size()
            + (byOne
                ? ", all of them off by one: nsdId counts from 0"
                : (only.isEmpty() ? "" : "; not among them are " + only)));
  }

  private static MalformedFileException malformed(String source, String expected, String found) {
    return new MalformedFileException(source, expected, found);
  }

  @Override
  public String toString() {
    return source
        + ": "
        + Plural.of(images.length, "subject")
        + ", "
        + Plural.of(ordering.length, "trial")
        + ", "
        + Plural.of(shared.size(), "shared picture");
  }
}
