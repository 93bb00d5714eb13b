/**
 * The ready trainer of the high-level model: the published recipe, its listeners and its
 * validation. It is put together from the public pieces of the other modules; a custom loop uses
 * the same ones.
 */
package org.mindeye.training;
