// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.preparation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.Fixtures;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.TestTrials;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.testkit.RawNsdTree;

/** Data of each form that is recognised. */
enum SmallData {
  NSD(RawNsdTree.SUBJECT) {
    @Override
    Path in(Path folder) throws IOException {
      return RawNsdTree.in(folder);
    }
  },
  MINDEYE2(2) {
    @Override
    Path in(Path folder) {
      return Fixtures.file("mindeye2/tree");
    }
  },
  TABLE(12) {
    @Override
    Path in(Path folder) throws IOException {
      float[] values = new float[TRIALS * 5];
      for (int i = 0; i < values.length; i++) {
        values[i] = i / 8f - 3;
      }
      table(folder);
      Npy.write(folder.resolve("voxels.npy"), HeapArray.ofFloats(values, TRIALS, 5));
      return folder;
    }
  },
  GLMSINGLE(13) {
    @Override
    Path in(Path folder) throws IOException {
      table(folder);
      Files.copy(
          Fixtures.file("glmsingle/flat.npy"), folder.resolve("TYPED_FITHRF_GLMDENOISE_RR.npy"));
      return folder;
    }
  },
  WEB_DATASET(9) {
    @Override
    Path in(Path folder) throws IOException {
      return webDataset(folder, 9, 2, 3);
    }
  };

  /** As many as the file of GLMsingle has. */
  private static final int TRIALS = 7;

  private final int subject;

  SmallData(int subject) {
    this.subject = subject;
  }

  /** Makes the files, if need be in a folder; returns where they are. */
  abstract Path in(Path folder) throws IOException;

  int subject() {
    return subject;
  }

  SubjectSource open(Path path) throws IOException {
    return Recognition.open(path, subject);
  }

  /** Seven trials of five pictures in two sessions. */
  private static void table(Path folder) throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    for (String name : List.of("a", "b", "c", "d", "e")) {
      EncodedImage png =
          EncodedImage.png(SampleOrigin.memory(name), TestTrials.pixels(name.charAt(0), 8, 6));
      Files.write(images.resolve(name + ".png"), png.bytes());
    }
    Files.write(
        folder.resolve("trials.csv"),
        List.of(
            "image,split,session",
            "a.png,train,1",
            "b.png,train,1",
            "d.png,test,1",
            "a.png,train,2",
            "c.png,train,2",
            "d.png,test,2",
            "e.png,val,2"));
  }

  /** Samples 0, 1, … in the training and then in the test split, and one for validation. */
  static Path webDataset(Path folder, int subject, int train, int test) throws IOException {
    Files.createDirectories(folder);
    WriterConfig exact = new WriterConfig(100, ElementType.FLOAT32);
    List<Split> splits = new ArrayList<>();
    for (int i = 0; i < train + 1 + test; i++) {
      splits.add(i < train ? Split.TRAIN : i == train ? Split.VALIDATION : Split.TEST);
    }
    try (WebDatasetWriter writer = WebDatasetWriter.create(folder, subject, exact)) {
      for (int i = 0; i < splits.size(); i++) {
        writer.add(splits.get(i), TestTrials.trial(i));
      }
      writer.commit();
    }
    return folder;
  }
}
