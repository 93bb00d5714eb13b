// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.DataForm;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.TrialImage;
import org.mindeye.data.betas.BetaNormalization;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.data.betas.BetaStudy;
import org.mindeye.data.betas.BetaStudy.ShownSession;
import org.mindeye.data.betas.SplitPlan;
import org.mindeye.data.betas.StudyConfig;
import org.mindeye.data.betas.StudySource;

/**
 * Data of any experiment: a folder with a table of trials, pictures and responses.
 *
 * <pre>{@code
 * mydata/
 *   trials.csv     image,split            a line for each trial; also row, session, picture
 *   images/        the pictures that the table names, JPEG or PNG
 *   voxels.npy     [trials, voxels]       or voxels.csv, voxels.hdf5; or mask.nii.gz and betas*.nii.gz,
 *                                       or a result of GLMsingle, TYPED_FITHRF_GLMDENOISE_RR.npy
 * }</pre>
 *
 * <p>Responses in {@code voxels.*} are taken as they are. Betas are z-scored: session by session,
 * with mean and deviation of the training trials. A session is what the column of this name says,
 * else a file. Files of betas follow each other in the order of the numbers in their names. A
 * sample is a picture with all its responses; those that were shown less often than others have
 * theirs again in turns.
 */
public final class TrialTable extends StudySource {
  private static final List<String> NAMES = List.of("trials.csv", "trials.tsv");

  private final List<Path> files;
  private final List<Path> pictures;
  private final int trials;

  private TrialTable(
      int subject,
      BetaStudy study,
      SplitPlan plan,
      StudyConfig config,
      List<Path> files,
      List<Path> pictures,
      int trials) {
    super(subject, study, plan, config);
    this.files = files;
    this.pictures = pictures;
    this.trials = trials;
  }

  /**
   * Whether a path is such a table, or a folder with one.
   *
   * @param path a file or a folder
   * @return true if it can be opened here
   */
  public static boolean isOne(Path path) {
    Objects.requireNonNull(path, "path");
    return Files.isDirectory(path)
        ? NAMES.stream().anyMatch(name -> Files.isRegularFile(path.resolve(name)))
        : NAMES.contains(path.getFileName().toString()) && Files.isRegularFile(path);
  }

  /**
   * Opens a table and what lies beside it, and compares them.
   *
   * @param path the folder, or the table in it
   * @param subject a number for messages and reports, 1 to 99
   * @return the data, of which no response is read yet
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if something is missing, damaged, or does not belong together: a
   *     picture in two splits, a response of two trials, more or fewer responses than trials, ...
   */
  public static TrialTable open(Path path, int subject) throws IOException {
    Path table = Files.isDirectory(Objects.requireNonNull(path, "path")) ? table(path) : path;
    Path folder = table.toAbsolutePath().getParent();
    ResponseFiles responses = ResponseFiles.in(folder);
    List<TableRow> rows = TableReader.read(table, responses);
    BetaNormalization normalization =
        responses.scaled() ? BetaNormalization.NONE : BetaNormalization.TRAINING_TRIALS;
    Map<Split, Set<Long>> pictures = new EnumMap<>(Split.class);
    Map<Long, Path> files = new TreeMap<>();
    Map<Long, Integer> shown = new HashMap<>();
    for (TableRow row : rows) {
      files.put(row.picture(), row.image());
      if (row.split() != null) {
        pictures.computeIfAbsent(row.split(), s -> new TreeSet<>()).add(row.picture());
        shown.merge(row.picture(), 1, Integer::sum);
      }
    }
    BetaStudy study =
        new BetaStudy(
            table.toString(),
            sessions(rows, responses),
            responses.region(),
            id -> picture(id, files.get(id)));
    int repeats = shown.values().stream().mapToInt(Integer::intValue).max().orElse(1);
    return new TrialTable(
        subject,
        study,
        SplitPlan.of(pictures),
        StudyConfig.pictures(normalization, repeats),
        Stream.concat(Stream.of(table), responses.files().stream()).toList(),
        List.copyOf(files.values()),
        shown.values().stream().mapToInt(Integer::intValue).sum());
  }

  private static Path table(Path folder) throws IOException {
    return NAMES.stream()
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new NoSuchFileException(
                    folder.toString(), null, "there is no trials.csv or trials.tsv in it"));
  }

  private static TrialImage picture(long id, Path file) {
    SampleOrigin origin = new SampleOrigin(file.toString(), "picture" + id);
    try {
      return EncodedImage.of(origin, Files.readAllBytes(file), ImageLimits.DEFAULT);
    } catch (IOException e) {
      throw origin.malformed("image", "a readable file", e.toString()).causedBy(e);
    }
  }

  /** The trials of each session together, wherever they are in the files. */
  private static List<ShownSession> sessions(List<TableRow> rows, ResponseFiles responses) {
    Map<String, List<TableRow>> parts = new LinkedHashMap<>();
    for (TableRow row : rows) {
      int file = 0;
      int first = 0;
      while (row.row() >= first + responses.sessions().get(file).trials()) {
        first += responses.sessions().get(file).trials();
        file++;
      }
      parts.computeIfAbsent(file + " " + row.session(), p -> new ArrayList<>()).add(row);
    }
    List<ShownSession> sessions = new ArrayList<>();
    parts.forEach(
        (key, own) -> {
          int file = Integer.parseInt(key.substring(0, key.indexOf(' ')));
          int first = 0;
          for (int earlier = 0; earlier < file; earlier++) {
            first += responses.sessions().get(earlier).trials();
          }
          int start = first; // of the file's rows
          BetaSession betas =
              responses
                  .sessions()
                  .get(file)
                  .choose(own.stream().mapToInt(row -> row.row() - start).toArray());
          long[] pictures =
              own.stream()
                  .mapToLong(row -> row.split() == null ? BetaStudy.NO_PICTURE : row.picture())
                  .toArray();
          // Trials are numbered through all sessions: as the rows are, where these are in order.
          long before = sessions.stream().mapToLong(session -> session.pictures().length).sum();
          sessions.add(new ShownSession(betas, pictures, before));
        });
    return sessions;
  }

  @Override
  public DataForm form() {
    return DataForm.TRIAL_TABLE;
  }

  @Override
  protected List<Path> files() {
    return files;
  }

  @Override
  protected List<Path> pictureFiles() {
    return pictures;
  }

  /** Closes nothing: files are open only while they are read. */
  @Override
  public void close() {}

  @Override
  public String toString() {
    return form()
        + ", "
        + Plural.of(trials, "trial")
        + " in "
        + Plural.of(study().sessions().size(), "session")
        + ", "
        + Plural.of(voxels(), "voxel")
        + ", "
        + (config().normalization() == BetaNormalization.NONE
            ? "taken as they are"
            : "z-scored by training trials")
        + ": "
        + plan();
  }
}
