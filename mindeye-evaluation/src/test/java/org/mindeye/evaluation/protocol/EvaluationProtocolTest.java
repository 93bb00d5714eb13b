// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.evaluation.PoolConfig;
import org.mindeye.evaluation.PoolProtocol;
import org.mindeye.evaluation.Ssim;
import org.mindeye.evaluation.TwoWayIdentification.Distractors;
import org.mindeye.evaluation.protocol.FeatureScore.Kind;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.BrokenDocuments;

class EvaluationProtocolTest {
  private static final EvaluationProtocol FIRST = EvaluationProtocol.mindEye1();
  private static final EvaluationProtocol SECOND = EvaluationProtocol.mindEye2();

  private static String resource(String name) throws IOException {
    try (InputStream stream = EvaluationProtocolTest.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void should_be_as_published() {
    assertThat(FIRST.name()).isEqualTo("MINDEYE1");
    assertThat(FIRST.split()).isEqualTo(new TestSplit("test", 982, 3));
    assertThat(FIRST.images())
        .isEqualTo(new ImageSteps(List.of(256), List.of(425), Antialias.OFF, Optional.empty()));
    assertThat(FIRST.variants())
        .isEqualTo(new MetricVariants(Ssim.Variant.PICTURE, Distractors.ORIGINALS));
    assertThat(FIRST.metrics())
        .containsExactly(
            "PixCorr", "SSIM", "AlexNet(2)", "AlexNet(5)", "Inception", "CLIP", "EffNet-B", "SwAV");
    assertThat(FIRST.features())
        .filteredOn(feature -> feature.kind() == Kind.CORRELATION_DISTANCE)
        .extracting(FeatureScore::name)
        .containsExactly("EffNet-B", "SwAV");
    assertThat(FIRST.pools()).isEqualTo(new PoolConfig(300, 30, PoolProtocol.RANDOM));
    assertThat(SECOND.split()).isEqualTo(new TestSplit("new_test", 1000, 3));
    assertThat(SECOND.images().blend()).contains(new Blend(0.75, 0.25));
    assertThat(SECOND.images().sides()).containsExactly(256);
  }

  static Stream<EvaluationProtocol> protocols() {
    return Stream.of(
        FIRST,
        SECOND,
        FIRST
            .named("own", 7)
            .withSplit(new TestSplit("val", 300, 1))
            .withImages(new ImageSteps(List.of(), List.of(64, 32), Antialias.ON, Optional.empty()))
            .withVariants(new MetricVariants(Ssim.Variant.COLUMNS, Distractors.RECONSTRUCTIONS))
            .withFeatures(List.of(new FeatureScore("mine", Kind.TWO_WAY)))
            .withPools(new PoolConfig(20, 5, PoolProtocol.CONSECUTIVE_AS_PUBLISHED)));
  }

  @ParameterizedTest
  @MethodSource("protocols")
  void should_come_back_from_a_document(EvaluationProtocol protocol) {
    String json = DocumentWriter.text(protocol);
    assertThat(Document.parse("p.json", json).as(EvaluationProtocol.class)).isEqualTo(protocol);
  }

  /** Documents of every schema are kept for all time. */
  @Test
  void should_read_what_was_written_before() throws IOException {
    assertThat(
            Document.parse("1", resource("protocol-mindeye1-schema3.json"))
                .as(EvaluationProtocol.class))
        .isEqualTo(FIRST);
    assertThat(
            Document.parse("2", resource("protocol-mindeye2-schema3.json"))
                .as(EvaluationProtocol.class))
        .isEqualTo(SECOND);
  }

  static List<BrokenDocuments.Broken> broken() {
    return BrokenDocuments.of(DocumentWriter.text(SECOND), Document.SCHEMA, "images.blend");
  }

  @ParameterizedTest
  @MethodSource("broken")
  void should_refuse_a_document_with_one_fault(BrokenDocuments.Broken document) {
    assertThatThrownBy(() -> Document.parse("p.json", document.json()).as(EvaluationProtocol.class))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(document.key());
  }

  @Test
  void should_not_let_another_protocol_have_a_published_name() {
    String message =
        ": what was published under this name is fixed; call yours otherwise before you change it,"
            + " with named()";
    ImageSteps smooth = ImageSteps.paper().withAntialias(Antialias.ON);
    assertThatThrownBy(() -> FIRST.withImages(smooth))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("protocol MINDEYE1" + message);
    assertThatThrownBy(() -> SECOND.withImages(ImageSteps.paper()))
        .hasMessage("protocol MINDEYE2" + message);
    assertThatThrownBy(() -> FIRST.named("MINDEYE2", 1)).hasMessage("protocol MINDEYE2" + message);
    assertThatThrownBy(() -> FIRST.named("MINDEYE1", 2)).hasMessage("protocol MINDEYE1" + message);
    assertThatThrownBy(() -> FIRST.withFeatures(List.of())).hasMessageContaining("is fixed");
    assertThatThrownBy(() -> FIRST.withSplit(new TestSplit("test", 500, 3)))
        .hasMessageContaining("is fixed");
    assertThat(FIRST.named("smooth", 1).withImages(smooth).images()).isEqualTo(smooth);
    String renamed = DocumentWriter.text(FIRST).replace("982", "500");
    assertThatThrownBy(() -> Document.parse("p.json", renamed).as(EvaluationProtocol.class))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("is fixed");
  }

  @Test
  void should_refuse_what_is_not_clear() {
    assertThatThrownBy(() -> FIRST.named(" ", 1))
        .hasMessage("protocol: expected a name and a version from 1 but was ' ', 1");
    assertThatThrownBy(() -> FIRST.named("own", 0))
        .hasMessage("protocol: expected a name and a version from 1 but was 'own', 0");
    assertThatThrownBy(
            () ->
                FIRST.named("own", 1).withFeatures(List.of(new FeatureScore("SSIM", Kind.TWO_WAY))))
        .hasMessage("protocol own: two metrics are called 'SSIM'");
    assertThatThrownBy(() -> new TestSplit("test", 1, 3))
        .hasMessage("split test: expected at least 2 images and 1 repeat but was 1, 3");
    assertThatThrownBy(() -> new Blend(0.75, 0.3))
        .hasMessage("blend: expected two shares that add up to 1 but was refined=0.75, blurry=0.3");
    assertThatThrownBy(() -> new ImageSteps(List.of(0), List.of(), Antialias.ON, Optional.empty()))
        .hasMessage("sides: expected at least 1 but was 0");
    assertThat(new Blend(0.1 + 0.2, 0.7).blurry()).isEqualTo(0.7);
  }
}
