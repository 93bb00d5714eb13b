// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.retrieve;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mindeye.cli.evaluate.PictureFiles;
import org.mindeye.data.TrialImage;

/**
 * Something of a gallery.
 *
 * @param name what it is called
 * @param cocoId its number; null if it has none
 * @param image what it looks like; null if only its tokens are known
 */
record Picture(String name, Long cocoId, TrialImage image) {
  /** The pictures that were seen, each once. */
  static List<Picture> seen(List<Query> queries) {
    Set<Long> known = new HashSet<>();
    return queries.stream()
        .map(Query::seen)
        .filter(seen -> known.add(seen.cocoId()))
        .map(seen -> new Picture("coco " + seen.cocoId(), seen.cocoId(), seen.image()))
        .toList();
  }

  /** The pictures of a folder, in the order of their names. */
  static List<Picture> in(Path folder) throws IOException {
    List<Picture> pictures = new ArrayList<>();
    for (Path file : PictureFiles.in(folder)) {
      String name = file.getFileName().toString();
      pictures.add(new Picture(name, null, PictureFiles.read(file)));
    }
    return pictures;
  }
}
