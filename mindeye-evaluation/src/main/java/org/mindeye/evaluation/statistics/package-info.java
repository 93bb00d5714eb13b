/**
 * How sure is a score? Intervals by resampling images, and tests against pairs that do not belong
 * together.
 */
package org.mindeye.evaluation.statistics;
