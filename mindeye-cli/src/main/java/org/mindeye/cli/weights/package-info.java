/** {@code mindeye inspect} and {@code mindeye convert}: what is in a file of weights. */
package org.mindeye.cli.weights;
