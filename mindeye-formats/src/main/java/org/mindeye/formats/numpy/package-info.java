/**
 * NumPy's arrays: {@link org.mindeye.formats.numpy.Npy} in the heap, {@link
 * org.mindeye.formats.numpy.NpyFile} row by row from the disk, {@link
 * org.mindeye.formats.numpy.Npz} by name.
 */
package org.mindeye.formats.numpy;
