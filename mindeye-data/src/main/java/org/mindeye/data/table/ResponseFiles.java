// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.betas.BetaAxes;
import org.mindeye.data.betas.BetaFileConfig;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.data.glmsingle.GlmSingle;
import org.mindeye.data.hdf5.Hdf5File;
import org.mindeye.data.volume.RoiMask;
import org.mindeye.data.volume.VoxelOrder;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The responses beside a table of trials.
 *
 * @param files they are read from
 * @param sessions one after the other, as the table counts their rows
 * @param region the voxels to take
 * @param scaled whether they are as a model reads them; betas still have to be made comparable
 */
record ResponseFiles(List<Path> files, List<BetaSession> sessions, RoiMask region, boolean scaled) {
  private static final List<String> IMAGES = List.of(".nii", ".nii.gz", ".mgh", ".mgz");
  private static final List<String> MATRICES =
      List.of("voxels.npy", "voxels.csv", "voxels.tsv", "voxels.hdf5", "voxels.h5");
  private static final Pattern GLMSINGLE = Pattern.compile("TYPE[A-D]_\\w+\\.(npy|hdf5|h5|mat)");

  /** How many responses there are. */
  int rows() {
    return sessions.stream().mapToInt(BetaSession::trials).sum();
  }

  /** The file, or the first and the last one and how many there are, for messages. */
  String names() {
    String first = files.get(0).getFileName().toString();
    return files.size() == 1
        ? first
        : first
            + " to "
            + files.get(files.size() - 1).getFileName()
            + " ("
            + Plural.of(files.size(), "file")
            + ")";
  }

  /** Finds them in a folder. */
  static ResponseFiles in(Path folder) throws IOException {
    List<Path> matrices =
        MATRICES.stream().map(folder::resolve).filter(Files::isRegularFile).toList();
    List<Path> betas = betas(folder);
    List<Path> results = files(folder, name -> GLMSINGLE.matcher(name).matches());
    if (matrices.size() + (betas.isEmpty() ? 0 : 1) + results.size() != 1) {
      List<String> found =
          Stream.of(matrices, betas, results)
              .flatMap(List::stream)
              .map(file -> file.getFileName().toString())
              .toList();
      throw new MindEyeException(
          folder
              + ": expected responses in one of "
              + String.join(", ", MATRICES)
              + ", in betas*.nii.gz with mask.nii.gz, or in one result of GLMsingle"
              + " (TYPED_FITHRF_GLMDENOISE_RR.npy, .hdf5 or .mat), but found "
              + (found.isEmpty() ? "none of them" : found + "; move away what is not to be read"));
    }
    if (!matrices.isEmpty()) {
      return matrix(matrices.get(0));
    }
    return betas.isEmpty() ? glmSingle(folder, results.get(0)) : volumes(folder, betas);
  }

  /** Files of betas, in the order of their names and numbers. */
  private static List<Path> betas(Path folder) throws IOException {
    return files(
        folder, name -> name.startsWith("betas") && IMAGES.stream().anyMatch(name::endsWith));
  }

  private static List<Path> files(Path folder, Predicate<String> names) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> names.test(file.getFileName().toString()))
          .sorted(new NumberedNames())
          .toList();
    }
  }

  private static ResponseFiles matrix(Path file) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    BetaSession rows;
    if (name.endsWith(".npy")) {
      rows = BetaSession.ofRows(file);
    } else if (name.endsWith("sv")) {
      rows = BetaSession.ofRows(file.toString(), TextMatrix.read(file));
    } else {
      rows = datasets(file);
    }
    return new ResponseFiles(List.of(file), List.of(rows), all(rows), true);
  }

  private static RoiMask all(BetaSession session) {
    return RoiMask.all(session.grid(), VoxelOrder.FIRST_AXIS_FASTEST);
  }

  /** A dataset of rows: the one called voxels or betas, or the only one. */
  private static BetaSession datasets(Path file) throws IOException {
    List<String> names;
    try (Hdf5File open = Hdf5File.open(file)) {
      names = open.names();
    }
    Optional<String> usual = Stream.of("voxels", "betas").filter(names::contains).findFirst();
    if (usual.isEmpty() && names.size() != 1) {
      throw new MalformedFileException(
          file.toString(), "a dataset 'voxels' of [trials, voxels]", names.toString());
    }
    BetaFileConfig config =
        BetaFileConfig.paper()
            .withPlainIntegers()
            .withDataset(usual.orElseGet(() -> names.get(0)), BetaAxes.TRIALS_FIRST);
    return BetaSession.open(file, config);
  }

  private static ResponseFiles volumes(Path folder, List<Path> betas) throws IOException {
    RoiMask region = mask(folder, betas.get(0));
    List<BetaSession> sessions = new ArrayList<>();
    for (Path each : betas) {
      BetaSession session = BetaSession.open(each, BetaFileConfig.paper().withPlainIntegers());
      region.requireGrid(session.grid(), session.source());
      sessions.add(session);
    }
    return new ResponseFiles(betas, List.copyOf(sessions), region, false);
  }

  /** All trials in one file; without a mask where the voxels are in a line, chosen before. */
  private static ResponseFiles glmSingle(Path folder, Path file) throws IOException {
    BetaSession session = GlmSingle.open(file);
    RoiMask region =
        session.grid().isLine() && masks(folder).isEmpty() ? all(session) : mask(folder, file);
    region.requireGrid(session.grid(), session.source());
    return new ResponseFiles(List.of(file), List.of(session), region, false);
  }

  private static List<Path> masks(Path folder) {
    return IMAGES.stream()
        .map(ending -> folder.resolve("mask" + ending))
        .filter(Files::isRegularFile)
        .toList();
  }

  private static RoiMask mask(Path folder, Path betas) throws IOException {
    List<Path> masks = masks(folder);
    if (masks.isEmpty()) {
      throw new MindEyeException(
          folder
              + ": expected mask.nii.gz (or .nii, .mgh, .mgz), whose voxels of value 1 are taken of "
              + betas.getFileName()
              + ", but found none");
    }
    return RoiMask.read(masks.get(0), VoxelOrder.LAST_AXIS_FASTEST);
  }
}
