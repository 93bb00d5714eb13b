package org.mindeye.core.weights;

import java.io.IOException;
import java.nio.file.Path;

/** A header length of eight bytes, then the header's first character. */
final class SafetensorsFormat implements WeightFiles.Format {
  @Override
  public String title() {
    return "a safetensors file";
  }

  @Override
  public boolean claims(byte[] head) {
    return head.length > Long.BYTES && head[Long.BYTES] == '{';
  }

  @Override
  public StateDict open(Path file) throws IOException {
    return Safetensors.open(file);
  }
}
