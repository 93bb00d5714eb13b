// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.document.ForeignFields;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The shape of an {@link AutoencoderKl}.
 *
 * @param stages of encoder and decoder
 * @param latentChannels numbers per position of the latents; diffusers' {@code latent_channels}
 * @param scale what latents are multiplied by, so that their deviation is about 1; diffusers'
 *     {@code scaling_factor}
 */
public record AutoencoderConfig(ConvolutionStages stages, int latentChannels, double scale) {
  /** Under which key the metadata of a file of weights note their configuration, in JSON. */
  public static final String METADATA = "mindeye.autoencoder";

  /** Stable Diffusion's factor on latents. */
  public static final double STABLE_DIFFUSION_SCALE = 0.18215;

  /** Checks the numbers. */
  public AutoencoderConfig {
    Objects.requireNonNull(stages, "stages");
    if (latentChannels < 1) {
      throw new IllegalArgumentException(
          "latentChannels: expected at least 1 but was " + latentChannels);
    }
    if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("scale: expected a positive number but was " + scale);
    }
  }

  /**
   * The autoencoder of Stable Diffusion 1 and Versatile Diffusion: 83,653,863 parameters, 512 x 512
   * pixels to 4 x 64 x 64 latents.
   *
   * @return the published configuration
   */
  public static AutoencoderConfig stableDiffusion() {
    return new AutoencoderConfig(
        new ConvolutionStages(List.of(128, 256, 512, 512), 2, 32), 4, STABLE_DIFFUSION_SCALE);
  }

  /**
   * Reads the configuration that the file notes under {@link #METADATA}, as this library's do. Of
   * published files, which note nothing, the shapes tell the channels and blocks; that norms have
   * 32 groups and latents Stable Diffusion's scale is taken for granted then. Other autoencoders
   * without metadata are loaded by {@link AutoencoderKl#load(StateDict, AutoencoderConfig,
   * ai.djl.Device)}.
   *
   * @param file holds an autoencoder's tensors; stays open
   * @return the configuration
   * @throws MalformedFileException if the tensors are not an autoencoder's, contradict the
   *     metadata, or cannot have 32 groups where nothing is noted; if the metadata lack a key, have
   *     an unknown one, or are of a later schema: names it
   */
  public static AutoencoderConfig of(StateDict file) {
    StateDict weights = Objects.requireNonNull(file, "file").unwrapped();
    return Document.noted(file, METADATA)
        .map(noted -> noted.as(AutoencoderConfig.class))
        .map(noted -> AutoencoderWeights.requireFits(weights, noted, "its metadata"))
        .orElseGet(() -> AutoencoderWeights.configure(weights));
  }

  /**
   * Reads the {@code config.json} that diffusers writes beside an autoencoder's weights, or the
   * document that this library notes in theirs.
   *
   * @param file of at most 16 megabytes, in UTF-8
   * @return the configuration
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it holds anything else, or describes an autoencoder that this
   *     library does not compute: names the field
   */
  public static AutoencoderConfig read(Path file) throws IOException {
    Document document = Document.read(file);
    ForeignFields fields = ForeignFields.of(document);
    return PublishedAutoencoderFile.isOne(fields)
        ? PublishedAutoencoderFile.of(fields)
        : document.as(AutoencoderConfig.class);
  }

  /**
   * Refuses weights of another shape, from their names and shapes alone, and weights that note
   * another configuration.
   *
   * @param file holds an autoencoder's tensors; stays open
   * @throws MalformedFileException if they are another autoencoder's: says in one line what they
   *     are
   * @throws org.mindeye.core.weights.WeightMismatchException if tensors are missing, unknown or
   *     misshapen
   */
  public void requireFits(StateDict file) {
    StateDict weights = Objects.requireNonNull(file, "file").unwrapped();
    AutoencoderWeights.requireFits(weights, this, "the configuration");
    AutoencoderConfig noted =
        Document.noted(file, METADATA).map(n -> n.as(AutoencoderConfig.class)).orElse(this);
    if (!noted.equals(this)) {
      throw new MalformedFileException(
          file.source(), "metadata of " + this + ", as the configuration says,", noted.toString());
    }
    try (AutoencoderKl declared = new AutoencoderKl(this)) {
      WeightBinder.strict().requireFits(weights, declared);
    }
  }

  /**
   * What a file of weights should note, so that {@link #of} finds it.
   *
   * @return metadata for {@link org.mindeye.core.weights.WeightFiles#write(java.nio.file.Path,
   *     org.mindeye.core.nn.Network, Map)}
   */
  public Map<String, String> metadata() {
    return Map.of(METADATA, DocumentWriter.line(this));
  }

  /**
   * Another scale.
   *
   * @param newScale what latents are multiplied by
   * @return a changed copy
   */
  public AutoencoderConfig withScale(double newScale) {
    return new AutoencoderConfig(stages, latentChannels, newScale);
  }
}
