// SPDX-License-Identifier: Apache-2.0
package org.mindeye.closing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.function.Function;

/** Something to close, and a call of it that answers with a tensor of the caller's. */
record Subject(AutoCloseable object, Function<NDManager, NDArray> call) {}
