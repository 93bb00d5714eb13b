/** What galleries on the disk are made of: vectors, metadata, sums. Not an API. */
package org.mindeye.retrieval.internal.folder;
