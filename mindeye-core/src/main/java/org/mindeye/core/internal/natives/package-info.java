/** Settings of the native libraries that DJL has no API for: libtorch's and OpenMP's. */
package org.mindeye.core.internal.natives;
