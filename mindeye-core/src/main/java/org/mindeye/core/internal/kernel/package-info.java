/**
 * The handful of operations the NDArray API lacks, each a TorchScript source file compiled in
 * memory behind a small façade.
 *
 * <p>Façades trust their input: shapes are checked at the public border of the layer that calls
 * them.
 */
package org.mindeye.core.internal.kernel;
