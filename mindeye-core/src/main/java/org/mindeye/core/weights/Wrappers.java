// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.formats.tensor.MalformedFileException;

/** What training programs write before and between a network's own names, and how it comes off. */
final class Wrappers {
  /** Between any two parts: multi-device training, compilation, sharding, recomputation. */
  private static final Set<String> ANYWHERE =
      Set.of("module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module");

  /** At the beginning only: training frameworks and moving averages. */
  private static final Set<String> FIRST = Set.of("model", "ema_model", "online_model");

  /** As libraries name the files of one model. */
  private static final String ONE_OF_SEVERAL = "(?s).*-\\d{5}-of-\\d{5}\\.[a-z]+";

  /**
   * Methods of {@link StateDict} that take a prefix off: one lets other names be, one drops them.
   */
  private static final String STRIPPED = "withPrefixStripped";

  private static final String UNDER = "under";

  private static final int SHOWN = 3;

  private Wrappers() {}

  /** A network's own name for a tensor. */
  static String bare(String name) {
    List<String> parts = new ArrayList<>(Arrays.asList(name.split("\\.", -1)));
    parts.removeIf(ANYWHERE::contains);
    while (parts.size() > 1 && FIRST.contains(parts.get(0))) {
      parts.remove(0);
    }
    return parts.isEmpty() ? name : String.join(".", parts);
  }

  /** See {@link StateDict#unwrapped}. */
  static StateDict off(StateDict file) {
    requireWeights(file);
    Map<String, String> originals = new LinkedHashMap<>();
    boolean wrapped = false;
    for (String name : file.names()) {
      String bare = bare(name);
      wrapped |= !bare.equals(name);
      String other = originals.putIfAbsent(bare, name);
      if (other != null) {
        throw ambiguous(file, other, name);
      }
    }
    return wrapped ? file.renamed(Wrappers::bare) : file;
  }

  /** See {@link StateDict#partOf}. */
  static StateDict partOf(StateDict file, String prefix) {
    StateDict plain = off(file);
    boolean whole = plain.names().stream().anyMatch(name -> name.startsWith(prefix));
    return whole ? off(plain.under(prefix)) : plain;
  }

  /** See {@link StateDict#requireWeights}. */
  static void requireWeights(StateDict file) {
    Set<String> names = file.names();
    if (names.isEmpty()) {
      throw new MalformedFileException(file.source(), "weights", "no tensor at all");
    }
    if (names.stream().allMatch(name -> isEmpty(file, name))) {
      throw new MalformedFileException(
          file.source(),
          "weights",
          Plural.of(names.size(), "tensor")
              + " without elements: a stub of DeepSpeed's ZeRO stage 3, whose weights are in"
              + " the files of the ranks beside it (join them with its zero_to_fp32.py)");
    }
  }

  private static boolean isEmpty(StateDict file, String name) {
    try {
      return file.info(name).size() == 0;
    } catch (MalformedFileException e) {
      return false; // What cannot be read is refused when it is asked for.
    }
  }

  /**
   * What to do about a tensor that is there under an unknown prefix.
   *
   * @return an end for a message about the missing tensor; empty if it is not there at all
   */
  static String remedy(StateDict file, String missing) {
    Set<String> prefixes = new LinkedHashSet<>();
    for (String name : file.names()) {
      if (name.endsWith("." + missing)) {
        prefixes.add(name.substring(0, name.length() - missing.length()));
      }
    }
    if (prefixes.isEmpty()) {
      return file.source().matches(ONE_OF_SEVERAL)
          ? "; this is one file of several: give their index (*.index.json)"
          : "";
    }
    String method = prefixes.size() == 1 ? STRIPPED : UNDER;
    List<String> calls =
        prefixes.stream().limit(SHOWN).map(prefix -> call(method, prefix)).toList();
    return "; names begin with "
        + prefixes.stream().limit(SHOWN).map(prefix -> "'" + Printable.name(prefix) + "'").toList()
        + ", take that off with "
        + String.join(" or ", calls);
  }

  private static MalformedFileException ambiguous(StateDict file, String one, String other) {
    List<String> calls = new ArrayList<>();
    for (String name : List.of(one, other)) {
      before(name).ifPresent(prefix -> calls.add(call(UNDER, prefix)));
    }
    return new MalformedFileException(
        file.source(),
        "every tensor once",
        "'"
            + Printable.name(one)
            + "' and '"
            + Printable.name(other)
            + "', two sets of weights; choose one with "
            + String.join(" or ", calls));
  }

  /** The wrapping at the beginning of a name, with its dot. */
  private static Optional<String> before(String name) {
    int end = 0;
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', end)) {
      String part = name.substring(end, dot);
      if (!ANYWHERE.contains(part) && !FIRST.contains(part)) {
        break;
      }
      end = dot + 1;
    }
    return end == 0 ? Optional.empty() : Optional.of(name.substring(0, end));
  }

  private static String call(String method, String prefix) {
    return "StateDict." + method + "(\"" + Printable.name(prefix) + "\")";
  }
}
