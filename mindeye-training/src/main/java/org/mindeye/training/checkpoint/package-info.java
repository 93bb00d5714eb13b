/** Checkpoints of a training run: folders that are either complete or absent. */
package org.mindeye.training.checkpoint;
