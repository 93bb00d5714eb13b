/** Tar archives. */
package org.mindeye.data.internal.tar;
