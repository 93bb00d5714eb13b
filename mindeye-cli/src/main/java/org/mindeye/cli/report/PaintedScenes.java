// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.io.IOException;
import java.util.List;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.KeyNumber;
import org.mindeye.evaluation.results.EvaluationReport;
import org.mindeye.evaluation.results.ScoredMethod;

/** What a report shows of painted pictures, where there are some. */
public interface PaintedScenes {
  /**
   * The numbers that come first on the page.
   *
   * @return a few
   */
  List<KeyNumber> keyNumbers();

  /**
   * The rows of the table of scores.
   *
   * @return with names of their own
   */
  List<ScoredMethod> methods();

  /**
   * Adds the pictures, as the first section.
   *
   * @param report gets it
   * @throws IOException if a picture cannot be read
   */
  void pictures(EvaluationReport report) throws IOException;

  /**
   * Adds what each part of the whole contributes.
   *
   * @param page gets a section
   */
  void ladder(HtmlReport page);
}
