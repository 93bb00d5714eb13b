/**
 * Nearest-neighbour indexes over CLIP embeddings.
 *
 * <p>{@link org.mindeye.retrieval.ExactIndex} compares every query with the whole gallery: no
 * training, no approximation, and fast enough for test sets and galleries of up to about a million
 * vectors. An index of another kind implements {@link org.mindeye.core.pipeline.Retriever}; {@link
 * org.mindeye.retrieval.SearchInput} and {@link org.mindeye.retrieval.TopNeighbors} are the checks
 * and the ranking it shares with this one.
 */
package org.mindeye.retrieval;
