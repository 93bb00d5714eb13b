// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.description;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mindeye.Plural;
import org.mindeye.data.description.DataDescription.Part;
import org.mindeye.data.volume.VolumeFile;

/**
 * A brain image in words; one of a single frame with what its values are.
 *
 * @param part type and axes
 * @param notes values
 */
record VolumeSummary(Part part, List<String> notes) {
  private static final int MOST_LABELS = 16;

  static VolumeSummary of(Path file) throws IOException {
    VolumeFile volume = VolumeFile.open(file);
    List<String> notes = new ArrayList<>();
    String form =
        volume.type()
            + " "
            + volume.grid()
            + (volume.frames() == 1 ? "" : ", " + Plural.of(volume.frames(), "frame"));
    if (volume.isScaled()) {
      notes.add("the file scales its numbers");
    } else if (volume.frames() > 1 && !volume.type().isFloating()) {
      notes.add("whole numbers without scale; those of betas are percent of change times 300");
    }
    if (volume.frames() == 1) {
      notes.add(values(volume.values()));
    }
    String what = volume.frames() == 1 ? "x, y, z" : "x, y, z; a frame for each trial or moment";
    return new VolumeSummary(new Part("voxels", form, what), List.copyOf(notes));
  }

  private static String values(double[] values) {
    boolean whole = Arrays.stream(values).allMatch(value -> value == Math.rint(value));
    if (whole) {
      Map<Long, Long> counts = new TreeMap<>();
      for (double value : values) {
        counts.merge((long) value, 1L, Long::sum);
      }
      if (counts.size() <= MOST_LABELS) {
        return "voxels by value: "
            + counts.entrySet().stream()
                .map(each -> each.getValue() + " of " + each.getKey())
                .collect(Collectors.joining(", "));
      }
    }
    double[] finite = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    String others =
        finite.length == values.length
            ? ""
            : ", and " + (values.length - finite.length) + " that are NaN or infinite";
    return finite.length == 0
        ? "no finite value"
        : String.format(
            Locale.ROOT,
            "values of %.4g to %.4g, median %.4g%s",
            finite[0],
            finite[finite.length - 1],
            finite[finite.length / 2],
            others);
  }
}
