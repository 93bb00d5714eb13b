// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

import java.util.Objects;

/**
 * A gallery to be created on a cluster.
 *
 * @param width numbers per vector, 1 to 16000
 * @param engine what builds the graphs
 * @param storage what servers hold in memory
 * @param graph how they are built
 * @param shards parts that the gallery is divided into, at least 1; they cannot be changed later
 * @param replicas copies of each part on other servers, 0 or more: as many servers may fail
 */
public record OpenSearchConfig(
    int width, Engine engine, Storage storage, Graph graph, int shards, int replicas) {
  private static final int WIDEST = 16_000;

  /** Checks the numbers. */
  public OpenSearchConfig {
    Objects.requireNonNull(engine, "engine");
    Objects.requireNonNull(storage, "storage");
    Objects.requireNonNull(graph, "graph");
    require("width", width, 1);
    if (width > WIDEST) {
      throw new IllegalArgumentException("width: expected at most " + WIDEST + " but was " + width);
    }
    require("shards", shards, 1);
    require("replicas", replicas, 0);
    if (storage != Storage.MEMORY && engine != Engine.FAISS) {
      throw new IllegalArgumentException(
          "storage: " + storage + " needs the engine " + Engine.FAISS + " but it is " + engine);
    }
  }

  /**
   * How graphs are built: more of each finds more of the true neighbours, and takes longer.
   *
   * @param edges of a vector, at least 2
   * @param beam how many vectors are looked at to find the edges of a new one, at least 1
   */
  public record Graph(int edges, int beam) {
    /** Checks the numbers. */
    public Graph {
      require("edges", edges, 2);
      require("beam", beam, 1);
    }

    /**
     * What servers take by themselves: 16 edges, a beam of 100.
     *
     * @return the settings
     */
    public static Graph standard() {
      return new Graph(16, 100);
    }
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + ": expected at least " + least + " but was " + value);
    }
  }

  /**
   * A gallery in memory, by {@link Engine#FAISS}, in one part with one copy.
   *
   * @param width numbers per vector
   * @return the settings
   */
  public static OpenSearchConfig of(int width) {
    return new OpenSearchConfig(width, Engine.FAISS, Storage.MEMORY, Graph.standard(), 1, 1);
  }

  /**
   * The same with another engine and storage.
   *
   * @param otherEngine what builds the graphs
   * @param otherStorage what servers hold in memory
   * @return a changed copy
   */
  public OpenSearchConfig with(Engine otherEngine, Storage otherStorage) {
    return new OpenSearchConfig(width, otherEngine, otherStorage, graph, shards, replicas);
  }

  /**
   * The same with other graphs.
   *
   * @param other how they are built
   * @return a changed copy
   */
  public OpenSearchConfig withGraph(Graph other) {
    return new OpenSearchConfig(width, engine, storage, other, shards, replicas);
  }

  /**
   * The same in other parts.
   *
   * @param parts that it is divided into
   * @param copies of each part
   * @return a changed copy
   */
  public OpenSearchConfig withShards(int parts, int copies) {
    return new OpenSearchConfig(width, engine, storage, graph, parts, copies);
  }
}
