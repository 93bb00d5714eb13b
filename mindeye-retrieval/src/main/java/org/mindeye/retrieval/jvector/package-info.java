/**
 * Galleries of millions of vectors on one machine's disk: a graph that is searched with vectors of
 * a byte per eight numbers, and scored with the whole ones.
 */
package org.mindeye.retrieval.jvector;
