// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.mindeye.MindEyeException;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.data.TrialSource;
import org.mindeye.data.betas.BetaNormalization;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.data.betas.BetaStudy;
import org.mindeye.data.betas.BetaStudy.ShownSession;
import org.mindeye.data.betas.BetaTrials;
import org.mindeye.data.betas.TrialGrouping;
import org.mindeye.data.volume.RoiMask;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.data.volume.VoxelOrder;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;

/**
 * Turns the published files of a subject into MindEye's web-dataset: the tenfold smaller part of
 * them that a model reads.
 *
 * <pre>{@code
 * try (NsdData data = NsdData.open(new NsdFolder(root), config, NoiseSource.seeded(42))) {
 *   NsdPreparation.into(data, out, WriterConfig.DEFAULT, EncodedImage.Format.PNG)
 *       .run(PreparationListener.NONE);
 * }
 * }</pre>
 *
 * <p>The responses of each session, z-scored, are first written to a folder {@code
 * unfinished_subj01} beside the result: what takes long. A call that is stopped leaves it, and the
 * next one reads only the sessions that are not there. Shards and metadata appear when all of them
 * are complete; then the folder is deleted. Beside the shards, {@code ncsnr_subj01.npy} has the
 * signal-to-noise ratio of each voxel, where it is published.
 */
public final class NsdPreparation {
  private static final String NOTE = "made-from.txt";
  private static final String USE = "prepares data";
  private static final int REPEATS = 3;
  private static final float QUALITY = 0.95f;

  private final NsdData data;
  private final Path out;
  private final WriterConfig writer;
  private final EncodedImage.Format pictures;

  private NsdPreparation(
      NsdData data, Path out, WriterConfig writer, EncodedImage.Format pictures) {
    this.data = data;
    this.out = out;
    this.writer = writer;
    this.pictures = pictures;
  }

  /**
   * Prepares the preparation. Nothing is read or written yet.
   *
   * @param data what to take; its grouping does not matter: a sample is a picture
   * @param out where the dataset goes; must exist
   * @param writer how it is cut and stored
   * @param pictures how pictures are stored
   * @return to be run
   */
  public static NsdPreparation into(
      NsdData data, Path out, WriterConfig writer, EncodedImage.Format pictures) {
    return new NsdPreparation(data, out, writer, pictures);
  }

  /**
   * Where a stopped call leaves what it has.
   *
   * @return the folder, which is there between a start and the end
   */
  public Path unfinished() {
    return out.resolve("unfinished_" + name());
  }

  private String name() {
    return String.format(Locale.ROOT, "subj%02d", data.config().subject().number());
  }

  /**
   * Does what is left to do.
   *
   * @param listener is notified
   * @return how many samples each split has
   * @throws IOException if a file cannot be read or written, or the dataset is there already
   * @throws MindEyeException if a file is damaged, or an earlier call began with another selection
   *     or other files
   */
  public Map<Split, Long> run(PreparationListener listener) throws IOException {
    int subject = data.config().subject().number();
    try (WebDatasetWriter dataset = WebDatasetWriter.create(out, subject, writer)) {
      Path work = unfinished();
      Files.createDirectories(work);
      Map<Split, Long> counts;
      try (FolderLock lock = FolderLock.acquire(work, USE)) {
        requireSame(work);
        StagedFile.sweep(work);
        BetaStudy kept = kept(work, listener);
        counts = write(dataset, kept, listener);
        publish(dataset);
        lock.delete();
      }
      Folders.delete(work);
      return counts;
    }
  }

  /** Refuses to mix what was read of other files, or in another way. */
  private void requireSame(Path work) throws IOException {
    NsdConfig config = data.config();
    StringBuilder now =
        new StringBuilder()
            .append(List.of(config.subject(), config.sessions(), config.version()))
            .append(List.of(config.region().name(), new TreeSet<>(config.region().labels())))
            .append(List.of(config.region().order(), config.normalization(), config.splits()))
            .append('\n');
    for (ShownSession session : data.study().sessions()) {
      Path file = Path.of(session.betas().source());
      now.append(file.getFileName())
          .append(' ')
          .append(Files.size(file))
          .append(' ')
          .append(Files.getLastModifiedTime(file))
          .append('\n');
    }
    now.append(data.splits().pictures(Split.VALIDATION)).append('\n');
    Path note = work.resolve(NOTE);
    if (!Files.exists(note)) {
      StagedFile.write(note, now.toString().getBytes(StandardCharsets.UTF_8));
    } else if (!Files.readString(note).contentEquals(now)) {
      throw new MindEyeException(
          work
              + ": expected to continue with the selection and the files that it was begun with ("
              + NOTE
              + ") but they differ; give the same, or delete the folder to start from nothing");
    }
  }

  /** The responses of all sessions in files of their own. */
  private BetaStudy kept(Path work, PreparationListener listener) throws IOException {
    int[] voxels = data.region().indices();
    List<ShownSession> sessions = data.study().sessions();
    List<ShownSession> kept = new ArrayList<>();
    for (int i = 0; i < sessions.size(); i++) {
      int number = data.config().sessions().first() + i;
      Path file = work.resolve(String.format(Locale.ROOT, "session%02d.npy", number));
      boolean before = Files.exists(file);
      if (!before) {
        BetaSession betas =
            data.study().standardized(i, data.splits(), data.config().normalization());
        write(file, betas.read(voxels));
      }
      ShownSession session = sessions.get(i);
      kept.add(
          new ShownSession(BetaSession.ofRows(file), session.pictures(), session.firstTrial()));
      listener.onSession(number, sessions.size(), before);
    }
    VolumeGrid row = new VolumeGrid(voxels.length, 1, 1);
    return new BetaStudy(
        data.study().name(),
        kept,
        RoiMask.all(row, VoxelOrder.FIRST_AXIS_FASTEST),
        data.study().pictures());
  }

  private static void write(Path file, float[][] rows) throws IOException {
    try (StagedFile staged = StagedFile.create(file)) {
      staged.output().write(Npy.header(ElementType.FLOAT32, rows.length, rows[0].length));
      for (float[] row : rows) {
        HeapArray.ofFloats(row, row.length).writeTo(staged.output());
      }
      staged.finish();
      staged.publish();
    }
  }

  private Map<Split, Long> write(
      WebDatasetWriter dataset, BetaStudy study, PreparationListener listener) throws IOException {
    Map<Split, Long> counts = new EnumMap<>(Split.class);
    long all = 0;
    for (Split split : Split.values()) {
      all += data.splits().pictures(split).size();
    }
    long done = 0;
    for (Split split : Split.values()) {
      if (data.splits().pictures(split).isEmpty()) {
        counts.put(split, 0L);
        continue;
      }
      try (TrialSource trials =
          TrialSource.padded(
              BetaTrials.of(
                  study, data.splits(), split, BetaNormalization.NONE, TrialGrouping.PICTURES),
              REPEATS)) {
        long written = 0;
        for (Trial trial : trials) {
          dataset.add(split, stored(trial, written++));
          listener.onSample(++done, all);
        }
        counts.put(split, written);
      }
    }
    return counts;
  }

  /** With its picture as a file, under a key in the published style. */
  private Trial stored(Trial trial, long number) {
    float[][] voxels = new float[trial.repeats()][];
    for (int repeat = 0; repeat < voxels.length; repeat++) {
      voxels[repeat] = trial.voxels(repeat);
    }
    TrialImage picture = trial.image();
    return new Trial(
        new SampleOrigin(trial.origin().shard(), WebDatasetWriter.key(number)),
        pictures == EncodedImage.Format.JPG
            ? EncodedImage.jpeg(picture.origin(), picture.toBufferedImage(), QUALITY)
            : picture.encoded(),
        voxels,
        trial.cocoId(),
        trial.trialIds(),
        trial.distinctRepeats());
  }

  private void publish(WebDatasetWriter dataset) throws IOException {
    Path ratios = out.resolve("ncsnr_" + name() + ".npy");
    try (CloseOnFailure written = new CloseOnFailure()) {
      if (Files.exists(data.ratios())) {
        float[] ncsnr = data.signalToNoise();
        written.undo(() -> Files.deleteIfExists(ratios));
        Npy.write(ratios, HeapArray.ofFloats(ncsnr, ncsnr.length));
      }
      dataset.commit();
      written.done(true);
    }
  }
}
