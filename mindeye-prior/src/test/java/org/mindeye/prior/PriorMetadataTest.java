// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.testkit.BrokenDocuments;
import org.mindeye.testkit.BrokenDocuments.Broken;
import org.mindeye.testkit.FreshManager;

/** What a file notes about its prior is what is loaded. */
class PriorMetadataTest {
  /** Another schedule and another scale than published. */
  private static final DiffusionConfig PROCESS =
      new DiffusionConfig(25, BetaSchedule.LINEAR, 1.5, 0.3, 0.4);

  private static final TransformerConfig LAYERS =
      new TransformerConfig(1, 2, 8, 2, false, 0.1, 0.2);

  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path file;
  private final PriorConfig shape = new PriorConfig(new ClipSpace(3, 12), LAYERS);
  private final FinalLayerPriorConfig last = new FinalLayerPriorConfig(12, 4, 30, LAYERS);

  @BeforeEach
  void open() {
    file = folder.resolve("last.safetensors");
  }

  private static <N extends DenoisingNetwork> N initialized(N network) {
    network.initialize(Device.cpu(), NoiseSource.seeded(3));
    return network;
  }

  private static String noted(String kind, Record network, DiffusionConfig process) {
    Map<String, Object> networks = new LinkedHashMap<>();
    if (network != null) {
      networks.put(kind, network);
    }
    if (process != null) {
      networks.put("process", process);
    }
    return DocumentWriter.line(networks);
  }

  private void write(DenoisingNetwork network, NoiseSchedule schedule, String noted)
      throws IOException {
    Map<String, NDArray> tensors = new LinkedHashMap<>(SavedPriors.model(manager, network, COSINE));
    if (schedule == null) {
      tensors.keySet().removeIf(name -> name.startsWith("noise_scheduler."));
    } else {
      tensors.putAll(SavedPriors.model(manager, network, schedule));
    }
    WeightFiles.write(file, tensors, Map.of(BackboneConfig.METADATA, noted));
  }

  private static final NoiseSchedule COSINE = NoiseSchedule.of(BetaSchedule.COSINE, 25);

  private float[] sample(DiffusionPrior prior) {
    Shape shape = new Shape(2, prior.network().space().tokens(), 12);
    BrainTokens tokens = BrainTokens.of(NoiseSource.seeded(5).normal(manager, shape));
    return prior.sample(tokens, NoiseSource.seeded(6), manager).array().toFloatArray();
  }

  @Test
  void should_give_the_samples_of_the_prior_that_was_saved() throws Exception {
    for (NoiseSchedule saved : new NoiseSchedule[] {PROCESS.noiseSchedule(), null}) {
      try (DiffusionPrior written =
          DiffusionPrior.of(initialized(new PriorNetwork(shape)), PROCESS)) {
        write(written.network(), saved, noted("prior", shape, PROCESS));
        DiffusionPrior[] opened = new DiffusionPrior[1];
        assertThat(SavedPriors.logged(() -> opened[0] = DiffusionPrior.load(file, Device.cpu())))
            .isEmpty();
        try (DiffusionPrior loaded = opened[0]) {
          assertThat(loaded.config()).isEqualTo(PROCESS);
          assertThat(((PriorNetwork) loaded.network()).config()).isEqualTo(shape);
          assertThat(sample(loaded)).isEqualTo(sample(written));
        }
      }
    }
  }

  @Test
  void should_give_the_samples_of_a_final_layer_prior_that_was_saved() throws Exception {
    try (DiffusionPrior written =
        DiffusionPrior.of(initialized(new FinalLayerPriorNetwork(last)), PROCESS)) {
      write(written.network(), null, noted("finalLayerPrior", last, PROCESS));
      try (DiffusionPrior loaded = DiffusionPrior.load(file, Device.cpu())) {
        assertThat(loaded.config()).isEqualTo(PROCESS);
        assertThat(((FinalLayerPriorNetwork) loaded.network()).config()).isEqualTo(last);
        assertThat(sample(loaded)).isEqualTo(sample(written));
      }
    }
  }

  @Test
  void should_read_each_part_by_itself() throws IOException {
    try (PriorNetwork network = initialized(new PriorNetwork(shape))) {
      write(network, COSINE, noted("prior", shape, null));
      try (StateDict weights = WeightFiles.open(file)) {
        assertThat(PriorConfig.of(weights)).isEqualTo(shape);
        assertThat(DiffusionConfig.of(weights))
            .isEqualTo(DiffusionConfig.paper(12).withSchedule(BetaSchedule.COSINE, 25));
      }
      write(network, null, noted("prior", null, PROCESS));
      try (StateDict weights = WeightFiles.open(file)) {
        assertThat(PriorConfig.of(weights).transformer())
            .isEqualTo(new TransformerConfig(1, 2, 8, 2, false, 0, 0));
        assertThat(DiffusionConfig.of(weights)).isEqualTo(PROCESS);
      }
      write(network, COSINE, "{\"backbone\":{}}");
      try (StateDict weights = WeightFiles.open(file)) {
        assertThat(DiffusionConfig.of(weights).timesteps()).isEqualTo(25);
      }
    }
  }

  private void assertRefused(
      DenoisingNetwork network, NoiseSchedule saved, String noted, String... parts)
      throws IOException {
    write(network, saved, noted);
    assertThatThrownBy(() -> DiffusionPrior.load(file, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContainingAll(parts);
  }

  @Test
  void should_refuse_a_part_it_does_not_know() throws IOException {
    try (PriorNetwork network = initialized(new PriorNetwork(shape))) {
      String more = noted("prior", shape, PROCESS).replaceFirst("\"process\"", "\"proces\"");
      assertRefused(
          network,
          COSINE,
          more,
          "metadata mindeye.model: expected fields of [backbone, prior, finalLayerPrior, process]"
              + " but found unknown [proces]; ");
      try (StateDict weights = WeightFiles.open(file)) {
        assertThatThrownBy(() -> PriorConfig.of(weights)).hasMessageContaining("unknown [proces]");
        assertThatThrownBy(() -> DiffusionConfig.of(weights))
            .hasMessageContaining("unknown [proces]");
      }
    }
  }

  @Test
  void should_refuse_metadata_that_tensors_contradict() throws IOException {
    try (PriorNetwork network = initialized(new PriorNetwork(shape));
        FinalLayerPriorNetwork other = initialized(new FinalLayerPriorNetwork(last))) {
      assertRefused(
          network,
          COSINE,
          noted("prior", shape, PROCESS),
          "tensor 'noise_scheduler.betas': expected the schedule that its metadata notes, LINEAR over"
              + " 25 timesteps but found COSINE over 25 timesteps");
      assertRefused(
          network,
          COSINE,
          noted("prior", shape.withSpace(new ClipSpace(4, 12)), null),
          "space=4x12",
          "as its metadata says, but found",
          "space=3x12");
      assertRefused(
          network,
          COSINE,
          noted("finalLayerPrior", last, null),
          "metadata mindeye.model: expected a 'prior', as the tensors are of one, but found a"
              + " 'finalLayerPrior'");
      assertRefused(
          other,
          COSINE,
          noted("prior", shape, null),
          "expected a 'finalLayerPrior', as the tensors are of one, but found a 'prior'");
      assertRefused(
          other,
          null,
          noted("finalLayerPrior", last, PROCESS.withSchedule(BetaSchedule.COSINE, 31)),
          "metadata mindeye.model: process: expected at most the 30 timesteps of"
              + " to_time_embeds.0.weight but found 31");
      assertRefused(
          network,
          null,
          noted("prior", shape, new DiffusionConfig(5, BetaSchedule.LINEAR, 1, 0, 0)),
          "process: expected a noise schedule but found timesteps: 5 are too few");
    }
  }

  @Test
  void should_not_let_a_given_process_contradict_the_noted_one() throws IOException {
    try (PriorNetwork network = initialized(new PriorNetwork(shape))) {
      write(network, null, noted("prior", shape, PROCESS));
      DiffusionConfig otherDropping = PROCESS.withDropout(0, 0);
      try (DiffusionPrior loaded = DiffusionPrior.load(file, otherDropping, Device.cpu())) {
        assertThat(loaded.config()).isEqualTo(otherDropping);
      }
      DiffusionConfig otherScale = new DiffusionConfig(25, BetaSchedule.LINEAR, 2, 0, 0);
      assertThatThrownBy(() -> DiffusionPrior.load(file, otherScale, Device.cpu()))
          .isInstanceOf(MalformedFileException.class)
          .hasMessage(
              file
                  + ": metadata mindeye.model: process: expected the process given, LINEAR over 25"
                  + " timesteps with scale 2.0, but found LINEAR over 25 timesteps with scale 1.5;"
                  + " give that, or leave it out");
      DiffusionConfig longer = PROCESS.withSchedule(BetaSchedule.LINEAR, 26);
      assertThatThrownBy(() -> DiffusionPrior.load(file, longer, Device.cpu()))
          .hasMessageContaining("LINEAR over 26 timesteps");
    }
  }

  @Test
  void should_name_every_key_that_is_missing_null_or_unknown() throws IOException {
    try (PriorNetwork network = initialized(new PriorNetwork(shape));
        FinalLayerPriorNetwork other = initialized(new FinalLayerPriorNetwork(last))) {
      assertEveryKeyIsNamed(network, noted("prior", shape, PROCESS));
      assertEveryKeyIsNamed(other, noted("finalLayerPrior", last, PROCESS));
    }
  }

  private void assertEveryKeyIsNamed(DenoisingNetwork network, String whole) throws IOException {
    for (Broken broken : BrokenDocuments.of(whole, "schema")) {
      boolean part = broken.what().equals("missing") && !broken.key().contains(".");
      if (!part && !broken.key().equals(BrokenDocuments.SURPRISE)) {
        assertRefused(network, null, broken.json(), "metadata mindeye.model: ", broken.key());
      }
    }
  }
}
