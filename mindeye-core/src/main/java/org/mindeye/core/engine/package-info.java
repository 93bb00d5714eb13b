/**
 * What an application calls at run time: starting the engine ({@link
 * org.mindeye.core.engine.Torch}), who owns native memory and for how long ({@link
 * org.mindeye.core.engine.CallScope}, {@link org.mindeye.core.engine.Lifetime}), and what is set
 * per thread ({@link org.mindeye.core.engine.GradMode}).
 */
package org.mindeye.core.engine;
