package org.mindeye.core.optim;

/**
 * What a schedule says about one step.
 *
 * @param learningRate step size
 * @param beta1 decay of AdamW's first moment (the one-cycle schedule moves it)
 */
public record StepRates(double learningRate, double beta1) {}
