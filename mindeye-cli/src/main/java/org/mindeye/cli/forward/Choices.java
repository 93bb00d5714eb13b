package org.mindeye.cli.forward;

/**
 * What to compute, for the components that offer a choice.
 *
 * @param loss which loss; null for components without one
 * @param sampler how to sample; null for components that do not
 */
record Choices(LossChoice loss, SamplerChoice sampler) {}
