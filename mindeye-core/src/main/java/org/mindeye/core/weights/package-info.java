/**
 * Weights as the engine's tensors. {@link org.mindeye.core.weights.WeightFiles} opens and writes
 * their files, {@link org.mindeye.core.weights.StateDict} is how they are read, whatever their
 * format: lazily, a window at a time; {@link org.mindeye.core.weights.WeightBinder} copies them
 * into networks by published name. The formats themselves are {@code org.mindeye.formats}.
 */
package org.mindeye.core.weights;
