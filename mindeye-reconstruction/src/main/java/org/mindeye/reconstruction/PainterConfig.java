// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import java.util.Objects;

/**
 * What a {@link VersatileDiffusionDecoder} does alike for every picture, beside the {@link
 * org.mindeye.core.pipeline.DecodeConfig} that each call brings.
 *
 * @param process what the UNet was trained for
 * @param scheduler how latents are sampled
 * @param tokens what is done to the prior's tokens
 * @param startPixels how the autoencoder is shown the blurry picture
 * @param startLatents which of its latents the painting starts from
 * @param batch how many pictures are painted at once, at least 1; changes the memory that is
 *     needed, and of the pictures only what rounding does
 */
public record PainterConfig(
    PublishedScheduler process,
    LatentScheduler scheduler,
    TokenScale tokens,
    StartPixels startPixels,
    StartLatents startLatents,
    int batch) {
  /** Checks that all is there. */
  public PainterConfig {
    Objects.requireNonNull(process, "process");
    Objects.requireNonNull(scheduler, "scheduler");
    Objects.requireNonNull(tokens, "tokens");
    Objects.requireNonNull(startPixels, "startPixels");
    Objects.requireNonNull(startLatents, "startLatents");
    if (batch < 1) {
      throw new IllegalArgumentException("batch: expected at least 1 but was " + batch);
    }
  }

  /**
   * As the published figures were made, one picture at a time. (The original paints all candidates
   * of an image at once.)
   *
   * @return the configuration
   */
  public static PainterConfig paper() {
    return new PainterConfig(
        PublishedScheduler.stableDiffusion(),
        LatentScheduler.paper(),
        TokenScale.CLASS_TOKEN,
        StartPixels.CLIP_STATISTICS,
        StartLatents.DRAWN,
        1);
  }

  /**
   * For a UNet that paints from CLIP's final embedding, Stable Diffusion Image Variations': the
   * same, but for tokens that are left as they are.
   *
   * @return the configuration
   */
  public static PainterConfig finalLayer() {
    return paper().withTokens(TokenScale.AS_SAMPLED);
  }

  /**
   * For a published painter: {@link #paper()} or {@link #finalLayer()} with the process of its
   * scheduler file.
   *
   * @param folder what was downloaded
   * @return the configuration
   */
  public static PainterConfig of(DiffusersFolder folder) {
    PainterConfig published =
        Objects.requireNonNull(folder, "folder").kind() == PainterKind.IMAGE_VARIATIONS
            ? finalLayer()
            : paper();
    return published.withProcess(folder.scheduler());
  }

  /**
   * For networks of your own, trained on tokens divided by the norm of the class token and on
   * pixels in [-1, 1]: those are what they are shown, and sampling ends at the predicted clean
   * latents.
   *
   * @param process what the UNet was trained for, see {@link LatentProcess#of}
   * @return the configuration
   */
  public static PainterConfig trained(LatentProcess process) {
    return paper()
        .withProcess(Objects.requireNonNull(process, "process").scheduler())
        .withScheduler(LatentScheduler.paper().withEnd(LatentScheduler.End.CLEAN))
        .withStartPixels(StartPixels.UNIT);
  }

  /**
   * Another process.
   *
   * @param other what the UNet was trained for
   * @return a changed copy
   */
  public PainterConfig withProcess(PublishedScheduler other) {
    return new PainterConfig(other, scheduler, tokens, startPixels, startLatents, batch);
  }

  /**
   * Another way of sampling.
   *
   * @param other how latents are sampled
   * @return a changed copy
   */
  public PainterConfig withScheduler(LatentScheduler other) {
    return new PainterConfig(process, other, tokens, startPixels, startLatents, batch);
  }

  /**
   * Another scale of tokens.
   *
   * @param other what is done to them
   * @return a changed copy
   */
  public PainterConfig withTokens(TokenScale other) {
    return new PainterConfig(process, scheduler, other, startPixels, startLatents, batch);
  }

  /**
   * Another range of the blurry picture.
   *
   * @param other how the autoencoder is shown it; {@link StartPixels#UNIT} is recommended for
   *     weights of your own
   * @return a changed copy
   */
  public PainterConfig withStartPixels(StartPixels other) {
    return new PainterConfig(process, scheduler, tokens, other, startLatents, batch);
  }

  /**
   * Other latents to start from.
   *
   * @param other which of the autoencoder's
   * @return a changed copy
   */
  public PainterConfig withStartLatents(StartLatents other) {
    return new PainterConfig(process, scheduler, tokens, startPixels, other, batch);
  }

  /**
   * Another number of pictures at once.
   *
   * @param count at least 1
   * @return a changed copy
   * @throws IllegalArgumentException if it is smaller
   */
  public PainterConfig withBatch(int count) {
    return new PainterConfig(process, scheduler, tokens, startPixels, startLatents, count);
  }
}
