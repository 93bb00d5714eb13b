package org.mindeye.retrieval;

import java.util.stream.LongStream;
import org.mindeye.core.pipeline.Retriever;

/**
 * A gallery that knows its vectors by id. Ids are the caller's (image numbers of the data set, rows
 * of a metadata table); each occurs once.
 */
public interface NeighborIndex extends Retriever {
  /**
   * The ids of the gallery.
   *
   * @return every id once, in the order in which the vectors were added
   * @throws IllegalStateException after {@link #close()}
   */
  LongStream ids();
}
