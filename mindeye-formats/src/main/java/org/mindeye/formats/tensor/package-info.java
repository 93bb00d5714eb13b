/**
 * What all formats have in common: {@link org.mindeye.formats.tensor.TensorFile} is an open file of
 * named tensors, with {@linkplain org.mindeye.formats.tensor.TensorInfo types and shapes} and
 * {@linkplain org.mindeye.formats.tensor.TensorElements windows of bytes}; {@link
 * org.mindeye.formats.tensor.HeapArray} is a tensor in the Java heap.
 */
package org.mindeye.formats.tensor;
