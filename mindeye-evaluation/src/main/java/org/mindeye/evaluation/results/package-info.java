/**
 * The results of an evaluation as values: scores of several methods side by side, of every picture,
 * and of publications; and the {@linkplain org.mindeye.evaluation.results.EvaluationReport report}
 * made of them, as a page for people and as tables for programs and papers.
 */
package org.mindeye.evaluation.results;
