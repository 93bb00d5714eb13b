// SPDX-License-Identifier: Apache-2.0
package org.mindeye.arguments;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.Function;
import org.mindeye.data.DataForm;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.data.betas.BetaFileConfig;
import org.mindeye.data.betas.BetaNormalization;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.data.betas.SplitPlan;
import org.mindeye.data.betas.StudyConfig;
import org.mindeye.data.betas.TrialGrouping;
import org.mindeye.data.description.DataDescription;
import org.mindeye.data.glmsingle.GlmSingle;
import org.mindeye.data.hdf5.Hdf5File;
import org.mindeye.data.loader.AheadConfig;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.PreparedBatches;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.data.matlab.MatFile;
import org.mindeye.data.mindeye2.MindEye2Data;
import org.mindeye.data.preparation.Preparation;
import org.mindeye.data.preparation.PreparationConfig;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.data.table.TrialTable;
import org.mindeye.data.volume.RoiMask;
import org.mindeye.data.volume.VolumeFile;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.data.volume.VoxelOrder;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.formats.tensor.HeapArray;

/** The entry points of data, and sound arguments for them. */
final class DataEntries {
  static final List<Class<?>> CLASSES =
      List.of(
          BetaSession.class,
          DataDescription.class,
          EncodedImage.class,
          GlmSingle.class,
          Hdf5File.class,
          ImageBatches.class,
          MatFile.class,
          MindEye2Data.class,
          Preparation.class,
          PreparationConfig.class,
          PreparedBatches.class,
          Recognition.class,
          RoiMask.class,
          SplitPlan.class,
          StudyConfig.class,
          Trial.class,
          TrialBatch.class,
          TrialTable.class,
          VolumeFile.class,
          WebDatasetWriter.class);

  private DataEntries() {}

  static List<Object> samples() {
    SampleOrigin origin = new SampleOrigin(SampleOrigin.MEMORY, "one");
    EncodedImage image =
        EncodedImage.png(origin, new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB));
    Trial trial = new Trial(origin, image, new float[][] {{1, 2}}, 1, new long[] {1}, 1);
    Function<Trial, long[]> work = Trial::trialIds;
    return List.of(
        List.of(trial).iterator(),
        work,
        AheadConfig.none(),
        new TrialLoader(List.of(trial), LoaderConfig.training(1, 1)).epoch(0).iterator().next(),
        trial,
        image,
        origin,
        ImageLimits.DEFAULT,
        WriterConfig.DEFAULT,
        PreparationConfig.DEFAULT,
        DataForm.TRIAL_TABLE,
        BetaFileConfig.paper(),
        BetaNormalization.NONE,
        TrialGrouping.PICTURES,
        VoxelOrder.LAST_AXIS_FASTEST,
        new VolumeGrid(2, 1, 1),
        HeapArray.ofFloats(new float[] {1, 2}, 2, 1),
        BetaSession.ofRows("rows", new float[][] {{1, 2}}));
  }
}
