// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options in a command's help: those of a named mixin stand behind the others, below its name.
 * Picocli has argument groups for this, but there an option given twice resets its whole group.
 */
public final class OptionSections implements IHelpSectionRenderer {
  /** What picocli calls the mixin of --help and --version. */
  private static final String STANDARD = "mixinStandardHelpOptions";

  /** Creates a renderer. */
  public OptionSections() {}

  @Override
  public String render(Help help) {
    Map<String, CommandSpec> sections = new LinkedHashMap<>(help.commandSpec().mixins());
    sections.remove(STANDARD);
    List<OptionSpec> own =
        help.commandSpec().options().stream()
            .filter(o -> sections.values().stream().noneMatch(s -> s.options().contains(o)))
            .toList();
    StringBuilder text = new StringBuilder(list(help, own));
    sections.forEach(
        (name, section) ->
            text.append(name)
                .append(':')
                .append(System.lineSeparator())
                .append(list(help, section.options())));
    return text.toString();
  }

  private static String list(Help help, List<OptionSpec> options) {
    return help.optionListExcludingGroups(
        options,
        help.createDefaultLayout(),
        help.createDefaultOptionSort(),
        help.parameterLabelRenderer());
  }
}
