// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mindeye.Plural;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.WeightFormat;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.torch.CheckpointPlace;
import org.mindeye.formats.torch.ExpansionLimit;
import org.mindeye.formats.torch.TorchCheckpoint;

/**
 * The tensors to convert, and what does not come along.
 *
 * @param tensors readable, all of them; closed with this
 * @param leftOut what the file holds besides
 */
record Source(StateDict tensors, List<String> leftOut) implements AutoCloseable {
  private static final String SLASH = "/";

  static Source open(Path file, String entry, ExpansionLimit limit) throws IOException {
    if (WeightFiles.format(file) == WeightFormat.TORCH) {
      return checkpoint(file, entry, limit);
    }
    if (entry != null) {
      throw new MalformedFileException(
          file.toString(), "a torch checkpoint, for --entry " + entry, "a file without entries");
    }
    return new Source(WeightFiles.open(file), List.of());
  }

  private static Source checkpoint(Path file, String entry, ExpansionLimit limit)
      throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      TorchCheckpoint checkpoint = opened.add(TorchCheckpoint.open(file, limit));
      return opened.done(of(checkpoint, CheckpointTree.of(checkpoint.places()), entry));
    }
  }

  /** The weights of a checkpoint without what cannot be read. */
  static Source of(TorchCheckpoint checkpoint, CheckpointTree tree, String entry) {
    String chosen = entry == null ? weights(checkpoint) : entry;
    StateDict tensors =
        StateDict.of(
            chosen.isEmpty() ? checkpoint.tensors() : checkpoint.tensors(chosen.split(SLASH)));
    return new Source(tensors, leftOut(tree, chosen, checkpoint));
  }

  /** Where the weights usually are, if they are there; else all that the file holds. */
  private static String weights(TorchCheckpoint checkpoint) {
    List<String> keys = checkpoint.weightKeys();
    if (keys.size() > 1) {
      throw new MalformedFileException(
          checkpoint.source(), "one dictionary of weights", keys + "; choose one with --entry");
    }
    return keys.isEmpty() ? "" : keys.get(0);
  }

  /** One line for each outermost key, and one for each kind of thing that is not read. */
  private static List<String> leftOut(
      CheckpointTree tree, String chosen, TorchCheckpoint checkpoint) {
    Map<String, int[]> counts = new LinkedHashMap<>();
    for (TensorInfo tensor : tree.tensors()) {
      String name = tensor.name();
      if (!chosen.isEmpty() && !name.equals(chosen) && !name.startsWith(chosen + SLASH)) {
        counts.computeIfAbsent(outermost(name), key -> new int[2])[0]++;
      }
    }
    for (CheckpointPlace entry : tree.entries()) {
      counts.computeIfAbsent(outermost(entry.name()), key -> new int[2])[1]++;
    }
    List<String> lines = new ArrayList<>();
    counts.forEach(
        (key, n) ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%s (%s, %s)",
                    key,
                    Plural.of(n[0], "tensor"),
                    Plural.of(n[1], "other value"))));
    checkpoint
        .opaque()
        .forEach(
            o ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "%s (%d, cannot be read), at %s",
                        o.global(),
                        o.count(),
                        o.path())));
    return List.copyOf(lines);
  }

  private static String outermost(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }

  @Override
  public void close() {
    tensors.close();
  }
}
