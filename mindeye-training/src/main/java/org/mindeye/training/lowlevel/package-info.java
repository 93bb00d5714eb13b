// SPDX-License-Identifier: Apache-2.0
/** Recipes that train the networks of the low-level branch, on {@link TrainingLoop}. */
package org.mindeye.training.lowlevel;

import org.mindeye.training.TrainingLoop;
