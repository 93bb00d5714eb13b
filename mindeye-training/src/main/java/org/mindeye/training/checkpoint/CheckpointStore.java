package org.mindeye.training.checkpoint;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.*;

public final class CheckpointStore implements AutoCloseable {
  public static CheckpointStore open(Path folder) throws IOException {
    return null;
  }

  public Checkpoint write(
      long step, Map<String, Map<String, NDArray>> tensors, Map<String, byte[]> documents)
      throws IOException {
    return null;
  }

  public List<Long> steps() throws IOException {
    return null;
  }

  public Optional<Checkpoint> newest() throws IOException {
    return null;
  }

  public Checkpoint at(long step) throws IOException {
    return null;
  }

  public void mark(String name, long step) throws IOException {}

  public OptionalLong marked(String name) throws IOException {
    return null;
  }

  public void keep(int newest, String... marks) throws IOException {}

  public void close() throws IOException {}
}
