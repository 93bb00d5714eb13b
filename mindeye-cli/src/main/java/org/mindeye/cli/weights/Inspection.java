// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mindeye.Plural;
import org.mindeye.cli.console.OptionNames;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.WeightFormat;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.torch.ExpansionLimit;
import org.mindeye.formats.torch.OpaqueObject;
import org.mindeye.formats.torch.TorchCheckpoint;
import org.mindeye.training.recognition.KnownModel;
import org.mindeye.training.recognition.KnownModels;

/**
 * What is in a file.
 *
 * @param file the file
 * @param format its format
 * @param tensors all of them; those of a checkpoint with the keys around them, slashes between
 * @param metadata what a safetensors file notes beside its tensors
 * @param entries what a checkpoint holds besides tensors, by place
 * @param opaque what a checkpoint holds that is not read
 * @param recognised what this library knows about such files, one sentence each
 */
record Inspection(
    Path file,
    WeightFormat format,
    List<TensorInfo> tensors,
    Map<String, String> metadata,
    Map<String, String> entries,
    List<OpaqueObject> opaque,
    List<String> recognised) {

  static Inspection of(Path file) throws IOException {
    WeightFormat format = WeightFiles.format(file);
    return switch (format) {
      case SAFETENSORS, NPZ, SHARDED -> named(file, format);
      case NPY -> array(file);
      case TORCH -> checkpoint(file);
    };
  }

  private static Inspection named(Path file, WeightFormat format) throws IOException {
    try (StateDict weights = WeightFiles.open(file)) {
      List<TensorInfo> tensors = weights.names().stream().map(weights::info).toList();
      return new Inspection(
          file,
          format,
          tensors,
          weights.metadata(),
          Map.of(),
          List.of(),
          sentences(KnownModels.in(weights)));
    }
  }

  /** For a person at a shell. */
  static List<String> sentences(List<KnownModel> models) {
    return models.stream().map(KnownModel::description).map(OptionNames::in).toList();
  }

  private static Inspection array(Path file) throws IOException {
    return new Inspection(
        file, WeightFormat.NPY, List.of(Npy.info(file)), Map.of(), Map.of(), List.of(), List.of());
  }

  private static Inspection checkpoint(Path file) throws IOException {
    // Nothing is read but names and shapes: what the tensors would take does not matter.
    try (TorchCheckpoint checkpoint = TorchCheckpoint.open(file, ExpansionLimit.NONE)) {
      CheckpointTree tree = CheckpointTree.of(checkpoint.places());
      List<String> recognised = new ArrayList<>(weights(checkpoint, tree));
      recognised.addAll(sentences(KnownModels.ofTraining(checkpoint)));
      return new Inspection(
          file,
          WeightFormat.TORCH,
          tree.tensors(),
          Map.of(),
          tree.lines(),
          checkpoint.opaque(),
          recognised);
    }
  }

  private static List<String> weights(TorchCheckpoint checkpoint, CheckpointTree tree) {
    StateDict weights;
    try {
      weights = Source.of(checkpoint, tree, null).tensors();
    } catch (MalformedFileException e) {
      return List.of("no single dictionary of weights: found " + e.found());
    }
    return sentences(KnownModels.in(weights));
  }

  /** A file that holds no number is listed, and still no file of weights. */
  void requireNumbers() {
    if (parameters() == 0) {
      throw new MalformedFileException(
          file.toString(),
          "weights",
          tensors.isEmpty()
              ? "no tensor at all"
              : Plural.of(tensors.size(), "tensor")
                  + " without elements (of a ZeRO stage 3, whose weights are in other files,"
                  + " for example)");
    }
  }

  long parameters() {
    return tensors.stream().mapToLong(TensorInfo::size).sum();
  }

  long bytes() {
    return tensors.stream().mapToLong(TensorInfo::bytes).sum();
  }
}
