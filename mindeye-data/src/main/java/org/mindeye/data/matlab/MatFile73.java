// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.matlab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.data.hdf5.Hdf5Dataset;
import org.mindeye.data.hdf5.Hdf5File;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

/** Version 7.3: an HDF5 file whose datasets say what they are in MATLAB. */
final class MatFile73 extends MatFile {
  private static final String CLASS = "MATLAB_class";

  private final Hdf5File file;

  private MatFile73(Hdf5File file) {
    this.file = file;
  }

  static MatFile73 ofHdf5(Path path) throws IOException {
    return new MatFile73(Hdf5File.open(path));
  }

  @Override
  public List<String> names() {
    return file.names();
  }

  @Override
  public HeapArray array(String name) {
    Hdf5Dataset dataset = file.dataset(name);
    String kind = dataset.text(CLASS).orElse("");
    if (kind.equals("char") || kind.equals("cell")) {
      throw new MalformedFileException(dataset.place(), "numbers", "MATLAB's class " + kind);
    }
    HeapArray array = Axes.reversed(dataset.place(), dataset.read());
    if (kind.equals("logical") && array.type() == ElementType.UINT8) {
      byte[] content = new byte[array.size()];
      array.bytes().get(content);
      return HeapArray.of(ElementType.BOOL, array.tensorShape(), content);
    }
    return array;
  }

  @Override
  public void close() {
    file.close();
  }
}
