/**
 * How good are predictions? Similarity matrices, retrieval scores in both directions, the metrics
 * of reconstructions, the noise ceiling of the measurements, and ridge regression as the baseline
 * to beat. Whole evaluations by a protocol are in {@link org.mindeye.evaluation.protocol}.
 *
 * <p>Everything here takes predictions and truth as they come; nothing knows which split they are
 * from. Choose hyper-parameters on validation data only.
 */
package org.mindeye.evaluation;
