// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.webdataset.NsdWebDataset;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.training.RunFolder;

/**
 * What a quickstart leaves behind, the input of these programs.
 *
 * @param folder its output folder
 */
record QuickstartFolder(Path folder) {
  /** The simulated subject. */
  private static final int SUBJECT = 99;

  /** The folder that is the first argument, {@code quickstart-out} by default. */
  static QuickstartFolder of(String... arguments) {
    return new QuickstartFolder(Path.of(arguments.length > 0 ? arguments[0] : "quickstart-out"));
  }

  /** The trained networks. */
  Path weights() {
    return RunFolder.at(folder).weights();
  }

  /** The image encoder whose tokens were the targets. */
  Path clip() {
    return folder.resolve("clip.safetensors");
  }

  /** All trials of a split, read from web-dataset shards. */
  List<Trial> trials(Split split) throws IOException {
    Path data = folder.resolve("data");
    if (!Files.isDirectory(data)) {
      throw new NoSuchFileException(
          data.toString(),
          null,
          "no such folder; run `./mindeye quickstart` first, or give the folder of one");
    }
    int voxels = NsdWebDataset.voxels(data, SUBJECT, split);
    try (var dataset = NsdWebDataset.open(data, SUBJECT, split, ReaderConfig.of(voxels))) {
      return dataset.readAll();
    }
  }
}
