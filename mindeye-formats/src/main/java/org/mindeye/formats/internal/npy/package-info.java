/** The header of NumPy's arrays, and the order of their elements. */
package org.mindeye.formats.internal.npy;
