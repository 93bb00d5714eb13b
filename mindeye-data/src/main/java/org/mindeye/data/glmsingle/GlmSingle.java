// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.glmsingle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mindeye.data.betas.BetaAxes;
import org.mindeye.data.betas.BetaFileConfig;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.data.hdf5.Hdf5File;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.torch.CheckpointNode;
import org.mindeye.formats.torch.NumpyObjects;

/**
 * The files of GLMsingle, such as {@code TYPED_FITHRF_GLMDENOISE_RR.npy}. Which form it is in is
 * known by the content:
 *
 * <ul>
 *   <li>{@code .npy} of Python, a dictionary with the array {@code betasmd}; nothing in it is
 *       executed. Read whole.
 *   <li>{@code .hdf5} of Python, with the dataset {@code betasmd}.
 *   <li>{@code .mat} of MATLAB, version 7.3, with the variable {@code modelmd}.
 * </ul>
 *
 * <p>Betas are percent of signal change, of all sessions that were estimated together, one after
 * the other: {@link BetaSession#divide} parts them. What was shown is not in these files.
 */
public final class GlmSingle {
  private static final String PYTHON = "betasmd";
  private static final String MATLAB = "modelmd";

  private GlmSingle() {}

  /**
   * Opens a file.
   *
   * @param file as GLMsingle wrote it
   * @return its betas
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is of another kind, is damaged, or has no betas
   * @throws org.mindeye.MindEyeException if the Java heap does not hold a {@code .npy}
   */
  public static BetaSession open(Path file) throws IOException {
    FileKind kind =
        Files.isDirectory(Objects.requireNonNull(file, "file"))
            ? FileKind.FOLDER
            : FileKind.detect(file);
    return switch (kind) {
      case NPY -> dictionary(file);
      case HDF5, MAT_73 -> datasets(file);
      default ->
          throw new MalformedFileException(
              file.toString(),
              "a file of GLMsingle: .npy, .hdf5, or .mat of version 7.3",
              FileKind.describe(file));
    };
  }

  private static BetaSession datasets(Path file) throws IOException {
    boolean matlab;
    try (Hdf5File open = Hdf5File.open(file)) {
      matlab = open.has(MATLAB);
      if (!matlab && !open.has(PYTHON)) {
        throw new MalformedFileException(
            file.toString(),
            "a dataset '" + PYTHON + "' (Python) or '" + MATLAB + "' (MATLAB)",
            "only " + open.names());
      }
    }
    BetaFileConfig config = BetaFileConfig.paper();
    return BetaSession.open(
        file,
        matlab
            ? config.withDataset(MATLAB, BetaAxes.TRIALS_FIRST)
            : config.withDataset(PYTHON, BetaAxes.TRIALS_LAST));
  }

  private static BetaSession dictionary(Path file) throws IOException {
    CheckpointNode root = NumpyObjects.read(file);
    if (!(root instanceof CheckpointNode.Mapping results)) {
      throw new MalformedFileException(file.toString(), "a dictionary of results", "a " + root);
    }
    Optional<HeapArray> betas =
        results
            .get(PYTHON)
            .filter(CheckpointNode.Array.class::isInstance)
            .map(node -> ((CheckpointNode.Array) node).array());
    return BetaSession.of(
        file + ": " + PYTHON,
        betas.orElseThrow(
            () ->
                new MalformedFileException(
                    file.toString(),
                    "an array '" + PYTHON + "' of numbers in the dictionary",
                    results
                        .get(PYTHON)
                        .map(CheckpointNode::toString)
                        .orElseGet(
                            () ->
                                results.entries().keySet().stream()
                                    .limit(20)
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(", ", "only ", ""))))));
  }
}
