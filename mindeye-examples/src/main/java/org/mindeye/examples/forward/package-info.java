/**
 * {@code mindeye forward}: one network or loss on given tensors, exactly as the library runs it.
 */
package org.mindeye.examples.forward;
