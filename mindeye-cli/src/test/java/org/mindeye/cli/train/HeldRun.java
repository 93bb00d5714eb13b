// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.mindeye.cli.MindEyeCommand;

/**
 * The {@code mindeye} command, whose training stands still after two epochs until the process has
 * been asked to end. Says {@code ready} then.
 */
final class HeldRun {
  private static final String MOMENT = "epoch 2/";

  private HeldRun() {}

  public static void main(String[] arguments) {
    System.setErr(new PrintStream(new Held(System.err), true, StandardCharsets.UTF_8));
    MindEyeCommand.main(arguments);
  }

  /** Holds the thread that reports the second epoch, and with it every thread that prints. */
  private static final class Held extends FilterOutputStream {
    private final StringBuilder text = new StringBuilder();
    private boolean held;

    Held(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      text.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
      if (!held && text.indexOf(MOMENT) >= 0) {
        held = true;
        System.out.println("ready");
        System.out.flush();
        while (!isStopping()) {
          Thread.yield();
        }
      }
    }

    /**
     * Whether the thread that ends the process waits to print as well: then the run has the
     * request.
     */
    private static boolean isStopping() {
      return Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread.getName().equals("mindeye-process-end"))
          .map(Thread::getState)
          .anyMatch(now -> now == Thread.State.BLOCKED || now == Thread.State.WAITING);
    }
  }
}
