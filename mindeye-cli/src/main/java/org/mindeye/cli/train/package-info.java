/**
 * The commands around a training run: {@code train}, {@code embed} and {@code evaluate-run}. {@link
 * org.mindeye.training.MindEyeTrainer} does the work.
 */
package org.mindeye.cli.train;
