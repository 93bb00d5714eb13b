/**
 * The commands around a training run: {@code train}, {@code train-lowlevel}, {@code embed} and
 * {@code evaluate-run}. {@link org.mindeye.training.MindEyeTrainer} and {@link
 * org.mindeye.training.lowlevel.LowLevelTrainer} do the work.
 */
package org.mindeye.cli.train;
