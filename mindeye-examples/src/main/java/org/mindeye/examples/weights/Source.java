package org.mindeye.examples.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mindeye.core.weights.MalformedFileException;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.TensorInfo;
import org.mindeye.core.weights.TorchCheckpoint;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.core.weights.WeightFormat;

/**
 * The tensors to convert, and what does not come along.
 *
 * @param tensors readable, all of them; closed with this
 * @param leftOut what the file holds besides
 */
record Source(StateDict tensors, List<String> leftOut) implements AutoCloseable {
  static Source open(Path file, String entry) throws IOException {
    if (WeightFormat.of(file) == WeightFormat.TORCH) {
      return checkpoint(file, entry);
    }
    if (entry != null) {
      throw new MalformedFileException(
          file.toString(), "a torch checkpoint, for --entry " + entry, "a file without entries");
    }
    return new Source(WeightFiles.open(file), List.of());
  }

  private static Source checkpoint(Path file, String entry) throws IOException {
    TorchCheckpoint checkpoint = TorchCheckpoint.open(file);
    try {
      return of(checkpoint, CheckpointTree.of(checkpoint.root()), entry);
    } catch (RuntimeException | Error e) {
      checkpoint.close();
      throw e;
    }
  }

  /** The weights of a checkpoint without what cannot be read. */
  static Source of(TorchCheckpoint checkpoint, CheckpointTree tree, String entry) {
    StateDict chosen = dictionary(checkpoint, entry);
    Set<String> readable =
        tree.tensors().stream().map(TensorInfo::name).collect(Collectors.toSet());
    String place = place(chosen, entry, readable);
    StateDict tensors = chosen.filtered(name -> readable.contains(place + name));
    return new Source(tensors, leftOut(tree, place, tensors, checkpoint));
  }

  private static StateDict dictionary(TorchCheckpoint checkpoint, String entry) {
    if (entry == null) {
      return checkpoint.stateDict();
    }
    String[] path = entry.split("/");
    return checkpoint.stateDict(path[0], Arrays.copyOfRange(path, 1, path.length));
  }

  /** The keys around the weights, each with a slash. */
  private static String place(StateDict chosen, String entry, Set<String> readable) {
    if (entry != null) {
      return entry + "/";
    }
    return Stream.of("", "model_state_dict/", "state_dict/", "model/")
        .filter(prefix -> chosen.names().stream().anyMatch(n -> readable.contains(prefix + n)))
        .findFirst()
        .orElse("");
  }

  /** One line for each outermost key, and one for each kind of thing that nobody reads. */
  private static List<String> leftOut(
      CheckpointTree tree, String place, StateDict taken, TorchCheckpoint checkpoint) {
    Map<String, int[]> counts = new LinkedHashMap<>();
    for (TensorInfo tensor : tree.tensors()) {
      String name = tensor.name();
      if (!name.startsWith(place) || !taken.names().contains(name.substring(place.length()))) {
        counts.computeIfAbsent(outermost(name), key -> new int[2])[0]++;
      }
    }
    tree.entries()
        .keySet()
        .forEach(n -> counts.computeIfAbsent(outermost(n), k -> new int[2])[1]++);
    List<String> lines = new ArrayList<>();
    counts.forEach(
        (key, n) ->
            lines.add(
                String.format(Locale.ROOT, "%s (%d tensors, %d other values)", key, n[0], n[1])));
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
