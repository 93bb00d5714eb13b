// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.mindeye2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.DataForm;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.betas.BetaAxes;
import org.mindeye.data.betas.BetaFileConfig;
import org.mindeye.data.betas.BetaNormalization;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.data.betas.BetaStudy;
import org.mindeye.data.betas.BetaStudy.ShownSession;
import org.mindeye.data.betas.SplitPlan;
import org.mindeye.data.betas.StudyConfig;
import org.mindeye.data.betas.StudySource;
import org.mindeye.data.hdf5.Hdf5Dataset;
import org.mindeye.data.hdf5.Hdf5File;
import org.mindeye.data.volume.RoiMask;
import org.mindeye.data.volume.VoxelOrder;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * A subject in the files of MindEye2 (dataset {@code mindeyev2}):
 *
 * <pre>{@code
 * mindeyev2/
 *   betas_all_subj01_fp32_renorm.hdf5     betas [trials, voxels]
 *   coco_images_224_float16.hdf5          images [73000, 3, 224, 224]
 *   wds/subj01/train/0.tar, 1.tar, ...    which trial shows what
 *   wds/subj01/new_test/0.tar             or, of the older form, test/0.tar
 * }</pre>
 *
 * <p>A sample is a picture with all its responses, filled up to three in turns (of two: first,
 * second, first), as the original averages them in its test. The original trains on single trials.
 * It has no validation split: 300 of the training pictures, or a tenth if they are fewer, are set
 * aside. Responses are taken as they are: z-scored.
 */
public final class MindEye2Data extends StudySource {
  private static final String PICTURES = "coco_images_224_float16.hdf5";
  private static final int MOST_SUBJECTS = 99;
  private static final int REPEATS = 3;
  private static final int VALIDATION = 300;
  private static final int VALIDATION_SHARE = 10;
  private static final int FEWEST = 2;

  private final Hdf5File pictures;
  private final String test;

  private MindEye2Data(
      int subject, BetaStudy study, SplitPlan plan, Hdf5File pictures, String test) {
    super(subject, study, plan, StudyConfig.pictures(BetaNormalization.NONE, REPEATS));
    this.pictures = pictures;
    this.test = test;
  }

  /**
   * Whether such files are in a folder.
   *
   * @param root any folder
   * @return true if there is the folder of tables, the pictures or a file of responses
   */
  public static boolean isOne(Path root) {
    Objects.requireNonNull(root, "root");
    return Files.isDirectory(root.resolve("wds"))
        || Files.isRegularFile(root.resolve(PICTURES))
        || subjects(root).stream().anyMatch(subject -> betas(root, name(subject)).isPresent());
  }

  /**
   * The subjects whose responses or tables are there.
   *
   * @param root any folder
   * @return their numbers, in ascending order
   */
  public static List<Integer> subjects(Path root) {
    Objects.requireNonNull(root, "root");
    return IntStream.rangeClosed(1, MOST_SUBJECTS)
        .filter(
            subject ->
                betas(root, name(subject)).isPresent()
                    || Files.isDirectory(root.resolve("wds").resolve(name(subject))))
        .boxed()
        .toList();
  }

  private static String name(int subject) {
    return String.format(Locale.ROOT, "subj%02d", subject);
  }

  /**
   * Opens a subject's files, and reads which trial shows what.
   *
   * @param root holds the files
   * @param subject 1 to 8, or any number for files of the same form
   * @param noise draws the pictures for validation
   * @return the data, to be closed by the caller; no response is read yet
   * @throws IOException if a file cannot be read
   * @throws MalformedFileException if one is damaged or of another form
   * @throws MindEyeException if one is missing, or they do not belong together
   */
  public static MindEye2Data open(Path root, int subject, NoiseSource noise) throws IOException {
    Objects.requireNonNull(noise, "noise");
    String name = name(subject);
    Path shards = root.resolve("wds").resolve(name);
    Path betas =
        betas(root, name)
            .orElseThrow(
                () ->
                    new MindEyeException(
                        root
                            + ": expected the responses in "
                            + files(name).get(0)
                            + " but found no such file"
                            + (subjects(root).isEmpty()
                                ? ""
                                : "; there are files of the subjects " + subjects(root))));
    Path images = root.resolve(PICTURES);
    require(images, "the pictures");
    require(shards.resolve("train"), "the training trials");
    boolean newer = Files.isDirectory(shards.resolve("new_test"));
    Path tests = shards.resolve(newer ? "new_test" : "test");
    BetaSession session =
        BetaSession.open(betas, BetaFileConfig.paper().withDataset("betas", BetaAxes.TRIALS_FIRST));
    try (CloseOnFailure opened = new CloseOnFailure()) {
      Hdf5File file = opened.add(Hdf5File.open(images));
      Hdf5Dataset all = images(file);
      ShownTrials shown = new ShownTrials(subject, session, all.shape().get(0), file.source());
      Map<Split, Set<Long>> splits = new EnumMap<>(Split.class);
      splits.put(Split.TRAIN, shown.add(tars(shards.resolve("train"))));
      if (Files.isDirectory(tests)) {
        splits.put(Split.TEST, shown.add(tars(tests)));
      }
      setAside(splits, noise);
      BetaStudy study =
          new BetaStudy(
              betas.toString(),
              List.of(new ShownSession(session, shown.pictures(), 0)),
              RoiMask.all(session.grid(), VoxelOrder.FIRST_AXIS_FASTEST),
              id -> new PlanarImage(new SampleOrigin(file.source(), "picture" + id), all, id));
      return opened.done(
          new MindEye2Data(
              subject, study, SplitPlan.of(splits), file, tests.getFileName().toString()));
    }
  }

  /** The published name, and that of files that were made with the published notebook. */
  private static List<String> files(String name) {
    return List.of("betas_all_" + name + "_fp32_renorm.hdf5", "betas_" + name + ".hdf5");
  }

  private static Optional<Path> betas(Path root, String name) {
    return files(name).stream().map(root::resolve).filter(Files::isRegularFile).findFirst();
  }

  private static void require(Path path, String what) {
    if (!Files.exists(path)) {
      throw new MindEyeException(path + ": expected " + what + " but found nothing there");
    }
  }

  private static Hdf5Dataset images(Hdf5File file) {
    Hdf5Dataset images = file.dataset("images");
    long[] axes = images.shape().axes();
    boolean pictures =
        axes.length == 4
            && axes[1] == 3
            && images.type().isFloating()
            && axes[2] > 0
            && axes[3] > 0;
    if (!pictures) {
      throw new MalformedFileException(
          images.place(),
          "floats of [pictures, 3, height, width]",
          images.type() + " of " + images.shape());
    }
    return images;
  }

  /** Numbered from 0 without a gap. */
  private static List<Path> tars(Path folder) throws IOException {
    int count;
    try (Stream<Path> files = Files.list(folder)) {
      count = (int) files.filter(f -> f.getFileName().toString().endsWith(".tar")).count();
    }
    List<Path> tars = new ArrayList<>();
    for (int number = 0; number < Math.max(1, count); number++) {
      Path tar = folder.resolve(number + ".tar");
      if (!Files.isRegularFile(tar)) {
        throw new MindEyeException(
            tar
                + ": expected files numbered from 0 without a gap but found no such file among "
                + Plural.of(count, "tar file"));
      }
      tars.add(tar);
    }
    return tars;
  }

  private static void setAside(Map<Split, Set<Long>> splits, NoiseSource noise) {
    List<Long> training = new ArrayList<>(splits.get(Split.TRAIN));
    int count = Math.max(FEWEST, Math.min(VALIDATION, training.size() / VALIDATION_SHARE));
    if (count >= training.size()) {
      return; // too few to part with
    }
    Set<Long> aside = new TreeSet<>();
    int[] order = noise.permutation(training.size());
    Arrays.stream(order, 0, count).mapToObj(training::get).forEach(aside::add);
    splits.get(Split.TRAIN).removeAll(aside);
    splits.put(Split.VALIDATION, aside);
  }

  @Override
  public DataForm form() {
    return DataForm.MINDEYE2;
  }

  @Override
  protected List<Path> pictureFiles() {
    return List.of(Path.of(pictures.source()));
  }

  @Override
  public void close() {
    pictures.close();
  }

  @Override
  public String toString() {
    return form()
        + ", "
        + Plural.of(voxels(), "voxel")
        + ", taken as they are: "
        + plan()
        + (splits().contains(Split.TEST) ? " (" + test + ")" : "");
  }
}
