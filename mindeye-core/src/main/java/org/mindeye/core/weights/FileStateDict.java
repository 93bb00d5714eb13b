// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.Set;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.tensor.TensorInfo;

/** The tensors of one open file. */
final class FileStateDict implements StateDict {
  private final TensorFile file;
  private final TensorTransfer transfer;

  FileStateDict(TensorFile file) {
    this.file = file;
    transfer = new TensorTransfer(file.source());
  }

  @Override
  public String source() {
    return file.source();
  }

  @Override
  public Set<String> names() {
    return file.names();
  }

  @Override
  public TensorInfo info(String name) {
    return file.info(name);
  }

  @Override
  public NDArray load(String name, NDManager owner) {
    return transfer.load(file.info(name), file.elements(name), owner);
  }

  @Override
  public void copyInto(String name, NDArray target) {
    transfer.copyInto(file.info(name), file.elements(name), target);
  }

  @Override
  public void forEachRows(String name, RowReader reader, Device device) {
    transfer.forEachRows(file.info(name), file.elements(name), reader, device);
  }

  @Override
  public Map<String, String> metadata() {
    return file.metadata();
  }

  @Override
  public void close() {
    file.close();
  }
}
