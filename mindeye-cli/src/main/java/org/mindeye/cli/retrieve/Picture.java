// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.retrieve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;

/**
 * Something of a gallery.
 *
 * @param name what it is called
 * @param cocoId its number; null if it has none
 * @param image what it looks like; null if only its tokens are known
 */
record Picture(String name, Long cocoId, TrialImage image) {
  private static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png");

  /** The pictures of a split, each once. */
  static List<Picture> of(List<Trial> trials) {
    Set<Long> known = new HashSet<>();
    return trials.stream()
        .filter(trial -> known.add(trial.cocoId()))
        .map(trial -> new Picture("coco " + trial.cocoId(), trial.cocoId(), trial.image()))
        .toList();
  }

  /** The pictures of a folder, in the order of their names. */
  static List<Picture> in(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(Picture::isPicture).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new MindEyeException(folder + ": expected .jpg, .jpeg or .png files but found none");
    }
    List<Picture> pictures = new ArrayList<>();
    for (Path file : files) {
      SampleOrigin origin = new SampleOrigin(folder.toString(), file.getFileName().toString());
      EncodedImage image = EncodedImage.of(origin, Files.readAllBytes(file), ImageLimits.DEFAULT);
      pictures.add(new Picture(file.getFileName().toString(), null, image));
    }
    return pictures;
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file) && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
  }
}
