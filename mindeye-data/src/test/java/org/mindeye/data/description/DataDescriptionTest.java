// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.description;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.data.DataForm;
import org.mindeye.data.Fixtures;
import org.mindeye.data.Split;
import org.mindeye.data.TestTrials;
import org.mindeye.data.description.DataDescription.Part;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.testkit.RawNsdTree;

class DataDescriptionTest {
  private static final String DENOISED = "betas_fithrf_GLMdenoise_RR";

  @TempDir private Path folder;

  private static Part part(DataDescription found, String name) {
    return found.parts().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hdf5/types.h5 | HDF5 | contiguous/little_i2 | INT16 (2, 3, 4)",
        "hdf5/types.h5 | HDF5 | chunked/little_f4 | FLOAT32 (2, 3, 4) in pieces of (1, 2, 3)",
        "hdf5/types.h5 | HDF5 | compound | not read: CompoundDataType of 8 bytes",
        "glmsingle/matlab.mat | MATLAB 7.3 | modelmd | FLOAT32 (7, 2, 3, 4) in pieces of (7, 2, 2, 2)",
        "glmsingle/volume.npy | none of which was run | betasmd | FLOAT32 (4, 3, 2, 7)",
        "glmsingle/volume.npy | Python objects | pcnum | 5",
        "glmsingle/volume.npy | Python objects | glmbadness | nothing",
        "glmsingle/numbers.npy | a NumPy array | array | FLOAT32 ",
        "glmsingle/expected.npz | a NumPy archive | volume | FLOAT32 (7, 24)",
        "nsd/designs/cube.mat | MATLAB 5 | subjectim | FLOAT64 (2, 7, 2)",
        "nsd/tree/nsddata/experiments/nsd/nsd_expdesign.mat | who saw what when | sharedix | FLOAT64 (1, 4)",
        "nsd/tree/nsddata/experiments/nsd/nsd_stim_info_merged.csv | the table of pictures | nsdId | column",
        "nsd/tree/nsddata/ppdata/subj01/behav/responses.tsv | answered, trial by trial | 73KID | column",
        "nsd/tree/nsddata/ppdata/subj01/func1pt8mm/roi/nsdgeneral.nii.gz | region of interest | voxels | INT16 6 x 5 x 4",
        "pictures/kinds/444.jpg | a picture | 444.jpg | JPG "
      })
  void should_say_what_is_in_a_file(String file, String what, String name, String form)
      throws IOException {
    DataDescription found = DataDescription.read(Fixtures.file(file));

    assertThat(found.what()).contains(what);
    assertThat(part(found, name).form()).startsWith(form);
    assertThat(found.missing()).isEmpty();
  }

  @Test
  void should_describe_every_file_of_the_tests() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(Fixtures.file("nsd/tree"))) {
      files = all.filter(Files::isRegularFile).toList();
    }
    assertThat(files).hasSizeGreaterThan(10);
    for (Path file : files) {
      assertThat(DataDescription.read(file).parts()).as(file.toString()).isNotEmpty();
    }
  }

  @Test
  void should_know_units_and_values() throws IOException {
    Path root = RawNsdTree.in(folder.resolve("raw"));
    Path betas = root.resolve(RawNsdTree.BETAS);

    DataDescription session = DataDescription.read(betas.resolve("betas_session01.hdf5"));
    assertThat(part(session, "betas"))
        .isEqualTo(
            new Part("betas", "INT16 (44, 4, 5, 6) in pieces of (44, 1, 1, 1)", "responses"));
    assertThat(session.notes())
        .containsExactly("whole numbers of betas are percent of signal change times 300");
    assertThat(DataDescription.read(betas.resolve("ncsnr.nii.gz")).notes())
        .singleElement()
        .asString()
        .matches("values of 0\\.\\d+ to 1\\.\\d+, median 1\\.\\d+");
    assertThat(
            DataDescription.read(
                    root.resolve("nsddata/ppdata/subj09/func1pt8mm/roi/nsdgeneral.nii.gz"))
                .notes())
        .containsExactly("voxels by value: 40 of -1, 67 of 0, 13 of 1");
    assertThat(
            DataDescription.read(
                    Fixtures.file(
                        "nsd/tree/nsddata_betas/ppdata/subj01/func1pt8mm/betas_assumehrf/"
                            + "betas_session01.nii.gz"))
                .notes())
        .containsExactly(
            "whole numbers without scale; those of betas are percent of change times 300");
  }

  @Test
  void should_say_what_of_the_published_files_is_missing() throws IOException {
    Path root = RawNsdTree.in(folder.resolve("raw"));
    assertThat(DataDescription.read(root).missing()).isEmpty();
    assertThat(part(DataDescription.read(root), "nsddata/ppdata/subj09/func1pt8mm/roi"))
        .isEqualTo(
            new Part("nsddata/ppdata/subj09/func1pt8mm/roi", "2 regions", "nsdgeneral, streams"));
    Files.delete(root.resolve("nsddata_stimuli/stimuli/nsd/nsd_stimuli.hdf5"));
    Files.delete(root.resolve("nsddata/ppdata/subj09/func1pt8mm/roi/nsdgeneral.nii.gz"));
    Files.delete(root.resolve(RawNsdTree.BETAS + "betas_session02.hdf5"));
    Files.delete(root.resolve(RawNsdTree.BETAS + "ncsnr.nii.gz"));

    DataDescription found = DataDescription.read(root);

    assertThat(found.what()).isEqualTo("Natural Scenes Dataset");
    assertThat(part(found, "nsddata_betas/ppdata/subj09/func1pt8mm/" + DENOISED).form())
        .isEqualTo("2 sessions of 3");
    assertThat(found.missing())
        .hasSize(4)
        .anyMatch(line -> line.startsWith("nsddata_stimuli/") && line.contains("for the pictures"))
        .anyMatch(line -> line.contains("nsdgeneral.nii.gz, for the voxels of published models"))
        .anyMatch(line -> line.contains(DENOISED + ": session 2, for more trials"))
        .anyMatch(line -> line.contains("ncsnr.nii.gz, for the noise ceiling"))
        .allMatch(line -> line.endsWith("from the bucket natural-scenes-dataset, the same path"));
  }

  @Test
  void should_describe_a_web_dataset_and_its_shards() throws IOException {
    try (WebDatasetWriter writer = WebDatasetWriter.create(folder, 9, WriterConfig.DEFAULT)) {
      writer.add(Split.TRAIN, TestTrials.trial(1));
      writer.add(Split.TRAIN, TestTrials.trial(2));
      writer.commit();
    }
    DataDescription found = DataDescription.read(folder);
    assertThat(found.what()).isEqualTo("MindEye web-dataset");
    assertThat(part(found, "subject 9").form()).isEqualTo("MindEye web-dataset: train 2 samples");
    assertThat(part(found, "subject 9").what()).startsWith("train begins with Trial sample");
    assertThat(found.missing())
        .containsExactly(
            "subject 9: the validation split, for choosing epochs",
            "subject 9: the test split, for scores");

    DataDescription shard = DataDescription.read(folder.resolve("train/train_subj09_0.tar"));
    assertThat(shard.what()).startsWith("samples of a MindEye web-dataset");
    assertThat(part(shard, "nsdgeneral.npy"))
        .isEqualTo(
            new Part(
                "nsdgeneral.npy",
                "FLOAT16 (3, " + TestTrials.VOXELS + ")",
                "responses: [repeats, voxels], z-scores"));
    assertThat(shard.notes()).containsExactly("2 samples; what is shown is of the first one");
    assertThat(DataDescription.read(folder.resolve("metadata_subj09.json")).what())
        .isEqualTo("how many samples each split of a web-dataset has (JSON)");
    Files.delete(folder.resolve("train/train_subj09_0.tar"));
    Files.write(folder.resolve("train/train_subj09_1.tar"), new byte[100]);
    assertThat(part(DataDescription.read(folder), "subject 9").what()).startsWith("not complete: ");
  }

  @Test
  void should_describe_a_table_of_trials() throws IOException {
    Files.write(folder.resolve("a.png"), TestTrials.trial(1).image().encoded().bytes());
    Files.writeString(folder.resolve("trials.csv"), "image,split\na.png,train\na.png,train\n");
    Npy.write(folder.resolve("voxels.npy"), HeapArray.ofFloats(new float[6], 2, 3));

    DataDescription found = DataDescription.read(folder);

    assertThat(found.what()).isEqualTo("table of trials");
    assertThat(part(found, "table").form())
        .startsWith("table of trials, 2 trials in 1 session, 3 voxels, taken as they are: ");
    assertThat(part(found, "voxels.npy").form()).isEqualTo("a NumPy array (.npy)");
    assertThat(found.missing())
        .containsExactly(
            "trials of the validation split, for choosing epochs",
            "trials of the test split, for scores");
    Files.delete(folder.resolve("voxels.npy"));
    assertThat(DataDescription.read(folder).missing())
        .singleElement()
        .asString()
        .contains("expected responses in one of voxels.npy");
  }

  @Test
  void should_list_what_is_of_no_known_form() throws IOException {
    Files.writeString(folder.resolve("notes.md"), "words");
    Files.createDirectory(folder.resolve("deep"));

    DataDescription found = DataDescription.read(folder);

    assertThat(found.what()).isEqualTo("a folder that is recognised as none of: " + DataForm.all());
    assertThat(found.parts())
        .containsExactly(new Part("deep/", "0 files", ""), new Part("notes.md", "a text", ""));
    assertThatThrownBy(() -> DataDescription.read(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
