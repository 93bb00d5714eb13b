/**
 * Randomness as an argument: every random number of the library comes from a {@code NoiseSource}.
 */
package org.mindeye.core.random;
