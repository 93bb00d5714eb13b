/**
 * Tensors with a meaning: each view names its axes, its value range and its normalisation, and
 * checks them once, at the public border.
 *
 * <p>Views own nothing: the {@link ai.djl.ndarray.NDArray} inside belongs to the manager it was
 * created in.
 */
package org.mindeye.core.tensor;
