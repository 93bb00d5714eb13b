// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mindeye.Plural;
import org.mindeye.data.Subject;
import org.mindeye.data.internal.text.TextTable;
import org.mindeye.formats.tensor.MalformedFileException;

/** The pictures and where they come from: {@code nsd_stim_info_merged.csv}. */
public final class StimulusTable {
  private static final List<String> COLUMNS = List.of("cocoId", "cocoSplit", "nsdId", "shared1000");

  private final String source;
  private final SortedMap<NsdId, Stimulus> stimuli;

  private StimulusTable(String source, SortedMap<NsdId, Stimulus> stimuli) {
    this.source = source;
    this.stimuli = stimuli;
  }

  /**
   * Reads the table.
   *
   * @param file with the columns {@code cocoId}, {@code cocoSplit}, {@code nsdId} and {@code
   *     shared1000}; others are not looked at
   * @return all pictures
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if a column is missing, a value is not what it should be, or a
   *     picture is there twice; names row and column
   */
  public static StimulusTable read(Path file) throws IOException {
    TextTable table = TextTable.read(file, ',', COLUMNS);
    SortedMap<NsdId, Stimulus> stimuli = new TreeMap<>();
    for (int i = 0; i < table.rows(); i++) {
      TextTable.Row row = table.row(i);
      NsdId id = new NsdId(row.whole("nsdId", 0, Subject.IMAGES - 1));
      Stimulus stimulus =
          new Stimulus(
              id,
              row.whole("cocoId", 0, Integer.MAX_VALUE),
              row.text("cocoSplit"),
              row.truth("shared1000"));
      if (stimuli.put(id, stimulus) != null) {
        throw row.malformed("nsdId", "every picture once");
      }
    }
    return new StimulusTable(table.source(), stimuli);
  }

  /**
   * Names the file in messages.
   *
   * @return its path
   */
  public String source() {
    return source;
  }

  /**
   * A picture.
   *
   * @param id its number
   * @return where it comes from, if the table has it
   */
  public Optional<Stimulus> get(NsdId id) {
    return Optional.ofNullable(stimuli.get(id));
  }

  /**
   * All pictures.
   *
   * @return by number; a view that cannot be changed
   */
  public SortedMap<NsdId, Stimulus> all() {
    return Collections.unmodifiableSortedMap(stimuli);
  }

  /**
   * The pictures that every subject saw.
   *
   * @return their numbers, in ascending order
   */
  public Set<NsdId> shared() {
    Set<NsdId> shared = new TreeSet<>();
    stimuli.values().stream().filter(Stimulus::shared).map(Stimulus::id).forEach(shared::add);
    return shared;
  }

  @Override
  public String toString() {
    return source + ": " + Plural.of(stimuli.size(), "picture");
  }
}
