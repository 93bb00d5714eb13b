// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.preparation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mindeye.MindEyeException;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.io.ProcessEnd;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.numpy.Npy;

/**
 * A table of trials, pictures, and the responses of all trials in one array. Pieces of it wait in
 * the folder of unfinished work: the rows of some samples in a file, and pictures one by one.
 */
final class PreparedTable implements Layout {
  private static final String TABLE = "trials.csv";
  private static final String ROWS = "voxels.npy";
  private static final String IMAGES = "images";

  private final Path out;
  private final Path work;
  private final PreparationConfig config;
  private final List<String> lines = new ArrayList<>(List.of("image,split,row,picture,trial"));

  /** The pieces, in the order of their rows. */
  private final List<Path> pieces = new ArrayList<>();

  private final Map<Long, Split> pictures = new HashMap<>();
  private StagedFile piece;
  private long inSplit;
  private long rows;
  private int voxels;

  private PreparedTable(Path out, Path work, PreparationConfig config) {
    this.out = out;
    this.work = work;
    this.config = config;
  }

  /** Refuses to replace anything. */
  static PreparedTable in(Path out, Path work, PreparationConfig config) throws IOException {
    if (!Files.isDirectory(out)) {
      throw new NoSuchFileException(out.toString(), null, "no such folder: create it first");
    }
    for (String name : List.of(TABLE, ROWS, IMAGES)) {
      if (Files.exists(out.resolve(name))) {
        throw new FileAlreadyExistsException(
            out.resolve(name).toString(),
            null,
            "data are never replaced: delete them or choose another folder");
      }
    }
    return new PreparedTable(out, work, config);
  }

  @Override
  public void start() throws IOException {
    StagedFile.sweep(Files.createDirectories(work.resolve(IMAGES)));
  }

  @Override
  public boolean add(Split split, Trial trial) throws IOException {
    check(split, trial);
    long number = inSplit / config.writer().samplesPerShard();
    Path file = work.resolve(String.format(Locale.ROOT, "rows_%s_%d.raw", split.folder(), number));
    boolean first = inSplit++ % config.writer().samplesPerShard() == 0;
    if (first) {
      publish();
      pieces.add(file);
      if (!Files.exists(file)) {
        piece = StagedFile.create(file);
      }
    }
    boolean before = piece == null;
    String name = before ? known(trial) : picture(trial);
    for (int repeat = 0; repeat < trial.distinctRepeats(); repeat++) {
      long[] ids = trial.trialIds();
      String id = repeat < ids.length ? String.valueOf(ids[repeat]) : "";
      lines.add(
          String.join(",", name, split.folder(), String.valueOf(rows++), "" + trial.cocoId(), id));
      if (!before) {
        piece.write(trial.stored(repeat, 1, config.writer().voxelType()).bytes());
      }
    }
    return before;
  }

  private void check(Split split, Trial trial) {
    if (voxels != 0 && voxels != trial.voxelCount()) {
      throw trial
          .origin()
          .malformed("voxels", voxels + " of them, as before", trial.voxelCount() + "");
    }
    voxels = trial.voxelCount();
    if (trial.cocoId() > Integer.MAX_VALUE) {
      throw trial
          .origin()
          .malformed("picture", "a number below 2^31", String.valueOf(trial.cocoId()));
    }
    Split before = pictures.putIfAbsent(trial.cocoId(), split);
    if (before != null) {
      throw trial
          .origin()
          .malformed(
              "picture",
              "every picture in one sample, with all its responses, as a table has them,",
              "picture " + trial.cocoId() + " in a sample of the " + before + " split before");
    }
  }

  /** The name of a picture that an earlier call has written. */
  private String known(Trial trial) {
    for (EncodedImage.Format format : EncodedImage.Format.values()) {
      String name = name(trial, format);
      if (Files.exists(work.resolve(IMAGES).resolve(name))) {
        return name;
      }
    }
    throw new MindEyeException(
        work
            + ": expected picture "
            + trial.cocoId()
            + ", which was written before, but found none; delete the folder to start from nothing");
  }

  /** Writes the picture, in place of one whose piece was not finished. */
  private String picture(Trial trial) throws IOException {
    EncodedImage picture = Layout.stored(trial.image(), config.pictures());
    String name = name(trial, picture.format());
    StagedFile.write(work.resolve(IMAGES).resolve(name), picture.bytes());
    return name;
  }

  private static String name(Trial trial, EncodedImage.Format format) {
    return String.format(Locale.ROOT, "picture%05d.%s", trial.cocoId(), format.extension());
  }

  private void publish() throws IOException {
    if (piece != null) {
      piece.publish();
      piece = null;
    }
  }

  @Override
  public void end(Split split) throws IOException {
    publish();
    inSplit = 0;
  }

  @Override
  public void commit() throws IOException {
    Path images = out.resolve(IMAGES);
    try (CloseOnFailure published = new CloseOnFailure();
        StagedFile array = StagedFile.create(out.resolve(ROWS));
        StagedFile table = StagedFile.create(out.resolve(TABLE))) {
      array.output().write(Npy.header(config.writer().voxelType(), rows, voxels));
      for (Path each : pieces) {
        Files.copy(each, array.output());
      }
      array.finish();
      table.output().write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
      table.finish();
      Folders.force(work.resolve(IMAGES));
      ProcessEnd.commit(
          () -> {
            Files.move(work.resolve(IMAGES), images, StandardCopyOption.ATOMIC_MOVE);
            published.undo(() -> Files.move(images, work.resolve(IMAGES)));
            published.undo(() -> Files.deleteIfExists(out.resolve(ROWS)));
            array.publish();
            published.undo(() -> Files.deleteIfExists(out.resolve(TABLE)));
            table.publish(); // last: where it is, the data are complete
          });
      published.done(true);
    }
  }

  /** Deletes the piece that is not complete. */
  @Override
  public void close() throws IOException {
    if (piece != null) {
      piece.close();
      piece = null;
    }
  }
}
