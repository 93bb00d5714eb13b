// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.natives;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Where the memory of large tensors comes from. By default the C library asks the kernel for fresh
 * pages for each, and the kernel clears them 4 KiB at a time: filling a new tensor takes ten times
 * as long as filling an old one. So libtorch asks for pages of 2 MiB, and what is freed below
 * {@value #MAPPED_FROM} bytes is used again by the next tensor rather than given back.
 *
 * <p>Measured with two threads on two cores, filling a new tensor of 34 MB and one of 134 MB: 14
 * and 54 ms by default, 1.0 and 9 ms so, 1.2 and 5 ms for tensors that were there.
 */
public final class LargeTensors {
  private static final String LARGE_PAGES = "THP_MEM_ALLOC_ENABLE";

  /** What the user may have decided about the allocator with. */
  private static final List<String> DECIDED =
      List.of(
          "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_", "GLIBC_TUNABLES");

  private static final int MAPPED_FROM = 64 << 20;
  private static final int GIVEN_BACK_FROM = 256 << 20;

  /** As {@code malloc.h} numbers them. */
  private static final int TRIM_THRESHOLD = -1;

  private static final int TOP_PAD = -2;
  private static final int MMAP_THRESHOLD = -3;

  private LargeTensors() {}

  /** Call before libtorch is loaded. What the user has set stays. Does nothing but on Linux. */
  public static void reuseMemory() {
    if (!CLibrary.isHere()) {
      return;
    }
    CLibrary.setEnvironment(LARGE_PAGES, "1");
    if (!isDecided(System::getenv)) {
      CLibrary.setAllocator(MMAP_THRESHOLD, MAPPED_FROM);
      CLibrary.setAllocator(TRIM_THRESHOLD, GIVEN_BACK_FROM);
      // The heap of a thread is given back whole, whatever the threshold, unless it is padding.
      CLibrary.setAllocator(TOP_PAD, MAPPED_FROM);
    }
  }

  private static boolean isDecided(UnaryOperator<String> environment) {
    return DECIDED.stream().anyMatch(name -> environment.apply(name) != null);
  }
}
