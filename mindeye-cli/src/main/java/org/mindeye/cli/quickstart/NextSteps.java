// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import java.io.File;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.Table;

/**
 * What can be done with the files of a quickstart: commands that can be copied.
 *
 * @param config of the run
 * @param folder how its folder is called in them
 */
record NextSteps(QuickstartConfig config, Path folder) {
  private static final String GALLERY = "scenes";

  /** Paths that a shell takes as they are. */
  private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_./:+=@%,-]+");

  /** For the page, which may be shown to others: it does not say where the folder is. */
  static NextSteps onPage(QuickstartConfig config) {
    return new NextSteps(config, config.folder().toAbsolutePath().normalize().getFileName());
  }

  /** For who started the run, and where. */
  static NextSteps here(QuickstartConfig config) {
    return new NextSteps(config, config.folder());
  }

  void add(HtmlReport page) {
    page.section("What to do next");
    page.paragraph(
        "Everything above comes from the files in "
            + folder
            + ", and the commands for real brains read these files, too. Run them in the clone; where"
            + " that folder is elsewhere, say so before its name:");
    page.table(
        Table.of("Commands that run on this quickstart", "To", "Command")
            .row("paint other scenes", reconstruct())
            .row("find pictures for responses", retrieve())
            .row("keep a gallery of all its scenes", buildGallery())
            .row("search that with responses", searchGallery())
            .row("train with a recipe of your own", train())
            .row("score a run again", evaluate())
            .row("paint better pictures", "./mindeye quickstart --full --out full")
            .row("score every test scene", "./mindeye quickstart --score-all --out all")
            .row("see what a file holds", inspect()));
    page.paragraph("docs/published-weights.md says how to paint from the published weights.");
  }

  /** The shortest way to something to look at. */
  String text() {
    return String.join(
        System.lineSeparator(),
        "What to do next, more of it at the end of the report: a gallery of all scenes, searched"
            + " with responses",
        "  " + buildGallery(),
        "  " + searchGallery());
  }

  private String inside(Path file) {
    return inside(config.folder().relativize(file).toString());
  }

  private String inside(String name) {
    String path = folder.resolve(name).toString().replace(File.separatorChar, '/');
    return PLAIN.matcher(path).matches() ? path : "'" + path.replace("'", "'\\''") + "'";
  }

  private String reconstruct() {
    DecodeConfig decoding = config.painting().decoding();
    return "./mindeye reconstruct --weights "
        + inside("")
        + " --model "
        + inside(config.modelWeights())
        + " --low-level "
        + inside(config.lowLevel().weights())
        + data()
        + " --split validation --first 16 --strength "
        + decoding.strength()
        + " --candidates "
        + decoding.candidates()
        + " --prior-steps "
        + config.painting().priorSteps()
        + " --out pictures";
  }

  String retrieve() {
    return "./mindeye retrieve"
        + responses()
        + " --clip "
        + inside(config.clipWeights())
        + " --html found.html";
  }

  String buildGallery() {
    return "./mindeye gallery build --gallery "
        + GALLERY
        + data()
        + " --clip "
        + inside(config.clipWeights())
        + " --layer hidden";
  }

  String searchGallery() {
    return "./mindeye gallery search --gallery " + GALLERY + responses() + " --html neighbors.html";
  }

  String evaluate() {
    return "./mindeye evaluate-run " + inside("") + " --out scored-again";
  }

  String inspect() {
    return "./mindeye inspect " + inside(config.modelWeights());
  }

  private String responses() {
    return " --weights " + inside(config.modelWeights()) + data() + " --split test";
  }

  private String train() {
    return "./mindeye train"
        + data()
        + " --clip "
        + inside(config.clipWeights())
        + " --hidden 512 --projector-width 256 --epochs 12 --no-augment --prior-depth 2"
        + " --prior-heads 4 --prior-head-width 16 --out my-run";
  }

  private String data() {
    return " --data " + inside(config.data()) + " --subject " + World.SUBJECT;
  }
}
