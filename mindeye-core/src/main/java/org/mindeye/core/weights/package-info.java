/**
 * Files of numbers. {@link org.mindeye.core.weights.StateDict} is how weights are read, whatever
 * their format: lazily, a window at a time; {@link org.mindeye.core.weights.WeightFiles} opens
 * them, {@link org.mindeye.core.weights.WeightBinder} copies them into networks by published name,
 * {@link org.mindeye.core.weights.Safetensors} also writes them. {@link
 * org.mindeye.core.weights.Npy}, {@link org.mindeye.core.weights.Npz} and {@link
 * org.mindeye.core.weights.NpyFile} are NumPy's arrays.
 *
 * <p>Readers are strict: a file is read completely and correctly, or refused with {@link
 * org.mindeye.core.weights.MalformedFileException}; nothing in a file is ever executed.
 */
package org.mindeye.core.weights;
