// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.RunRecipe;
import org.mindeye.cli.train.RunSession;
import org.mindeye.core.nn.Network;
import org.mindeye.data.Split;
import org.mindeye.training.DataFingerprint;
import org.mindeye.training.ProcessRecord;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainerRecipe;
import org.mindeye.training.TrainingResult;

/**
 * How something is trained on scenes alone.
 *
 * @param <C> the trainer's recipe
 * @param <M> what is trained
 * @param <S> scenes of a split, with what is known about them
 */
interface SceneRecipe<C extends TrainerRecipe<C>, M, S> extends RunRecipe {
  /** A trainer's way to train, or to go on. */
  @FunctionalInterface
  interface Training<M, S> {
    TrainingResult of(M model, S training, S validation);
  }

  @Override
  SceneSource<C> source();

  /** Where the networks live. */
  Device device();

  /** Where progress is printed. */
  Console console();

  /** The first scenes of a split. */
  S scenes(Split split, int count);

  /** What they are, in one short text. */
  DataFingerprint fingerprint(S scenes);

  /** What is trained, with its first weights; nothing stays open if that fails. */
  M initialized();

  /** Its networks, which are closed when it is. */
  List<Network> networks(M model);

  /** Trains from the first step, or goes on with the newest checkpoint. */
  Training<M, S> training(C recipe, RunControl control, boolean resumed);

  /** Writes what was trained, and its scores on test scenes. */
  void write(Path file, SceneSession<C, M, S> trained) throws IOException;

  @Override
  default String scores(RunFolder folder) {
    return "in " + folder.table() + ", on test scenes in " + WorldFiles.scores(folder);
  }

  @Override
  default RunSession<C> open(RunFolder folder, Start start, int most) {
    SceneSource.Scenes counts = source().scenes();
    int count = Math.min(most, counts.training());
    console().say("painting %s", Plural.of(count + counts.validation() + counts.test(), "scene"));
    SceneSession.Splits<S> splits =
        new SceneSession.Splits<>(
            scenes(Split.TRAIN, count),
            scenes(Split.VALIDATION, counts.validation()),
            scenes(Split.TEST, counts.test()));
    WorldRecord record =
        new WorldRecord(
            ProcessRecord.of(device()),
            fingerprint(splits.training()),
            fingerprint(splits.validation()),
            fingerprint(splits.test()));
    // Last, so that nothing that may fail leaves its networks open.
    return new SceneSession<>(this, folder, splits, record, initialized());
  }
}
