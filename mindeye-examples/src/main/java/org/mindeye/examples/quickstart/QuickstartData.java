package org.mindeye.examples.quickstart;

import java.io.IOException;
import java.util.List;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.webdataset.NsdWebDataset;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.training.CachedTargets;

/**
 * What was read back from the files, with targets made from the pictures in them.
 *
 * @param training the training split
 * @param validation the validation split
 * @param test the test split
 * @param trainingTargets CLIP tokens of the training split
 * @param validationTargets CLIP tokens of the validation split
 * @param testTargets CLIP tokens of the test split
 */
record QuickstartData(
    List<Trial> training,
    List<Trial> validation,
    List<Trial> test,
    CachedTargets trainingTargets,
    CachedTargets validationTargets,
    CachedTargets testTargets) {

  static QuickstartData read(QuickstartConfig config, ClipImageEncoder encoder) throws IOException {
    List<Trial> training = read(config, Split.TRAIN);
    List<Trial> validation = read(config, Split.VALIDATION);
    List<Trial> test = read(config, Split.TEST);
    return new QuickstartData(
        training,
        validation,
        test,
        CachedTargets.encode(encoder, training),
        CachedTargets.encode(encoder, validation),
        CachedTargets.encode(encoder, test));
  }

  private static List<Trial> read(QuickstartConfig config, Split split) throws IOException {
    try (NsdWebDataset dataset =
        NsdWebDataset.open(
            config.data(), World.SUBJECT, split, ReaderConfig.of(config.brain().voxels()))) {
      return dataset.readAll();
    }
  }
}
