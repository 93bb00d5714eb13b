/**
 * JMH benchmarks at the paper's sizes, and the table made of their results.
 *
 * <p>Every benchmark draws its inputs from a fixed seed, compares its result with a plain
 * computation before it is timed (where that takes too long, a small result with one, and the
 * measured one with another path through the same code), and ends each invocation by reading a
 * number that the device can only deliver when all work is done. {@code MachineLimits} measures
 * what the machine can do at best; {@code Work} says how much each benchmark has to do; {@code
 * ResultsTable} divides. A new benchmark extends {@code MindEyeBenchmark} or {@code
 * DeviceBenchmark} and has its formula in {@code Work}.
 */
package org.mindeye.bench;
