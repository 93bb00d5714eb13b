/**
 * HDF5 files, read without a native library. This package is the only one that knows the parser,
 * jHDF: sizes are compared with the file before anything is allocated, and whatever goes wrong is
 * said in one exception with the names of file and dataset.
 */
package org.mindeye.data.hdf5;
