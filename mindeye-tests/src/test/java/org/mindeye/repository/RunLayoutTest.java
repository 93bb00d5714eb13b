// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Where a run and its checkpoints keep what is {@code mindeye-training}'s to know: no other module
 * spells a name of its files or folders. {@code TrainedRun} reads a run, {@code RunFolder} names
 * the places of a new one. A sentence for people may mention a file.
 */
class RunLayoutTest {
  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** Nothing else is called so. */
  private static final Pattern OWN =
      Pattern.compile(
          "(?:.*/)?(?:run|manifest|state|record|selection|config|data)\\.json(?:/.*)?"
              + "|(?:.*/)?log\\.jsonl|(?:.*/)?epochs\\.csv|(?:.*/)?\\.run\\.json\\..*"
              + "|(?:.*/)?step-(?:%.*|\\\\\\\\d.*|0*\\d*)|mindeye\\.(?:config|record)");

  /** Words that mean a file or a folder only where one is looked for. */
  private static final Set<String> WORDS =
      Set.of(
          "checkpoints",
          "average",
          "best",
          "model",
          "model.json",
          "model.safetensors",
          "optimizer",
          "record",
          "tensorboard");

  private static final Pattern LOOKUP =
      Pattern.compile(
          "(?:resolve|resolveSibling|Path\\.of|tensors|document|marked|mark|has)\\(\\s*$");

  /** Other programs' folders of weights have a config.json of their own. */
  private static final Set<String> OTHERS_FOLDERS =
      Set.of("org.mindeye.core.weights.WeightFolder", "org.mindeye.testkit.DiffusersFiles");

  /** The names of runs' files and folders that a source spells. */
  static List<String> spelled(String source) {
    String code = source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)^\\s*//.*$", "");
    List<String> found = new ArrayList<>();
    Matcher literal = LITERAL.matcher(code);
    while (literal.find()) {
      String text = literal.group(1);
      if (OWN.matcher(text).matches() || WORDS.contains(text) && isLookup(code, literal.start())) {
        found.add(text);
      }
    }
    return found;
  }

  private static boolean isLookup(String code, int at) {
    return LOOKUP.matcher(code.substring(Math.max(0, at - 80), at)).find();
  }

  @Test
  void should_keep_the_layout_of_runs_to_training() {
    List<SourceFile> others =
        Repository.mainSources().stream()
            .filter(file -> !file.typeName().startsWith("org.mindeye.training."))
            .filter(file -> !OTHERS_FOLDERS.contains(file.typeName()))
            .toList();
    assertThat(others).hasSizeGreaterThan(300);
    assertThat(others)
        .allSatisfy(file -> assertThat(spelled(file.text())).as("%s", file.path()).isEmpty());
    assertThat(Repository.mainSources())
        .filteredOn(file -> !spelled(file.text()).isEmpty())
        .as("the rule sees those that it is about")
        .extracting(SourceFile::typeName)
        .contains(
            "org.mindeye.training.RunNote",
            "org.mindeye.training.RunDescription",
            "org.mindeye.training.checkpoint.Manifest",
            "org.mindeye.training.checkpoint.StoreNames");
  }

  @Test
  void should_find_what_is_spelled_and_nothing_else() {
    String source =
        """
        /** Reads "state.json" of a run. */
        Path note = folder.resolve("run.json");
        Path manifest = checkpoint.resolve("manifest.json");
        String name = String.format(Locale.ROOT, "step-%09d", step);
        name.startsWith("step-");
        Path newest = run.resolve("checkpoints/step-000000009/state.json");
        StateDict average = checkpoint.tensors("average");
        Path weights = out.resolve(
            "model.safetensors");
        // folder.resolve("best")
        requireNonNull(checkpoints, "checkpoints");
        json.put("best", true).put("model", shape);
        throw misused("OUT gets run.json (what the run is) and checkpoints/");
        Artefact tower = artefact("clip-vit-large-patch14/model.safetensors");
        Path report = folder.resolve("report.json");
        """;
    assertThat(spelled(source))
        .containsExactly(
            "run.json",
            "manifest.json",
            "step-%09d",
            "step-",
            "checkpoints/step-000000009/state.json",
            "average",
            "model.safetensors");
  }
}
