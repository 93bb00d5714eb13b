// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.cli.console.PrecisionNames;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.testkit.FreshManager;

/** The commands that load weights do it in the format that is asked for. */
class PrecisionOptionTest {
  private static final BackboneConfig SHAPE =
      BackboneConfig.paper(40).withHidden(64).withSpace(new ClipSpace(3, 16)).withProjector(32);

  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path weights;
  private Path voxels;

  @BeforeEach
  void write() throws IOException {
    weights = folder.resolve("w.safetensors");
    voxels = folder.resolve("voxels.npy");
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(SHAPE)) {
      backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
      WeightFiles.write(weights, backbone, Map.of());
    }
    float[] response = new float[SHAPE.voxels()];
    NoiseSource.seeded(2).normal(response);
    Npy.write(voxels, HeapArray.ofFloats(response, 1, SHAPE.voxels()));
  }

  private float[] projected(String precision) throws IOException {
    Path config = folder.resolve("c.json");
    Path inputs = folder.resolve("in.safetensors");
    Path output = folder.resolve("out.safetensors");
    Files.writeString(config, DocumentWriter.text(SHAPE));
    Shape shape = new Shape(2, SHAPE.voxels());
    WeightFiles.write(
        inputs, Map.of("voxels", NoiseSource.seeded(3).normal(manager, shape)), Map.of());
    CommandRun run =
        CommandRun.of(
            "forward",
            "backbone",
            "--config=" + config,
            "--weights=" + weights,
            "--inputs=" + inputs,
            "--output=" + output,
            "--precision=" + precision);
    assertThat(run.err()).isEmpty();
    try (StateDict file = WeightFiles.open(output)) {
      return file.load("projected", manager).toFloatArray();
    }
  }

  @ParameterizedTest
  @CsvSource({"bfloat16, 0.02", "INT8_WEIGHTS, 0.03"})
  void should_compute_nearly_the_same_in_every_format(String precision, double most)
      throws IOException {
    float[] exact = projected("float32");
    float[] rounded = projected(precision);

    double error = 0;
    double size = 0;
    for (int i = 0; i < exact.length; i++) {
      error += Math.pow(rounded[i] - exact[i], 2);
      size += Math.pow(exact[i], 2);
    }
    assertThat(Math.sqrt(error / size)).isPositive().isLessThan(most);
  }

  @ParameterizedTest
  @CsvSource({"float32", "BFLOAT16", "int8_weights", "fastest"})
  void should_find_pictures_in_every_format(String precision) throws IOException {
    Path gallery = folder.resolve("gallery.npy");
    float[] tokens = new float[4 * SHAPE.space().size()];
    NoiseSource.seeded(4).normal(tokens);
    Npy.write(gallery, HeapArray.ofFloats(tokens, 4, 3, 16));

    CommandRun run =
        CommandRun.of(
            "retrieve",
            "--weights=" + weights,
            "--voxels=" + voxels,
            "--gallery=" + gallery,
            "--top=1",
            "--precision=" + precision);

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("1 response, each compared with 4 pictures");
    if (precision.equals("fastest")) {
      assertThat(run.err()).matches("precision: (FLOAT32|BFLOAT16): .*\\R");
    } else {
      assertThat(run.err()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "retrieve --weights w --voxels v --gallery . --clip c --precision half | --precision:"
            + " expected one of FLOAT32, BFLOAT16, INT8_WEIGHTS but was 'half'",
        "embed --weights w --data d --subject 1 --split test --out o.npz --prior --precision"
            + " INT8_WEIGHTS | --precision: INT8_WEIGHTS is for the backbone alone; --prior takes"
            + " BFLOAT16",
        "forward losses --loss clip --temperature 1 --inputs i --output o.safetensors --precision"
            + " bfloat16 | losses does not take --precision",
        "forward clip --weights w --inputs i --output o.safetensors --precision int8_weights |"
            + " --precision: clip takes [FLOAT32, BFLOAT16]",
        "forward prior --config c --weights w --inputs i --output o.safetensors --precision"
            + " int8_weights | --precision: prior takes [FLOAT32, BFLOAT16]",
        "train --print-config --precision half | --precision: expected one of FLOAT32, BFLOAT16,"
            + " INT8_WEIGHTS but was 'half'",
        "train-lowlevel --print-config --precision half | --precision: expected one of FLOAT32,"
            + " BFLOAT16, INT8_WEIGHTS but was 'half'",
      })
  void should_refuse_before_any_work(String typed, String said) {
    CommandRun run = CommandRun.of((Object[]) typed.split(" "));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines()).singleElement().asString().contains(said);
  }

  @Test
  void should_refuse_formats_that_a_gpu_does_not_offer() {
    PrecisionNames.requireOffered(Precision.FLOAT32, Device.gpu(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PrecisionNames.requireOffered(Precision.BFLOAT16, Device.gpu(0)))
        .withMessage(
            "--precision: BFLOAT16 is not offered on GPUs until it can be tested there; give"
                + " FLOAT32, or --device cpu");
  }

  @Test
  void should_read_several_names_once_each() {
    assertThat(PrecisionNames.several("int8_weights, FLOAT32,float32"))
        .containsExactly(Precision.FLOAT32, Precision.INT8_WEIGHTS);
  }
}
