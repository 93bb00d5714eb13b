package org.mindeye.training.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.core.weights.StateDict;

public final class Checkpoint {
  public static Checkpoint open(Path folder) throws IOException {
    return null;
  }

  public Path folder() {
    return null;
  }

  public long step() {
    return 0;
  }

  public StateDict tensors(String name) throws IOException {
    return null;
  }

  public boolean has(String name) {
    return false;
  }

  public byte[] document(String name) throws IOException {
    return null;
  }
}
