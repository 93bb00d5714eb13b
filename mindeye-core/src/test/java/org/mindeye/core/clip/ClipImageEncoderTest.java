// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;
import org.mindeye.testkit.TestEngine;

class ClipImageEncoderTest {
  private static final ClipEncoderConfig PAPER = ClipEncoderConfig.paper(ClipFixtures.MINI);

  @FreshManager private static NDManager manager;
  private static ClipVisionTransformer network;
  private static ClipImageEncoder encoder;

  @BeforeAll
  static void open() {
    network = ClipFixtures.miniNetwork();
    encoder = ClipImageEncoder.of(network);
  }

  @AfterAll
  static void close() {
    encoder.close();
    encoder.close();
  }

  @Test
  void should_divide_tokens_by_the_class_norm_as_the_original() {
    NDArray tokens = encoder.encodeTokens(ClipFixtures.goldenImages(manager), manager).array();
    TensorAssert.assertThat(tokens).matches(ClipFixtures.GOLDEN, "clip.tokens_clsnorm", 1e-4);
    assertThat(tokens.get("0, 0").norm().getFloat()).isCloseTo(1, within(1e-6f));
  }

  @Test
  void should_return_the_pooled_embedding_as_clip_writes_it() {
    NDArray pooled = encoder.encodePooled(ClipFixtures.goldenImages(manager), manager).array();
    TensorAssert.assertThat(pooled)
        .hasShape(2, 1, 24)
        .isWithinRelativeL2(ClipFixtures.GOLDEN.floats("clip.image_embeds"), 1e-4);
  }

  @Test
  void should_refuse_pixels_that_are_not_finite() {
    NDArray images = ClipFixtures.goldenImages(manager).array().duplicate();
    images.set(new NDIndex("1, 2, 3, 4"), Float.NaN);
    assertThatThrownBy(() -> encoder.encodeTokens(ImageBatch.of(images), manager))
        .isInstanceOf(NotFiniteException.class)
        .hasMessage(
            "images: expected finite numbers but 1 are NaN or infinite, in 1 of 2 samples (number 1,"
                + " from 0); decode or repair these pictures again");
  }

  @Test
  void should_return_unit_vectors() {
    NDArray vectors = encoder.encodeVectors(ClipFixtures.goldenImages(manager), manager).array();
    NDArray expected = ClipFixtures.GOLDEN.array(manager, "clip.image_embeds").normalize(2, 1);
    TensorAssert.assertThat(vectors)
        .hasShape(2, 24)
        .isWithinRelativeL2(expected.toFloatArray(), 1e-4);
  }

  @Test
  void should_clamp_before_normalising_when_asked() {
    ClipImageEncoder clamped =
        ClipImageEncoder.of(network, PAPER.withClamp(EmbeddingClamp.MIND_READER));
    ImageBatch images = ClipFixtures.goldenImages(manager);
    NDArray plain = encoder.encodePooled(images, manager).array();
    assertThat(plain.max().getFloat()).isGreaterThan(1.5f);
    NDArray limited = plain.clip(-1.5, 1.5);
    assertThat(clamped.encodePooled(images, manager).array()).isEqualTo(limited);
    assertThat(clamped.encodeVectors(images, manager).array())
        .isEqualTo(limited.reshape(2, 24).normalize(2, 1));
    assertThat(clamped.encodeTokens(images, manager).array().get("0, 0").norm().getFloat())
        .isCloseTo(1, within(1e-6f));
  }

  @Test
  void should_give_the_same_embeddings_in_chunks() {
    ImageBatch images = ClipFixtures.images(manager, 9, 7, 60, 70);
    float[] expected = encoder.encodeTokens(images, manager).array().toFloatArray();
    for (int chunk : new int[] {1, 2, 7, 100}) {
      ClipImageEncoder chunked = ClipImageEncoder.of(network, PAPER.withChunk(chunk));
      TensorAssert.assertThat(chunked.encodeTokens(images, manager).array())
          .hasShape(7, 17, 24)
          .isWithinRelativeL2(expected, 1e-6);
    }
  }

  @Test
  void should_use_the_preprocessing_it_is_given() {
    ImageBatch images = ClipFixtures.images(manager, 9, 1, 120, 120);
    ClipPreprocessing smooth = new ClipPreprocessing(56, Antialias.ON);
    ClipImageEncoder other = ClipImageEncoder.of(network, PAPER.withPreprocessing(smooth));
    NDArray expected = network.forward(smooth.apply(images)).imageEmbeds();
    assertThat(other.encodePooled(images, manager).array().reshape(1, 24)).isEqualTo(expected);
    assertThat(encoder.encodePooled(images, manager).array().reshape(1, 24)).isNotEqualTo(expected);
  }

  @Test
  void should_have_one_fingerprint_for_the_same_results() {
    ClipVisionTransformer same = ClipFixtures.miniNetwork();
    ClipFingerprint fingerprint = encoder.fingerprint();
    assertThat(fingerprint.weights()).matches("[0-9a-f]{64}");
    assertThat(ClipImageEncoder.of(network, PAPER.withChunk(1)).fingerprint())
        .isEqualTo(fingerprint);
    assertThat(
            ClipImageEncoder.of(network, PAPER.withClamp(EmbeddingClamp.MIND_READER)).fingerprint())
        .isNotEqualTo(fingerprint);
    ClipPreprocessing smooth = PAPER.preprocessing().withAntialias(Antialias.ON);
    assertThat(ClipImageEncoder.of(network, PAPER.withPreprocessing(smooth)).fingerprint())
        .isNotEqualTo(fingerprint);
    try (ClipImageEncoder other = ClipImageEncoder.of(same)) {
      assertThat(other.fingerprint()).isEqualTo(fingerprint);
    }
    ClipVisionTransformer changed = ClipFixtures.miniNetwork();
    changed.trainable().get(3).getArray().addi(1e-3f);
    try (ClipImageEncoder other = ClipImageEncoder.of(changed)) {
      assertThat(other.fingerprint().weights()).isNotEqualTo(fingerprint.weights());
    }
  }

  @Test
  void should_know_its_spaces_and_device() {
    assertThat(encoder.space()).isEqualTo(new ClipSpace(17, 24));
    assertThat(encoder.finalSpace()).isEqualTo(new ClipSpace(1, 24));
    assertThat(encoder.device()).isEqualTo(Device.cpu());
  }

  @Test
  void should_hand_the_result_to_its_owner_without_a_graph() {
    ImageBatch images = ClipFixtures.images(manager, 9, 1, 56, 56);
    try (NDManager owner = manager.newSubManager();
        GradMode on = GradMode.on()) {
      NDArray tokens = encoder.encodeTokens(images, owner).array();
      assertThat(tokens.getManager()).isSameAs(owner);
      assertThat(tokens.hasGradient()).isFalse();
    }
    assertThat(images.array().isReleased()).isFalse();
  }

  @Test
  void should_leave_only_the_result_behind() {
    ImageBatch images = ClipFixtures.images(manager, 9, 3, 60, 70);
    ClipImageEncoder chunked = ClipImageEncoder.of(network, PAPER.withChunk(2));
    LeakCheck.assertNoLeak(() -> chunked.encodeTokens(images, manager).array().close());
    LeakCheck.assertNoLeak(() -> encoder.encodePooled(images, manager).array().close());
    LeakCheck.assertNoLeak(() -> encoder.encodeVectors(images, manager).array().close());
  }

  @Test
  void should_give_bit_equal_results_in_eight_threads() throws Exception {
    ImageBatch images = ClipFixtures.images(manager, 9, 3, 60, 70);
    float[] expected = encoder.encodeTokens(images, manager).array().toFloatArray();
    Callable<Boolean> repeat =
        () -> {
          boolean equal = true;
          for (int i = 0; i < 10; i++) {
            try (NDManager owner = TestEngine.newManager()) {
              float[] actual = encoder.encodeTokens(images, owner).array().toFloatArray();
              equal &= java.util.Arrays.equals(actual, expected);
            }
          }
          return equal;
        };
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> answers =
          new ArrayList<>(threads.invokeAll(java.util.Collections.nCopies(8, repeat)));
      for (Future<Boolean> answer : answers) {
        assertThat(answer.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void should_refuse_a_preprocessing_of_another_size() {
    ClipEncoderConfig config = PAPER.withPreprocessing(ClipPreprocessing.paper());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClipImageEncoder.of(network, config))
        .withMessage("preprocessing.size: the network reads 56 pixels per side but was 224");
  }

  @Test
  void should_refuse_an_empty_chunk() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PAPER.withChunk(0))
        .withMessage("chunk: expected at least 1 but was 0");
  }

  @Test
  void should_refuse_a_network_without_weights() {
    ClipVisionTransformer empty = new ClipVisionTransformer(ClipFixtures.MINI);
    assertThatIllegalStateException()
        .isThrownBy(() -> ClipImageEncoder.of(empty))
        .withMessageContaining("ClipVisionTransformer has no weights");
  }

  @Test
  void should_free_the_network_when_closed() {
    ClipImageEncoder closed = ClipImageEncoder.of(ClipFixtures.miniNetwork());
    closed.close();
    ImageBatch images = ImageBatch.of(manager.zeros(new Shape(1, 3, 56, 56)));
    assertThatIllegalStateException()
        .isThrownBy(() -> closed.encodeTokens(images, manager))
        .withMessageContaining("is closed");
  }
}
