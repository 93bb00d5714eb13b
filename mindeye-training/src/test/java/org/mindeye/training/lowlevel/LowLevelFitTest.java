// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextConfig;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.LowLevelNetwork;

/** What does not fit together is refused before the first step. */
class LowLevelFitTest {
  private static final LowLevelTrainingConfig CONFIG = TinyLowLevel.config();

  private AutoencoderKl autoencoder;
  private LowLevelNetwork network;

  @BeforeEach
  void open() {
    autoencoder = TinyLowLevel.autoencoder(2);
    network = TinyLowLevel.network(1);
  }

  @AfterEach
  void close() {
    autoencoder.close();
    network.close();
  }

  private LowLevelSplit split(Split split, int first, int side) {
    return LowLevelSplit.encode(split, TinyLowLevel.trials(first, 4), autoencoder, side);
  }

  private LowLevelSplit training() {
    return split(Split.TRAIN, 0, 16);
  }

  private LowLevelSplit validation() {
    return split(Split.VALIDATION, 50, 16);
  }

  private void assertRefused(
      ConvNextTeacher teacher,
      LowLevelSplit training,
      LowLevelSplit validation,
      Class<? extends Exception> type,
      String message) {
    LowLevelTrainer plain = new LowLevelTrainer(CONFIG);
    LowLevelTrainer trainer = teacher == null ? plain : plain.withTeacher(teacher);
    assertThatThrownBy(() -> trainer.train(network, training, validation))
        .isInstanceOf(type)
        .hasMessageContaining(message);
  }

  private void assertRefused(LowLevelSplit training, LowLevelSplit validation, String message) {
    assertRefused(null, training, validation, IllegalArgumentException.class, message);
  }

  @Test
  void should_never_choose_by_the_test_split() {
    assertRefused(training(), split(Split.TEST, 50, 16), "the test split cannot choose a model");
    assertRefused(validation(), validation(), "training split: expected train but was validation");
    assertRefused(training(), training(), "validation split: expected validation but was train");
    assertRefused(
        null,
        training(),
        split(Split.VALIDATION, 3, 16),
        MindEyeException.class,
        "expected no image in two splits but train and validation share 1, coco ids 3");
  }

  @Test
  void should_refuse_splits_of_two_autoencoders_or_sides() {
    assertRefused(
        training(),
        split(Split.VALIDATION, 50, 32),
        "validation split: expected images of side 16, encoded by the autoencoder of the training"
            + " split, but they are of side 32, encoded by "
            + validation().autoencoderDigest());
    try (AutoencoderKl other = TinyLowLevel.autoencoder(5)) {
      assertRefused(
          training(), TinyLowLevel.validation(other), "validation split: expected images of side");
    }
  }

  @Test
  void should_refuse_latents_of_another_size() {
    assertRefused(
        split(Split.TRAIN, 0, 32),
        split(Split.VALIDATION, 50, 32),
        "latents: the network predicts 4 channels of side 8 but images of side 32 have 4 of side"
            + " 16; encode images of side 16 with an autoencoder of 4 latent channels");
  }

  @Test
  void should_refuse_other_voxels() {
    List<Trial> trials = new ArrayList<>(TinyLowLevel.trials(0, 3));
    trials.replaceAll(trial -> TinyLowLevel.trial((int) trial.cocoId(), 7));
    assertRefused(
        null,
        LowLevelSplit.encode(Split.TRAIN, trials, autoencoder, 16),
        validation(),
        ShapeMismatchException.class,
        "train sample sample0: expected the 9 voxels that the network reads but found 7");
  }

  @Test
  void should_refuse_a_contrastive_loss_without_a_fitting_teacher() {
    String begin = "objective: contrastive has the weight 0.1 but ";
    assertRefused(
        training(),
        validation(),
        begin + "there is no teacher; give one, or train with objective.withoutTeacher()");
    BiFunction<ConvNextConfig, String, Void> refused =
        (config, found) -> {
          try (ConvNextTeacher teacher = TinyLowLevel.drawn(new ConvNextTeacher(config), 3)) {
            assertRefused(
                teacher,
                training(),
                validation(),
                IllegalArgumentException.class,
                "teacher: expected features of 2 x 2 positions, 512 wide, for images of side 16"
                    + " but it divides sides by "
                    + found
                    + " wide; choose a teacher that fits");
          }
          return null;
        };
    refused.apply(
        new ConvNextConfig(List.of(1, 1, 1), List.of(4, 4, 4), 512), "16 and its features are 512");
    refused.apply(new ConvNextConfig(List.of(1, 1), List.of(4, 4), 8), "8 and its features are 8");
    network.close();
    network = TinyLowLevel.drawn(new LowLevelNetwork(TinyLowLevel.SHAPE.withoutMapsProjector()), 1);
    try (ConvNextTeacher teacher = TinyLowLevel.teacher()) {
      assertRefused(
          teacher,
          training(),
          validation(),
          IllegalArgumentException.class,
          begin + "the network has no projector, which upsampling X4 alone can have");
    }
  }
}
