// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.torch.OpaqueObject;

/** An inspection for people. */
final class InspectionText {
  private InspectionText() {}

  static List<String> lines(Inspection found) {
    List<String> lines = new ArrayList<>();
    lines.add(
        Printable.line(found.file().toString())
            + ": "
            + found.format().name().toLowerCase(Locale.ROOT));
    found.recognised().forEach(sentence -> lines.add("  is: " + Printable.line(sentence)));
    lines.addAll(table(found.tensors()));
    lines.add(
        String.format(
            Locale.ROOT,
            "%s, %,d %s, %,d %s",
            Plural.of(found.tensors().size(), "tensor"),
            found.parameters(),
            Plural.noun(found.parameters(), "parameter"),
            found.bytes(),
            Plural.noun(found.bytes(), "byte")));
    section(lines, "metadata", found.metadata().entrySet().stream().map(Object::toString).toList());
    section(
        lines,
        "other entries",
        found.entries().entrySet().stream()
            .map(e -> (e.getKey().isEmpty() ? "(file)" : e.getKey()) + " = " + e.getValue())
            .toList());
    section(
        lines, "not read (inert)", found.opaque().stream().map(InspectionText::opaque).toList());
    return lines;
  }

  private static String opaque(OpaqueObject object) {
    return String.format(
        Locale.ROOT,
        "%s: %d, the first at %s; %s",
        object.global(),
        object.count(),
        object.path(),
        object.reason());
  }

  private static void section(List<String> lines, String title, List<String> content) {
    if (!content.isEmpty()) {
      lines.add(title + ":");
      content.forEach(line -> lines.add("  " + Printable.line(line)));
    }
  }

  private static List<String> table(List<TensorInfo> tensors) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("name", "type", "shape", "bytes"));
    for (TensorInfo tensor : tensors) {
      rows.add(
          List.of(
              Printable.line(tensor.name()),
              tensor.type().name(),
              tensor.shape().toString(),
              Long.toString(tensor.bytes())));
    }
    int[] width = new int[4];
    rows.forEach(
        row -> {
          for (int i = 0; i < width.length; i++) {
            width[i] = Math.max(width[i], row.get(i).length());
          }
        });
    String format = "  %%-%ds  %%-%ds  %%-%ds  %%%ds";
    String line = String.format(Locale.ROOT, format, width[0], width[1], width[2], width[3]);
    return rows.stream().map(row -> String.format(Locale.ROOT, line, row.toArray())).toList();
  }
}
