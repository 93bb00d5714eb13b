/**
 * Files of numbers in plain Java, without an engine or a native library. {@link
 * org.mindeye.formats.TensorFiles} opens safetensors, checkpoints of torch, NumPy archives and
 * models in several files alike; each format has a package of its own with all that it can say.
 *
 * <p>Readers are strict: a file is read completely and correctly, or refused with {@link
 * org.mindeye.formats.tensor.MalformedFileException}; nothing in a file is ever executed.
 */
package org.mindeye.formats;
