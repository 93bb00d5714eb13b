/**
 * Support for the tests of all modules: expected tensors of the original code ({@link
 * org.mindeye.testkit.Golden}), the rule that makes their inputs and weights ({@link
 * org.mindeye.testkit.ParityGenerator}, {@link org.mindeye.testkit.ParityWeights}), tolerances
 * ({@link org.mindeye.testkit.TensorAssert}), native memory ({@link
 * org.mindeye.testkit.FreshManager}, {@link org.mindeye.testkit.LeakCheck}), derivatives ({@link
 * org.mindeye.testkit.FiniteDifferences}) and what a killed process leaves ({@link
 * org.mindeye.testkit.disk.WatchedDisk}).
 *
 * <p>Depends on no other module of this project, so that every one of them can use it.
 */
package org.mindeye.testkit;
