/**
 * Nearest-neighbour indexes over CLIP embeddings.
 *
 * <p>{@link org.mindeye.retrieval.ExactIndex} compares every query with the whole gallery: no
 * training, no approximation, and fast enough for test sets and galleries of up to about a million
 * vectors.
 */
package org.mindeye.retrieval;
