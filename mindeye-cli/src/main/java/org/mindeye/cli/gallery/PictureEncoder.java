// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.cli.console.StepProgress;
import org.mindeye.cli.evaluate.PictureFiles;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageBatches;
import org.mindeye.training.TargetLayer;

/**
 * Pictures to vectors.
 *
 * @param clip the tower
 * @param layer which of its embeddings
 */
record PictureEncoder(ClipImageEncoder clip, TargetLayer layer) {
  /** Pictures that are read and encoded at once. */
  static final int WINDOW = 32;

  /** A decoded picture, and where its vector belongs. */
  private record Decoded(int place, float[] planes) {}

  /** Height and width of a picture. */
  private record Size(int height, int width) {}

  /** Of the layer whose space it is. */
  static PictureEncoder of(ClipImageEncoder clip, ClipSpace space) {
    return new PictureEncoder(
        clip, space.equals(clip.space()) ? TargetLayer.HIDDEN : TargetLayer.FINAL);
  }

  /** The space of what it makes. */
  ClipSpace space() {
    return layer.space(clip);
  }

  /** The vector of a picture. */
  float[] encode(Path file) throws IOException {
    return encode(List.of(file), false).get(0);
  }

  /**
   * The vectors of some pictures.
   *
   * @param files of any sizes
   * @param skipDamaged whether to go on where one cannot be read
   * @return one of length 1 for each, null for one that was left out
   * @throws MindEyeException if one is damaged
   */
  List<float[]> encode(List<Path> files, boolean skipDamaged) throws IOException {
    Map<Size, List<Decoded>> bySize = new LinkedHashMap<>();
    for (int i = 0; i < files.size(); i++) {
      try {
        EncodedImage picture = PictureFiles.read(files.get(i));
        float[] planes = PictureFiles.planes(files.get(i), picture);
        bySize
            .computeIfAbsent(new Size(picture.height(), picture.width()), s -> new ArrayList<>())
            .add(new Decoded(i, planes));
      } catch (MindEyeException e) {
        if (!skipDamaged) {
          throw e;
        }
      }
    }
    float[][] vectors = new float[files.size()][];
    bySize.forEach((size, pictures) -> encode(size, pictures, vectors));
    return Arrays.asList(vectors);
  }

  private void encode(Size size, List<Decoded> pictures, float[][] into) {
    int width = space().size();
    float[] all;
    try (CallScope scope = CallScope.open(Device.cpu())) {
      float[][] planes = pictures.stream().map(Decoded::planes).toArray(float[][]::new);
      all =
          layer
              .encode(
                  clip,
                  ImageBatches.ofPixels(planes, size.height, size.width, scope.manager()),
                  scope.manager())
              .toUnitVectors()
              .array()
              .toFloatArray();
    }
    for (int i = 0; i < pictures.size(); i++) {
      into[pictures.get(i).place] = Arrays.copyOfRange(all, i * width, (i + 1) * width);
    }
  }

  /** Encodes what is left of a folder's pictures. */
  void finish(PictureList list, EncodingFolder into, boolean skipDamaged, StepProgress progress)
      throws IOException {
    int count = list.names().size();
    progress.progressed("encoding pictures", into.record().looked(), count);
    while (!into.record().isComplete()) {
      int from = into.record().looked();
      int to = Math.min(count, from + WINDOW);
      List<String> names = list.names().subList(from, to);
      List<float[]> vectors = encode(names.stream().map(list::file).toList(), skipDamaged);
      List<String> skipped = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        if (vectors.get(i) == null) {
          skipped.add(names.get(i));
        }
      }
      into.add(vectors.stream().filter(Objects::nonNull).toList(), to, skipped);
      progress.progressed("encoding pictures", to, count);
    }
  }
}
