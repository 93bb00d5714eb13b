// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.mindeye.cli.config.ConfigFile;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.tensor.TensorSpec;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.TensorTypes;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;

/** One run of a component: what it was given, and what it made of it. */
final class Job {
  private final NDManager manager;
  private final StateDict inputs;
  private final Path config;
  private final Path weights;
  private final Choices choices;
  private final Precision precision;
  private final Map<String, NDArray> results = new LinkedHashMap<>();

  /**
   * Starts a run.
   *
   * @param manager owns everything that is read; its device computes
   * @param inputs the file of inputs, which stays open
   * @param config the file of the configuration; null if there is none
   * @param weights the file of weights; null if there is none
   * @param choices which loss or sampler, for the components that ask
   * @param precision in which networks keep their weights
   */
  Job(
      NDManager manager,
      StateDict inputs,
      Path config,
      Path weights,
      Choices choices,
      Precision precision) {
    this.manager = manager;
    this.inputs = inputs;
    this.config = config;
    this.weights = weights;
    this.choices = choices;
    this.precision = precision;
  }

  Device device() {
    return manager.getDevice();
  }

  NDManager manager() {
    return manager;
  }

  Choices choices() {
    return choices;
  }

  Precision precision() {
    return precision;
  }

  boolean hasConfig() {
    return config != null;
  }

  <R extends Record> R config(Class<R> type) throws IOException {
    return ConfigFile.open(config).as(type);
  }

  StateDict weights() throws IOException {
    return WeightFiles.open(weights);
  }

  /** Stable Diffusion's autoencoder, of the configuration or of what the weights show. */
  AutoencoderKl autoencoder() throws IOException {
    AutoencoderConfig given = hasConfig() ? config(AutoencoderConfig.class) : null;
    try (StateDict file = weights()) {
      return AutoencoderKl.load(
          file, given == null ? AutoencoderConfig.of(file) : given, precision, device());
    }
  }

  /** A UNet, of the configuration or, where that is null, of what the weights show. */
  ConditionalUnet unet(StateDict file, ConditionalUnetConfig given) {
    return ConditionalUnet.load(
        file, given == null ? ConditionalUnetConfig.of(file) : given, precision, device());
  }

  /** An input that has to be there, of the named type. */
  NDArray input(String name, DataType type) {
    return optional(name, type)
        .orElseThrow(
            () ->
                new MalformedFileException(
                    inputs.source(), "a tensor '" + name + "'", "only " + inputs.names()));
  }

  /** An input of the named type, if it is there. */
  Optional<NDArray> optional(String name, DataType... types) {
    if (!inputs.names().contains(name)) {
      return Optional.empty();
    }
    DataType found = TensorTypes.dataType(inputs.info(name).type());
    for (DataType type : types) {
      if (found == type) {
        return Optional.of(inputs.load(name, manager));
      }
    }
    throw malformed(
        name, Arrays.toString(types), inputs.info(name).type() + " " + inputs.info(name).shape());
  }

  /** A yes or no of each sample, if it is there: {@code [batch]}, bool or uint8. */
  Optional<boolean[]> flags(String name, int batch) {
    return optional(name, DataType.BOOLEAN, DataType.UINT8)
        .map(
            given -> {
              TensorSpec.of(name).axis("batch", batch).check(given.getShape());
              return given.toType(DataType.BOOLEAN, true).toBooleanArray();
            });
  }

  /** The same for every sample unless the file says otherwise. */
  static boolean[] allTrue(int batch) {
    boolean[] all = new boolean[batch];
    Arrays.fill(all, true);
    return all;
  }

  /** What is wrong with an input. */
  MalformedFileException malformed(String name, String expected, String found) {
    return new MalformedFileException(inputs.source() + ": tensor '" + name + "'", expected, found);
  }

  void put(String name, NDArray result) {
    results.put(name, result);
  }

  Map<String, NDArray> results() {
    return results;
  }
}
