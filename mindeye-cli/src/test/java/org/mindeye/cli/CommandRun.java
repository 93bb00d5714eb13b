// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli;

import java.io.StringWriter;

/**
 * One call of the {@code mindeye} command.
 *
 * @param code its exit code
 * @param out what it printed
 * @param err what it complained about
 */
public record CommandRun(int code, String out, String err) {
  /** Runs the command in this process. */
  public static CommandRun of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    int code = MindEyeCommand.printingTo(MindEyeCommand.commandLine(), out, err).execute(texts);
    return new CommandRun(code, out.toString(), err.toString());
  }
}
