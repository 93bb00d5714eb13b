/**
 * {@code mindeye forward}: one network, loss or sampler on given tensors, exactly as the library
 * runs it.
 */
package org.mindeye.cli.forward;
