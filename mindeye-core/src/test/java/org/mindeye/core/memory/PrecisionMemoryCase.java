// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.memory;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.StringJoiner;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.BackboneMemory;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipMemory;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.testkit.PeakMemory;

/**
 * Published networks loaded in a format, or drawn in it, and applied to 32 samples, and what that
 * should need.
 */
enum PrecisionMemoryCase {
  BACKBONE_FLOAT32(Precision.FLOAT32),
  BACKBONE_BFLOAT16(Precision.BFLOAT16),
  BACKBONE_INT8(Precision.INT8_WEIGHTS),
  DRAWN_BACKBONE_BFLOAT16(Precision.BFLOAT16),
  DRAWN_BACKBONE_INT8(Precision.INT8_WEIGHTS),
  CLIP_FLOAT32(Precision.FLOAT32),
  CLIP_BFLOAT16(Precision.BFLOAT16);

  private static final BackboneConfig BACKBONE = BackboneConfig.paper(15_724);
  private static final VisionTransformerConfig CLIP = VisionTransformerConfig.vitL14();
  private static final int BATCH = 32;

  private final Precision precision;

  PrecisionMemoryCase(Precision precision) {
    this.precision = precision;
  }

  private boolean isClip() {
    return name().startsWith("CLIP");
  }

  MemoryEstimate estimate() {
    return isClip()
        ? ClipMemory.inference(CLIP, precision, BATCH)
        : BackboneMemory.inference(BACKBONE, precision, BATCH);
  }

  void write(Path file) throws IOException {
    try (Network network =
        isClip() ? new ClipVisionTransformer(CLIP) : new ResidualMlpBackbone(BACKBONE)) {
      write(network, file);
    }
  }

  /** A file of zeros that takes no room on the disk, where that knows holes. */
  static void write(Network network, Path file) throws IOException {
    StringJoiner header = new StringJoiner(",", "{", "}");
    long[] end = {0};
    network
        .getParameters()
        .forEach(
            entry -> {
              Shape shape = entry.getValue().getShape();
              long begin = end[0];
              end[0] += shape.size() * Float.BYTES;
              header.add(
                  "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                      .formatted(entry.getKey(), Arrays.toString(shape.getShape()), begin, end[0]));
            });
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(text.length);
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.write(length.array());
      content.write(text);
      content.setLength(Long.BYTES + text.length + end[0]);
    }
  }

  private void run(Path file, NDManager owner) throws IOException {
    if (isClip()) {
      try (ClipImageEncoder encoder = ClipImageEncoder.load(file, CLIP, precision, Device.cpu())) {
        encoder.encodeTokens(ImageBatch.of(owner.ones(new Shape(BATCH, 3, 224, 224))), owner);
      }
    } else {
      try (BackboneEncoder encoder = encoder(file)) {
        encoder.encode(VoxelBatch.of(owner.ones(new Shape(BATCH, BACKBONE.voxels()))), owner);
      }
    }
  }

  private BackboneEncoder encoder(Path file) throws IOException {
    if (!name().startsWith("DRAWN")) {
      return BackboneEncoder.load(file, precision, Device.cpu());
    }
    ResidualMlpBackbone backbone = new ResidualMlpBackbone(BACKBONE);
    backbone.storeIn(precision);
    backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
    return BackboneEncoder.of(backbone);
  }

  public static void main(String[] arguments) throws IOException {
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      valueOf(arguments[0]).run(Path.of(arguments[1]), owner);
    }
    System.out.println(PeakMemory.ofThisProcess());
  }
}
