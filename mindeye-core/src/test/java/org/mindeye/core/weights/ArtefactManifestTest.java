// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArtefactManifestTest {
  @Test
  void should_say_what_a_missing_file_is_and_where_to_get_it() {
    assertThat(ArtefactManifest.missing(Path.of("models", "alexnet-owt-7be5be79.pth")))
        .isEqualTo(
            Path.of("models", "alexnet-owt-7be5be79.pth")
                + " is missing: it is AlexNet, for the scores AlexNet(2) and AlexNet(5). Get it"
                + " from torchvision's published models, file alexnet-owt-7be5be79.pth. Its SHA-256"
                + " sum begins with 7be5be79. This library downloads nothing.");
    assertThat(ArtefactManifest.missing(Path.of("x/conditioned-prior/best.pth")))
        .contains("starts from (about 1,340 MB). Get it from nousr/conditioned-prior");
    assertThat(ArtefactManifest.missing(Path.of("/data/coco_images_224_float16.hdf5")))
        .contains("Terms: the Natural Scenes Dataset's data access agreement");
    assertThat(ArtefactManifest.missing(Path.of("mine.pth")))
        .isEqualTo(
            "mine.pth is missing: no such file, and none of the published files this library knows"
                + " has that name");
  }

  @Test
  void should_explain_how_to_get_a_published_file_that_is_missing() {
    assertThatThrownBy(() -> WeightFiles.open(Path.of("no/such/folder/last.pth")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("last.pth: it is MindEye's high-level model of one subject");
  }

  @Test
  void should_give_every_file_its_own_place() {
    assertThat(ArtefactManifest.all()).extracting(Artefact::path).doesNotHaveDuplicates();
    assertThat(ArtefactManifest.all())
        .allSatisfy(
            artefact -> {
              assertThat(ArtefactManifest.find(Path.of("folder").resolve(artefact.path())))
                  .contains(artefact);
              assertThat(artefact.content() + artefact.source()).doesNotContain("http");
            });
  }
}
