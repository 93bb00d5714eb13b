// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.data.betas.BetaAxes;
import org.mindeye.data.betas.BetaFileConfig;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.data.hdf5.Hdf5File;
import org.mindeye.data.volume.RoiMask;
import org.mindeye.data.volume.VoxelOrder;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The responses beside a table of trials.
 *
 * @param sessions one after the other, as the table counts their rows
 * @param region the voxels to take
 * @param scaled whether they are as a model reads them; betas still have to be made comparable
 */
record ResponseFiles(List<BetaSession> sessions, RoiMask region, boolean scaled) {
  private static final List<String> IMAGES = List.of(".nii", ".nii.gz", ".mgh", ".mgz");
  private static final List<String> MATRICES =
      List.of("voxels.npy", "voxels.csv", "voxels.tsv", "voxels.hdf5", "voxels.h5");

  /** How many responses there are. */
  int rows() {
    return sessions.stream().mapToInt(BetaSession::trials).sum();
  }

  /** Finds them in a folder. */
  static ResponseFiles in(Path folder) throws IOException {
    List<Path> matrices =
        MATRICES.stream().map(folder::resolve).filter(Files::isRegularFile).toList();
    List<Path> betas = betas(folder);
    if (matrices.size() + (betas.isEmpty() ? 0 : 1) != 1) {
      throw new MindEyeException(
          folder
              + ": expected responses in one of "
              + String.join(", ", MATRICES)
              + ", or in betas*.nii.gz with mask.nii.gz, but found "
              + (matrices.isEmpty() && betas.isEmpty()
                  ? "none of them"
                  : Stream.concat(matrices.stream(), betas.stream())
                      .map(file -> file.getFileName().toString())
                      .toList()));
    }
    return betas.isEmpty() ? matrix(matrices.get(0)) : volumes(folder, betas);
  }

  /** Files of betas, in the order of their names. */
  private static List<Path> betas(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(
              file -> {
                String name = file.getFileName().toString();
                return name.startsWith("betas") && IMAGES.stream().anyMatch(name::endsWith);
              })
          .sorted()
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
    RoiMask all = RoiMask.all(rows.grid(), VoxelOrder.FIRST_AXIS_FASTEST);
    return new ResponseFiles(List.of(rows), all, true);
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
    Path mask =
        IMAGES.stream()
            .map(ending -> folder.resolve("mask" + ending))
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(
                () ->
                    new MindEyeException(
                        folder
                            + ": expected mask.nii.gz (or .nii, .mgh, .mgz), whose voxels of value 1"
                            + " are taken of "
                            + betas.get(0).getFileName()
                            + ", but found none"));
    RoiMask region = RoiMask.read(mask, VoxelOrder.LAST_AXIS_FASTEST);
    List<BetaSession> sessions = new ArrayList<>();
    for (Path each : betas) {
      BetaSession session = BetaSession.open(each, BetaFileConfig.paper().withPlainIntegers());
      region.requireGrid(session.grid(), session.source());
      sessions.add(session);
    }
    return new ResponseFiles(List.copyOf(sessions), region, false);
  }
}
