/**
 * MATLAB's files of numbers: those of version 5, which MATLAB and scipy write by default, and those
 * of version 7.3, which are HDF5 inside. This package is the only one that knows the parser of the
 * former, MFL.
 */
package org.mindeye.data.matlab;
