/**
 * From trials to batches: in which order, which of the repeated responses, how many at a time. The
 * order depends on seed and epoch alone.
 */
package org.mindeye.data.loader;
