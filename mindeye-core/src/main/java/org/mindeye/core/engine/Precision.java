// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import ai.djl.Device;

/**
 * The format of numbers in which a network keeps and multiplies its weights. An argument wherever
 * weights are loaded or a run is configured; nothing changes it on its own. Normalisations,
 * softmax, losses, schedules and the arithmetic of samplers compute in float32 in every format, and
 * what a stage returns is float32.
 *
 * <p>Weights are converted once: when they are loaded, or in training after they have changed.
 */
public enum Precision {
  /** 4 bytes a number; the results of the original. */
  FLOAT32,

  /**
   * Products and convolutions in bfloat16 (8 bits of mantissa, float32's range), accumulated in
   * float32; what stands between them is bfloat16 too. Half the memory of the weights, in training
   * half as much again besides float32's. Faster where the processor computes it natively
   * (AVX512-BF16, AMX), slower elsewhere.
   */
  BFLOAT16,

  /**
   * As {@link #BFLOAT16}, with the weights of linear layers that see few rows a sample as 8-bit
   * integers, scaled by output channel. A quarter of the memory; the fastest for a single trial,
   * for which reading the weights takes most of the time. For inference only.
   */
  INT8_WEIGHTS;

  /**
   * The memory of what stands between products.
   *
   * @return bytes a number: 4 in float32, otherwise 2
   */
  public int activationBytes() {
    return this == FLOAT32 ? Float.BYTES : Short.BYTES;
  }

  /**
   * The format for networks that are not offered in integers, beside one that is kept in them.
   *
   * @return {@link #BFLOAT16} in place of {@link #INT8_WEIGHTS}; otherwise this
   */
  public Precision withoutIntegers() {
    return this == INT8_WEIGHTS ? BFLOAT16 : this;
  }

  /**
   * The format that is known to be the fastest on a device for networks of the published sizes,
   * with results as good as float32's. Nothing is measured. {@link #INT8_WEIGHTS} is never chosen:
   * it is faster still for single trials, and less precise.
   *
   * @param device where the networks compute
   * @return {@link #BFLOAT16} on processors of which {@link NativeFormats} says that they multiply
   *     it and which were measured; otherwise, and on GPUs, where other formats are not offered
   *     until they can be tested, {@link #FLOAT32}
   * @throws IllegalArgumentException for a GPU this machine or this libtorch does not offer
   */
  public static PrecisionChoice fastest(Device device) {
    Torch.requirePresent(device);
    return device.isGpu()
        ? new PrecisionChoice(
            FLOAT32, "on GPUs other formats are not offered until they can be tested")
        : NativeFormats.ofThisMachine().fastest();
  }
}
