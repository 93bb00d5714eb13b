// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import java.nio.file.Path;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.Table;

/**
 * What can be done with the files of a quickstart: commands that can be copied. They do not say
 * where its folder is: the page may be shown to others.
 *
 * @param config of the run
 */
record NextSteps(QuickstartConfig config) {
  void add(HtmlReport page) {
    page.section("What to do next");
    page.paragraph(
        "Everything above comes from the files in "
            + folder()
            + ", and the commands for real brains read these files, too. Run them in the clone; where"
            + " that folder is elsewhere, say so before its name:");
    page.table(
        Table.of("Commands that run on this quickstart", "To", "Command")
            .row("paint other scenes", reconstruct())
            .row("find pictures for responses", retrieve())
            .row("train with a recipe of your own", train())
            .row("score a run again", "./mindeye evaluate-run " + folder() + " --out scored-again")
            .row("paint better pictures", "./mindeye quickstart --full --out full")
            .row("score every test scene", "./mindeye quickstart --score-all --out all")
            .row("see what a file holds", "./mindeye inspect " + inside(config.modelWeights())));
    page.paragraph("docs/published-weights.md says how to paint from the published weights.");
  }

  private Path folder() {
    return config.folder().toAbsolutePath().normalize().getFileName();
  }

  private Path inside(Path file) {
    return folder().resolve(config.folder().relativize(file));
  }

  private String reconstruct() {
    DecodeConfig decoding = config.painting().decoding();
    return "./mindeye reconstruct --weights "
        + folder()
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

  private String retrieve() {
    return "./mindeye retrieve --weights "
        + inside(config.modelWeights())
        + data()
        + " --split test --clip "
        + inside(config.clipWeights())
        + " --html found.html";
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
