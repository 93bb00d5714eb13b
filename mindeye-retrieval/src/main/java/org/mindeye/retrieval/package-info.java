/**
 * Nearest-neighbour indexes over CLIP embeddings, behind one interface, {@link
 * org.mindeye.retrieval.NeighborIndex}, which a pipeline takes as its {@link
 * org.mindeye.core.pipeline.Retriever}.
 *
 * <p>{@link org.mindeye.retrieval.ExactIndex} compares every query with the whole gallery: no
 * training, no approximation, and fast enough for test sets and galleries of up to about a million
 * vectors, in memory or in a file. Galleries are read from an {@link
 * org.mindeye.retrieval.EmbeddingSource}; {@link org.mindeye.retrieval.SearchInput} and {@link
 * org.mindeye.retrieval.TopNeighbors} are the checks and the ranking that an index of another kind
 * shares with these.
 */
package org.mindeye.retrieval;
