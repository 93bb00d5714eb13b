// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import java.util.Locale;
import org.mindeye.MindEyeException;

/**
 * The Java heap that is there for large arrays.
 *
 * @param most bytes, all objects together
 */
public record HeapBudget(long most) {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;

  /**
   * The heap of this process.
   *
   * @return what {@code -Xmx} allows it
   */
  public static HeapBudget ofThisProcess() {
    return new HeapBudget(Runtime.getRuntime().maxMemory());
  }

  /**
   * Refuses what this heap cannot hold, before any work is done for it.
   *
   * @param what names the data in the message
   * @param bytes that will be needed at once
   * @param instead what to do besides giving more heap, for example {@code read it row by row}
   * @throws MindEyeException if the heap is smaller; says how much to give
   */
  public void require(String what, long bytes, String instead) {
    if (bytes > most) {
      throw tooSmall(what, bytes, instead);
    }
  }

  /**
   * Makes an array, or says that the heap has no room for it.
   *
   * @param what names the data in the message
   * @param bytes length of the array
   * @param instead what to do besides giving more heap, for example {@code read it row by row}
   * @return zeros
   * @throws MindEyeException if there is no room; says how much to give
   */
  public byte[] allocate(String what, int bytes, String instead) {
    require(what, bytes, instead);
    try {
      return new byte[bytes];
    } catch (OutOfMemoryError e) {
      // One array that was refused: nothing else is lost, and only the machine knows beforehand.
      throw tooSmall(what, bytes, instead);
    }
  }

  private MindEyeException tooSmall(String what, long bytes, String instead) {
    // Room for as much again: the rest of the program lives there, too.
    long advised = Math.max(1, (2 * bytes + GIB - 1) / GIB);
    return new MindEyeException(
        String.format(
            Locale.ROOT,
            "%s: needs %s of Java heap, but this process has %s in all; give it -Xmx%dg, or %s",
            what,
            size(bytes),
            size(most),
            advised,
            instead));
  }

  /**
   * A number of bytes for people.
   *
   * @param bytes any number
   * @return for example {@code 1.50 GiB}
   */
  public static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.2f GiB", bytes / (double) GIB);
  }

  private static String size(long bytes) {
    return bytes < GIB
        ? String.format(Locale.ROOT, "%,d MiB", (bytes + MIB - 1) / MIB)
        : gib(bytes);
  }
}
