// SPDX-License-Identifier: Apache-2.0
package org.mindeye.arguments;

import java.util.List;
import org.mindeye.training.CachedTargets;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.MindEyeTrainer;
import org.mindeye.training.MindEyeWeights;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TargetCache;
import org.mindeye.training.TargetLayer;
import org.mindeye.training.TargetOrigin;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.TrainingListener;
import org.mindeye.training.recognition.KnownModels;

/** The entry points of training, and sound arguments for them. */
final class TrainingEntries {
  static final List<Class<?>> CLASSES =
      List.of(
          MindEyeModel.class,
          MindEyeTrainer.class,
          RunFolder.class,
          TrainedRun.class,
          MindEyeWeights.class,
          CheckpointPolicy.class,
          RunControl.class,
          KnownModels.class,
          TargetCache.class,
          TargetOrigin.class,
          CachedTargets.class);

  private TrainingEntries() {}

  static List<Object> samples() {
    TargetCache.Progress unheard = (done, count) -> {};
    return List.of(
        TrainingConfig.paper(),
        new TrainingListener[0],
        RunControl.of(),
        TargetLayer.HIDDEN,
        unheard);
  }
}
