// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.formats.torch.TorchCheckpoint;

/** The published model's weights, all 3.8 GB of them, through both formats. */
@Tag("full-size")
class FullSizeWeightsTest {
  private static final BackboneConfig MODEL = BackboneConfig.paper(15_724);

  @TempDir private Path folder;

  @Test
  void should_load_the_published_model_from_a_checkpoint_and_from_safetensors() throws IOException {
    Path checkpoint = folder.resolve("model.pth");
    List<Parameter> parameters;
    try (ResidualMlpBackbone shapes = new ResidualMlpBackbone(MODEL)) {
      parameters = shapes.getParameters().values();
      writeCheckpoint(checkpoint, parameters);
    }
    Path safetensors = folder.resolve("model.safetensors");
    String digest;
    try (TorchCheckpoint file = TorchCheckpoint.open(checkpoint);
        StateDict weights = StateDict.of(file.stateDict());
        ResidualMlpBackbone backbone = ResidualMlpBackbone.load(weights, Device.cpu())) {
      assertThat(backbone.config()).isEqualTo(MODEL);
      assertThat(backbone.parameterCount()).isEqualTo(947_579_904L);
      requireNumbered(backbone);
      digest = WeightDigest.sha256(backbone);
      WeightFiles.write(safetensors, backbone, Map.of());
    }
    try (StateDict weights = WeightFiles.open(safetensors);
        ResidualMlpBackbone backbone = ResidualMlpBackbone.load(weights, Device.cpu())) {
      requireNumbered(backbone);
      assertThat(WeightDigest.sha256(backbone)).isEqualTo(digest);
    }
  }

  /** Every element of a parameter is its number: a tensor in the wrong place shows. */
  private static void requireNumbered(ResidualMlpBackbone backbone) {
    int number = 0;
    for (Parameter parameter : backbone.getParameters().values()) {
      number++;
      try (NDArray least = parameter.getArray().min();
          NDArray most = parameter.getArray().max()) {
        assertThat(least.getFloat()).as(parameter.getName()).isEqualTo(number);
        assertThat(most.getFloat()).as(parameter.getName()).isEqualTo(number);
      }
    }
  }

  private static void writeCheckpoint(Path path, List<Parameter> parameters) throws IOException {
    StringBuilder pickle = new StringBuilder("}");
    for (int i = 0; i < parameters.size(); i++) {
      Shape shape = parameters.get(i).getShape();
      pickle
          .append("S'voxel2clip.")
          .append(parameters.get(i).getName())
          .append("'\n")
          .append(tensor(i, shape))
          .append("s");
    }
    pickle.append('.');
    try (OutputStream out = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      byte[] text = latin1(pickle.toString());
      store(zip, "archive/data.pkl", text, text.length);
      for (int i = 0; i < parameters.size(); i++) {
        long bytes = parameters.get(i).getShape().size() * Float.BYTES;
        store(zip, "archive/data/" + i, block(i + 1), bytes);
      }
      byte[] version = latin1("3\n");
      store(zip, "archive/version", version, version.length);
    }
  }

  /** What torch writes, in the oldest protocol. */
  private static String tensor(int key, Shape shape) {
    String storage =
        "((S'storage'\nctorch\nFloatStorage\nS'" + key + "'\nS'cpu'\nL" + shape.size() + "L\ntQ";
    boolean matrix = shape.dimension() == 2;
    String sizes = matrix ? shape.get(0) + "\nI" + shape.get(1) : "" + shape.get(0);
    String strides = matrix ? shape.get(1) + "\nI1" : "1";
    return "ctorch._utils\n_rebuild_tensor_v2\n"
        + storage
        + "I0\n(I"
        + sizes
        + "\nt(I"
        + strides
        + "\ntI00\nccollections\nOrderedDict\n(tRtR";
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] block(float value) {
    ByteBuffer block = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    while (block.hasRemaining()) {
      block.putFloat(value);
    }
    return block.array();
  }

  /** An entry that repeats a block up to a size, uncompressed as torch writes it. */
  private static void store(ZipOutputStream zip, String name, byte[] block, long bytes)
      throws IOException {
    CRC32 crc = new CRC32();
    for (long done = 0; done < bytes; done += block.length) {
      crc.update(block, 0, (int) Math.min(block.length, bytes - done));
    }
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    for (long done = 0; done < bytes; done += block.length) {
      zip.write(block, 0, (int) Math.min(block.length, bytes - done));
    }
    zip.closeEntry();
  }
}
