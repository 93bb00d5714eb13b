// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.data.GivenData;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.formats.io.CloseOnFailure;

/** What was seen in a split, by the numbers of the pictures. */
final class PictureSplit implements PictureSet {
  private final String name;
  private final SubjectSource data;
  private final TrialSource trials;
  private final List<String> ids = new ArrayList<>();
  private final List<PictureSize> sizes = new ArrayList<>();
  private Iterator<Trial> walk;
  private int next;

  private PictureSplit(String name, SubjectSource data, TrialSource trials) {
    this.name = name;
    this.data = data;
    this.trials = trials;
    for (Trial trial : trials) {
      ids.add(Long.toString(trial.cocoId()));
      sizes.add(new PictureSize(trial.image().height(), trial.image().width()));
    }
  }

  /**
   * Walks through a split once, for numbers and sizes.
   *
   * @throws IOException if it cannot be read
   * @throws org.mindeye.data.MalformedSampleException if a shard is missing, or a sample damaged
   */
  static PictureSplit open(Path data, int subject, Split split, Console console)
      throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      SubjectSource from = opened.add(GivenData.open(data, subject, console));
      TrialSource trials = opened.add(from.trials(split));
      String name =
          String.format(Locale.ROOT, "the %s split of subject %d in %s", split, subject, data);
      return opened.done(new PictureSplit(name, from, trials));
    }
  }

  @Override
  public String source() {
    return name;
  }

  @Override
  public int size() {
    return ids.size();
  }

  @Override
  public Optional<List<String>> ids() {
    return Optional.of(List.copyOf(ids));
  }

  @Override
  public PictureSize sizeOf(int index) {
    return sizes.get(index);
  }

  @Override
  public PicturePixels read(int index) {
    if (walk == null || index < next) {
      walk = trials.iterator();
      next = 0;
    }
    while (next < index) {
      walk.next();
      next++;
    }
    next++;
    return PicturePixels.of(walk.next().image());
  }

  @Override
  public void close() {
    trials.close();
    data.close();
  }
}
