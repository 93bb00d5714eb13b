// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.testkit.FormatError;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.ParityWeights;
import org.mindeye.testkit.TensorAssert;
import org.mindeye.testkit.TestEngine;

/** The backbone whose weights are kept in each format. */
class BackbonePrecisionTest {
  private static final Golden GOLDEN = Golden.open("/golden/high-level.safetensors");
  private static final Device CPU = Device.cpu();
  private static final BackboneConfig SMALL =
      BackboneConfig.paper(50).withHidden(40).withSpace(new ClipSpace(5, 16)).withProjector(32);

  @FreshManager private NDManager owner;
  @TempDir private Path folder;

  private static BackboneConfig golden() {
    return BackboneConfig.paper(GOLDEN.number("backbone", "voxels"))
        .withHidden(GOLDEN.number("backbone", "hidden"))
        .withBlocks(GOLDEN.number("backbone", "blocks"))
        .withSpace(
            new ClipSpace(GOLDEN.number("backbone", "tokens"), GOLDEN.number("backbone", "width")));
  }

  private Path save(ResidualMlpBackbone backbone) throws IOException {
    Path file = folder.resolve("backbone.safetensors");
    WeightFiles.write(file, backbone, Map.of());
    return file;
  }

  private Path drawn(BackboneConfig config, long seed) throws IOException {
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(config)) {
      backbone.initialize(CPU, NoiseSource.seeded(seed));
      return save(backbone);
    }
  }

  private VoxelBatch voxels(int batch) {
    return VoxelBatch.of(NoiseSource.seeded(2).normal(owner, new Shape(batch, SMALL.voxels())));
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, 1e-6", "BFLOAT16, 0.01", "INT8_WEIGHTS, 0.01"})
  void should_project_many_tokens_part_by_part_as_if_at_once(Precision precision, double allowed)
      throws IOException {
    BackboneConfig config = SMALL.withSpace(new ClipSpace(700, 16));
    try (StateDict weights = WeightFiles.open(drawn(config, 1));
        ResidualMlpBackbone backbone = ResidualMlpBackbone.load(weights, config, precision, CPU)) {
      VoxelBatch many = voxels(6); // 4,200 tokens
      NDArray projected = backbone.forward(many, Mode.eval()).projected().array();
      for (int i = 0; i < many.batch(); i++) {
        VoxelBatch one = VoxelBatch.of(many.array().get(i + ":" + (i + 1)));
        NDArray alone = backbone.forward(one, Mode.eval()).projected().array();
        TensorAssert.assertThat(projected.get(i)).isWithinRelativeL2(alone.toFloatArray(), allowed);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void should_be_near_the_golden_tokens(Precision precision) throws IOException {
    Path file;
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(golden())) {
      backbone.initialize(CPU, NoiseSource.seeded(1));
      ParityWeights.asGenerated().fill(backbone.getParameters());
      file = save(backbone);
    }
    try (StateDict weights = WeightFiles.open(file);
        ResidualMlpBackbone backbone =
            ResidualMlpBackbone.load(weights, golden(), precision, CPU)) {
      int batch = Integer.parseInt(GOLDEN.metadata("batch"));
      Shape shape = new Shape(batch, golden().voxels());
      VoxelBatch voxels = VoxelBatch.of(ParityGenerator.input(owner, GOLDEN.seedBase(), shape));
      BrainEmbedding brain = backbone.forward(voxels, Mode.eval());
      assertThat(backbone.precision()).isEqualTo(precision);
      assertThat(brain.tokens().array().getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(brain.projected().array().getDataType()).isEqualTo(DataType.FLOAT32);
      TensorAssert.assertThat(brain.tokens().array())
          .matches(GOLDEN, "backbone.tokens", FormatError.BACKBONE_TOKENS, precision, 1e-5);
      TensorAssert.assertThat(brain.projected().array())
          .matches(GOLDEN, "backbone.projected", FormatError.BACKBONE_PROJECTED, precision, 1e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void should_rank_as_in_float32(long seed) throws IOException {
    Path file = drawn(SMALL, seed);
    NDArray gallery;
    try (BackboneEncoder exact = BackboneEncoder.load(file, CPU)) {
      gallery = vectors(exact, 60);
    }
    try (BackboneEncoder half = BackboneEncoder.load(file, Precision.BFLOAT16, CPU);
        BackboneEncoder integers = BackboneEncoder.load(file, Precision.INT8_WEIGHTS, CPU)) {
      assertThat(half.precision()).isEqualTo(Precision.BFLOAT16);
      long[] each = owner.arange(0, 60, 1, DataType.INT64).toLongArray();
      assertThat(nearest(half, gallery)).isEqualTo(each);
      assertThat(nearest(integers, gallery)).isEqualTo(each);
    }
  }

  private NDArray vectors(BackboneEncoder encoder, int batch) {
    return encoder.encode(voxels(batch), owner).projected().toUnitVectors().array();
  }

  private long[] nearest(BackboneEncoder encoder, NDArray gallery) {
    return vectors(encoder, 60).matMul(gallery.transpose()).argMax(1).toLongArray();
  }

  @Test
  void should_round_integers_alike_from_a_file_and_from_memory() throws IOException {
    // The first layer is read in two windows.
    BackboneConfig wide = SMALL.withHidden(300);
    BackboneConfig config =
        new BackboneConfig(20_000, wide.space(), wide.trunk(), wide.projector());
    Path file = drawn(config, 1);
    try (ResidualMlpBackbone expected = new ResidualMlpBackbone(config);
        StateDict weights = WeightFiles.open(file)) {
      expected.storeIn(Precision.INT8_WEIGHTS);
      expected.initialize(CPU, NoiseSource.seeded(1));
      try (ResidualMlpBackbone loaded =
          ResidualMlpBackbone.load(weights, Precision.INT8_WEIGHTS, CPU)) {
        assertThat(loaded.config()).isEqualTo(config);
        assertThat(loaded.quantized().keySet())
            .contains("lin0.0.weight", "mlp.3.0.weight", "lin1.weight")
            .noneMatch(name -> name.startsWith("projector"));
        loaded
            .quantized()
            .forEach(
                (name, weight) -> {
                  assertThat(loaded.arrays().get(name).toByteArray())
                      .as(name)
                      .isEqualTo(expected.arrays().get(name).toByteArray());
                  assertThat(scales(weight.scales()))
                      .as(name)
                      .isEqualTo(scales(expected.quantized().get(name).scales()));
                });
      }
    }
  }

  private static float[] scales(NDArray scales) {
    try (NDArray wide = DataTypes.convert(scales, DataType.FLOAT32)) {
      return wide.toFloatArray();
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void should_leave_nothing_behind(Precision precision) throws IOException {
    Path file = drawn(SMALL, 1);
    try (BackboneEncoder encoder = BackboneEncoder.load(file, precision, CPU)) {
      LeakCheck.assertNoLeak(
          () -> {
            try (NDManager call = Torch.newManager(CPU)) {
              Shape shape = new Shape(2, SMALL.voxels());
              encoder.encode(VoxelBatch.of(NoiseSource.seeded(2).normal(call, shape)), call);
            }
          });
    }
    LeakCheck.assertNoLeak(
        10,
        () -> {
          try (StateDict weights = WeightFiles.open(file)) {
            ResidualMlpBackbone.load(weights, precision, CPU).close();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "FLOAT32", mode = EnumSource.Mode.EXCLUDE)
  void should_give_bit_equal_results_in_eight_threads(Precision precision) throws Exception {
    try (BackboneEncoder encoder = BackboneEncoder.load(drawn(SMALL, 1), precision, CPU)) {
      VoxelBatch voxels = voxels(3);
      float[] expected = encoder.encode(voxels, owner).projected().array().toFloatArray();
      Callable<Boolean> repeat =
          () -> {
            boolean equal = true;
            for (int i = 0; i < 10; i++) {
              try (NDManager call = TestEngine.newManager()) {
                float[] actual = encoder.encode(voxels, call).projected().array().toFloatArray();
                equal &= Arrays.equals(actual, expected);
              }
            }
            return equal;
          };
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        List<Future<Boolean>> answers = threads.invokeAll(Collections.nCopies(8, repeat));
        for (Future<Boolean> answer : answers) {
          assertThat(answer.get()).isTrue();
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @Test
  void should_refuse_a_missing_format_before_the_file_is_read() {
    Path missing = folder.resolve("missing.safetensors");
    assertThatThrownBy(() -> BackboneEncoder.load(missing, null, CPU))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("precision");
  }
}
