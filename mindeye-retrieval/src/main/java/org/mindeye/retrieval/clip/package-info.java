/**
 * Galleries of clip-retrieval: folders of embeddings that it wrote, and servers that it runs.
 *
 * <p>Reading what a folder knows about its pictures needs {@code
 * blue.strategic.parquet:parquet-floor} among the application's dependencies; this library does not
 * bring it along.
 */
package org.mindeye.retrieval.clip;
