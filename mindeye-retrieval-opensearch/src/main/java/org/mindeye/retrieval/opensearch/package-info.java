/**
 * Galleries on a cluster of OpenSearch, for more vectors than one machine holds: {@link
 * org.mindeye.retrieval.opensearch.OpenSearchIndex} creates and searches them, {@link
 * org.mindeye.retrieval.opensearch.OpenSearchUpload} fills them.
 */
package org.mindeye.retrieval.opensearch;
