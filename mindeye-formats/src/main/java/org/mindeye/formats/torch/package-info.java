/**
 * {@link org.mindeye.formats.torch.TorchCheckpoint} reads checkpoints of torch, everything in them
 * as plain data, without running any of it.
 */
package org.mindeye.formats.torch;
