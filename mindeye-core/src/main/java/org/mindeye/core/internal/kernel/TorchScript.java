// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.natives.LibtorchSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TorchScript module whose source is a resource file of this package. The archive torch would
 * have written is put together in memory, so no Python and no temporary file is involved.
 *
 * <p>A module holds code only, no tensors; it lives as long as the class that loaded it and may be
 * called from any thread.
 */
final class TorchScript {
  private static final String HEADER =
      "class K(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n";

  private static final Logger LOG = LoggerFactory.getLogger(TorchScript.class);

  /** As libtorch names its operations. */
  private static final String ONE_DNN = "mkldnn";

  private final PtSymbolBlock module;

  private TorchScript(PtSymbolBlock module) {
    this.module = module;
  }

  /** Loads {@code <name>.torchscript} from this package's resources. */
  static TorchScript load(String name) {
    try (InputStream source = TorchScript.class.getResourceAsStream(name + ".torchscript")) {
      if (source == null) {
        throw new IllegalStateException("kernel source " + name + ".torchscript is not in the jar");
      }
      byte[] archive = archive(new String(source.readAllBytes(), StandardCharsets.UTF_8));
      NDManager neverClosed = Torch.newManager(Device.cpu());
      return new TorchScript(
          JniUtils.loadModule(
              (PtNDManager) neverClosed, new ByteArrayInputStream(archive), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException("kernel " + name, e);
    }
  }

  /**
   * The same of a kernel that calls oneDNN, which some builds of libtorch lack, those for Apple's
   * processors among them.
   *
   * @return empty where it is missing
   */
  static Optional<TorchScript> loadOneDnn(String name) {
    try {
      return Optional.of(load(name));
    } catch (EngineException e) {
      if (!String.valueOf(e.getMessage()).contains(ONE_DNN)) {
        throw e;
      }
      LOG.info("this build of libtorch has no oneDNN, so kernel {} is left out", name);
      return Optional.empty();
    }
  }

  /**
   * Calls a method. Arguments are {@link NDArray}s (one Tensor each) or collections of them (one
   * List[Tensor] each); the results belong to the manager of the first tensor.
   */
  NDList call(String method, Object... arguments) {
    NDList inputs = new NDList();
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] instanceof NDArray tensor) {
        inputs.add(tensor);
      } else {
        for (Object element : (Collection<?>) arguments[i]) {
          inputs.add((NDArray) element);
        }
      }
    }
    // DJL derives the structure of the call from the arrays' names: set them for the call only.
    List<String> names = inputs.stream().map(NDArray::getName).toList();
    try (NDArray selector = inputs.get(0).getManager().create(0)) {
      int next = 0;
      for (int i = 0; i < arguments.length; i++) {
        if (arguments[i] instanceof NDArray) {
          rename(inputs.get(next++), null);
        } else {
          for (int j = ((Collection<?>) arguments[i]).size(); j > 0; j--) {
            rename(inputs.get(next++), "l" + i + "[]");
          }
        }
      }
      selector.setName("module_method:" + method);
      NDList all = new NDList(inputs);
      all.add(selector);
      // "true" skips libtorch's inference mode, whose results could never meet a gradient again;
      // whether a graph is recorded is decided by GradMode alone.
      // The profiling executor optimises again for each shape, which costs our kernels more than
      // it gains.
      LibtorchSettings.runGraphsAsWritten();
      return IValueUtils.forward(module, all, true);
    } finally {
      LibtorchSettings.restoreGraphOptimizer();
      for (int i = 0; i < names.size(); i++) {
        rename(inputs.get(i), names.get(i));
      }
    }
  }

  private static void rename(NDArray array, String name) {
    if (!Objects.equals(array.getName(), name)) {
      array.setName(name);
    }
  }

  private static byte[] archive(String methods) throws IOException {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(new byte[] {(byte) 0x80, 2});
    pickle.write("c__torch__\nK\n".getBytes(StandardCharsets.US_ASCII));
    pickle.write(new byte[] {')', (byte) 0x81, '}', '(', 'X', 8, 0, 0, 0});
    pickle.write("training".getBytes(StandardCharsets.US_ASCII));
    pickle.write(new byte[] {(byte) 0x88, 'u', 'b', '.'});
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "k/data.pkl", pickle.toByteArray());
      store(zip, "k/code/__torch__.py", (HEADER + code(methods)).getBytes(StandardCharsets.UTF_8));
      store(zip, "k/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "k/version", "10\n".getBytes(StandardCharsets.US_ASCII));
    }
    return bytes.toByteArray();
  }

  /** Drops comment lines, which the archive's parser does not know. */
  private static String code(String source) {
    return String.join(
            "\n",
            Arrays.stream(source.split("\n")).filter(l -> !l.strip().startsWith("#")).toList())
        + "\n";
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
