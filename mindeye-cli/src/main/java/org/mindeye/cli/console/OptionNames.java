// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Libraries say in their messages what to do in their own terms, and know of no command. A person
 * at a shell reads the option instead.
 */
public final class OptionNames {
  private static final String CONVERT = "`mindeye convert FILE NEW.safetensors ";

  /** What a library says, and what the command calls it. */
  private static final Map<Pattern, String> NAMES = new LinkedHashMap<>();

  static {
    name("StateDict\\.withPrefixStripped\\(\"(.+?)\"\\)", CONVERT + "--strip-prefix $1`");
    name("StateDict\\.under\\(\"(.+?)\"\\)", CONVERT + "--only $1`");
    name("\\(ExpansionLimit\\.withTimes\\)", "(convert --max-expansion)");
    name("\\(VisionTransformerConfig\\)", "(--clip-config)");
    name("\\(OptimizerConfig\\.Schedule\\.CONSTANT\\)", "(--lr-schedule constant)");
    name("\\(ContrastiveConfig\\.mixedShare 1\\)", "(--mixed-share 1)");
    name("prepare that space \\(NsdSpace\\)", "prepare that space (`mindeye prepare --space`)");
    name("\\(or ElementType\\.FLOAT32\\)", "(or --float32)");
    name("; give them a backbone with residuals true", "; give --residuals");
    name("; give them a backbone with residuals false", "; give --no-residuals");
    name("; start it again as a new one in (.+)$", "; start it again with --out $1");
    name("for example (-Xmx\\d+g)$", "for example MINDEYE_JAVA_OPTS=$1");
    name("; give it (-Xmx\\d+g),", "; give it $1 (MINDEYE_JAVA_OPTS=$1 ./mindeye ...),");
    name("\\bperGraph: expected", "--per-graph: expected");
    name("\\bdegree: expected", "--edges: expected");
    name("\\bbeam: expected", "--beam: expected");
  }

  private OptionNames() {}

  private static void name(String term, String option) {
    NAMES.put(Pattern.compile(term), option);
  }

  /**
   * A library's sentence for a shell.
   *
   * @param message of a library
   * @return the same with the command's options
   */
  public static String in(String message) {
    String text = message;
    for (Map.Entry<Pattern, String> name : NAMES.entrySet()) {
      text = name.getKey().matcher(text).replaceAll(name.getValue());
    }
    return text;
  }
}
