// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mindeye.core.engine.Precision;

/**
 * What a device can do at best, as {@link MachineLimits} measured it in the same run.
 *
 * @param flops floating-point operations per second: the largest matrix product
 * @param bytes bytes per second: the larger one of reading and adding, at the largest size
 */
record Limits(double flops, double bytes) {

  /** The limits of a device, with products in a format, if both were measured. */
  static Optional<Limits> of(String device, Precision precision, List<JmhResult> results) {
    List<JmhResult> own = results.stream().filter(r -> r.device().equals(device)).toList();
    // What multiplies 8-bit weights is bfloat16.
    Precision factor = precision == Precision.INT8_WEIGHTS ? Precision.BFLOAT16 : precision;
    List<JmhResult> alike = own.stream().filter(r -> r.precision() == factor).toList();
    Optional<Work> product = largest(alike, "MachineLimits.multiply");
    Optional<Work> stream =
        Stream.of("MachineLimits.read", "MachineLimits.add")
            .flatMap(name -> largest(own, name).stream())
            .max(Comparator.comparing(Work::bytes));
    return product.flatMap(p -> stream.map(s -> new Limits(p.flops(), s.bytes())));
  }

  /** Work per second of a benchmark's largest case. */
  private static Optional<Work> largest(List<JmhResult> results, String benchmark) {
    return results.stream()
        .filter(result -> result.benchmark().equals(benchmark))
        .max(Comparator.comparing(result -> work(result).bytes()))
        .map(
            result -> {
              Work work = work(result);
              return new Work(work.flops() / result.seconds(), work.bytes() / result.seconds());
            });
  }

  private static Work work(JmhResult result) {
    return Work.of(result.benchmark(), result.parameters()).orElseThrow();
  }

  /** The time that some work takes at least. */
  double seconds(Work work) {
    return Math.max(work.flops() / flops, work.bytes() / bytes);
  }

  /** Whether arithmetic, not memory, is what holds some work up. */
  boolean boundByArithmetic(Work work) {
    return work.flops() / flops >= work.bytes() / bytes;
  }
}
