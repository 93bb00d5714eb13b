// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.Silu;

/** Activation functions of the published networks. */
public enum Nonlinearity {
  /** {@code x Φ(x)} with the exact normal distribution function, not the tanh approximation. */
  GELU {
    @Override
    public NDArray apply(NDArray x) {
      return Activation.gelu(x);
    }
  },
  /** {@code x sigmoid(1.702 x)}, OpenAI CLIP's approximation of GELU. */
  QUICK_GELU {
    @Override
    public NDArray apply(NDArray x) {
      return x.mul(Activation.sigmoid(x.mul(Torch.scalar(x, 1.702))));
    }
  },
  /** {@code x sigmoid(x)}, also called swish. */
  SILU {
    @Override
    public NDArray apply(NDArray x) {
      return Silu.apply(x);
    }
  },
  /** {@code max(x, 0)}. */
  RELU {
    @Override
    public NDArray apply(NDArray x) {
      return Activation.relu(x);
    }
  };

  /**
   * Applies the function element by element. Gradients flow.
   *
   * @param x any shape
   * @return the same shape, owned by x's manager
   */
  public abstract NDArray apply(NDArray x);
}
