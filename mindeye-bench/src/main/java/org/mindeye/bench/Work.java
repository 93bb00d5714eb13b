// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.util.Map;
import java.util.Optional;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.engine.Precision;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.reconstruction.LatentScheduler;

/**
 * The least that one call of a benchmark has to do: the one place where that is counted.
 *
 * <p>Arithmetic is counted where it is a matrix product, a multiplication and an addition apart;
 * norms, activations, softmax and sums are left out, they are far below one percent. Bytes are what
 * must cross the memory bus if the caches were perfect: each weight and input once for each pass
 * that needs it, each result once; activations in between are not counted. A call cannot be faster
 * than either allows, so a share of the limit is never flattered by these formulas.
 *
 * @param flops floating-point operations
 * @param bytes bytes read and written
 */
record Work(double flops, double bytes) {
  private static final int FLOAT = 4;
  private static final int TAR_BLOCK = 512;
  private static final int NPY_HEADER = 128;

  /**
   * The work of a benchmark.
   *
   * @param benchmark class and method, for example {@code BackboneForward.forward}
   * @param parameters JMH's, as text
   * @return the work per call; nothing where overhead is measured
   * @throws IllegalArgumentException if there is no formula for the benchmark
   */
  static Optional<Work> of(String benchmark, Map<String, String> parameters) {
    double share = shareOfBytes(benchmark, parameters.get("precision"));
    return formula(benchmark, new Numbers(parameters))
        .map(work -> new Work(work.flops, work.bytes * share));
  }

  /** Weights of fewer bits; training reads and writes float32 in every format. */
  private static double shareOfBytes(String benchmark, String precision) {
    if (precision == null || benchmark.contains("Training")) {
      return 1;
    }
    return switch (Precision.valueOf(precision)) {
      case FLOAT32 -> 1;
      case BFLOAT16 -> 0.5;
      case INT8_WEIGHTS -> 0.25;
    };
  }

  private Work plus(Work other) {
    return new Work(flops + other.flops, bytes + other.bytes);
  }

  private static Optional<Work> formula(String benchmark, Numbers n) {
    return switch (benchmark) {
      case "AdamWStep.step" -> Optional.of(adamW(n.of("parameters")));
      case "Autoencoding.decode" -> Optional.of(ConvolutionWork.decode(n.autoencoder()));
      case "Autoencoding.encode" -> Optional.of(ConvolutionWork.encode(n.autoencoder()));
      case "BackboneForward.forward" -> Optional.of(forward(n.config(), n.of("batch")));
      case "BackboneTrainingStep.step" ->
          Optional.of(
              n.encodesTargets()
                  ? trainingStep(n.config(), n.of("batch"))
                      .plus(choice(ClipSize.PAPER, n.of("batch")))
                  : trainingStep(n.config(), n.of("batch")));
      case "BestOf.score" -> Optional.of(choice(n.clip(), n.of("batch")));
      case "ClipEncoding.encode" -> Optional.of(encoding(n.clip(), n.of("batch")));
      // Decoding and copying: counted in samples, of which a pass has as many as its size says.
      case "BatchLoading.pass" -> Optional.empty();
      // What a search looks at depends on the gallery.
      case "GraphBuild.build", "GraphNeighbors.search" -> Optional.empty();
      case "GuidedDecode.decode" -> Optional.of(UnetWork.guidedDecode(n.unet()));
      case "KernelCall.kernel", "KernelCall.operation", "KernelCall.readBack" -> Optional.empty();
      case "Losses.forward" -> Optional.of(loss(n.loss(), n.of("batch"), n.of("width")));
      case "Losses.forwardAndGradient" ->
          Optional.of(lossAndGradient(n.loss(), n.of("batch"), n.of("width")));
      case "LowLevelForward.forward" ->
          Optional.of(ConvolutionWork.forward(n.lowLevel().withoutMapsProjector(), n.of("batch")));
      case "LowLevelTrainingStep.step" ->
          Optional.of(ConvolutionWork.trainingStep(n.lowLevel(), n.of("batch")));
      case "MachineLimits.multiply" ->
          Optional.of(product(n.of("rows"), n.of("rows"), n.of("rows")));
      case "MachineLimits.read" -> Optional.of(new Work(0, n.of("mebibytes") * 0x1p20));
      case "MachineLimits.add" -> Optional.of(new Work(0, 3 * n.of("mebibytes") * 0x1p20));
      case "MappedNeighbors.nearest" ->
          Optional.of(mapped(n.of("queries"), n.of("gallery"), n.parameters().get("type")));
      case "NearestNeighbors.nearest" ->
          Optional.of(similarities(n.of("queries"), n.of("gallery"), n.of("width")));
      case "NpyRead.read" -> Optional.of(new Work(0, NPY_HEADER + FLOAT * n.of("numbers")));
      case "PriorDenoise.predict" -> Optional.of(prior(n.prior(), n.of("batch"), 1));
      case "PriorDenoise.prepared" -> Optional.of(priorStep(n.prior(), n.of("batch")));
      case "PriorSample.sample" -> Optional.of(priorSample(n.prior(), n.of("batch"), n.steps()));
      case "PriorTrainingStep.step" -> Optional.of(priorTrainingStep(n.prior(), n.of("batch")));
      case "SamplerStep.step" -> Optional.of(samplerStep(n.method(), n.of("batch")));
      case "Similarities.cosine" ->
          Optional.of(similarities(n.of("pool"), n.of("pool"), n.of("width")));
      case "UnetStep.step" -> Optional.of(UnetWork.step(n.unet(), n.pass()));
      case "WebDatasetRead.read" -> Optional.of(new Work(0, shardBytes(n.of("samples"))));
      case "WeightsRead.read" -> Optional.of(new Work(0, FLOAT * n.of("numbers")));
      default -> throw new IllegalArgumentException("no formula for the work of " + benchmark);
    };
  }

  /** The parameters of a benchmark by what they mean. */
  private record Numbers(Map<String, String> parameters) {
    double of(String name) {
      return Double.parseDouble(parameters.get(name));
    }

    BackboneConfig config() {
      return BackboneSize.valueOf(parameters.get("size")).config();
    }

    boolean encodesTargets() {
      return "CLIP".equals(parameters.get("targets"));
    }

    AutoencoderSize autoencoder() {
      return AutoencoderSize.valueOf(parameters.get("autoencoder"));
    }

    LowLevelConfig lowLevel() {
      return LowLevelSize.valueOf(parameters.get("network")).config();
    }

    LossKind loss() {
      return LossKind.valueOf(parameters.get("loss"));
    }

    ClipSize clip() {
      return ClipSize.valueOf(parameters.get("clip"));
    }

    LatentScheduler.Method method() {
      return LatentScheduler.Method.valueOf(parameters.get("method"));
    }

    PriorConfig prior() {
      return PriorSize.valueOf(parameters.get("prior")).config();
    }

    UnetSize unet() {
      return UnetSize.valueOf(parameters.get("unet"));
    }

    UnetPass pass() {
      return UnetPass.valueOf(parameters.get("pass"));
    }

    double steps() {
      NoiseSchedule schedule = DiffusionConfig.paper(prior().space().width()).noiseSchedule();
      return SamplerKind.valueOf(parameters.get("sampler")).sampler().calls(schedule);
    }
  }

  /** {@code [rows, inner] x [inner, columns]}: both read, the result written. */
  static Work product(double rows, double inner, double columns) {
    return new Work(
        2 * rows * inner * columns, FLOAT * (rows * inner + inner * columns + rows * columns));
  }

  /** The same of a gallery in a file of 768 numbers a row. */
  private static Work mapped(double queries, double gallery, String type) {
    Work single = similarities(queries, gallery, ClusteredVectors.WIDTH);
    boolean half = ElementType.valueOf(type) == ElementType.FLOAT16;
    double less = half ? (FLOAT - Short.BYTES) * gallery * ClusteredVectors.WIDTH : 0;
    return new Work(single.flops, single.bytes - less);
  }

  /** All pairs of two sets of vectors; what becomes of the scores is not counted. */
  static Work similarities(double rows, double columns, double width) {
    return new Work(2 * rows * columns * width, FLOAT * (rows + columns) * width);
  }

  /** Every linear layer once; every weight and input read, tokens and projection written. */
  static Work forward(BackboneConfig config, double batch) {
    double tokens = config.space().tokens();
    double width = config.space().width();
    double hidden = config.trunk().hidden();
    double projector = config.projector().width();
    double perSample =
        config.voxels() * hidden
            + config.trunk().blocks() * hidden * hidden
            + hidden * tokens * width
            + tokens * (2 * width * projector + projector * projector);
    double numbers =
        new ResidualMlpBackbone(config).parameterCount()
            + batch * (config.voxels() + 2 * tokens * width);
    return new Work(2 * batch * perSample, FLOAT * numbers);
  }

  /**
   * Forward; backward, which is two products for each of forward's, except that voxels need no
   * gradient; SoftCLIP with its gradient; AdamW. Weights are read forward and backward, gradients
   * written, and AdamW passes as in {@link #adamW}.
   */
  static Work trainingStep(BackboneConfig config, double batch) {
    Work forward = forward(config, batch);
    Work loss = lossAndGradient(LossKind.SOFT_CLIP, batch, config.space().size());
    double parameters = new ResidualMlpBackbone(config).parameterCount();
    double voxelGradient = 2 * batch * config.voxels() * config.trunk().hidden();
    return new Work(
        3 * forward.flops - voxelGradient + loss.flops,
        forward.bytes + 2 * FLOAT * parameters + loss.bytes + adamW(parameters).bytes);
  }

  /** Seven passes: weight, gradient and both moments read; weight and both moments written. */
  static Work adamW(double parameters) {
    return new Work(0, 7 * FLOAT * parameters);
  }

  /** One table of similarities, two where targets are similarities too. */
  static Work loss(LossKind loss, double batch, double width) {
    int tables = loss == LossKind.CLIP || loss == LossKind.BI_MIX_CO ? 1 : 2;
    int inputs = loss == LossKind.SOFT_CONTRASTIVE ? 3 : 2;
    return new Work(tables * 2 * batch * batch * width, inputs * FLOAT * batch * width);
  }

  /** One product more: the table's gradient times what brains were compared with. */
  static Work lossAndGradient(LossKind loss, double batch, double width) {
    Work forward = loss(loss, batch, width);
    return new Work(
        forward.flops + 2 * batch * batch * width, forward.bytes + 2 * FLOAT * batch * width);
  }

  /**
   * A prior's network: keys and values of all tokens in every layer; queries, attention, output and
   * feed-forward block of all tokens too, but in the last layer only of those that are read out;
   * the time's MLP once for each timestep. Weights, brain and noisy tokens are read and clean ones
   * written; null tokens stand for what is hidden, so they are not read.
   */
  static Work prior(PriorConfig config, double batch, double timesteps) {
    TransformerConfig layers = config.transformer();
    double tokens = config.space().tokens();
    double width = config.space().width();
    double length = 2 * tokens + 1;
    double heads = layers.heads() * layers.headWidth();
    double asking = (layers.depth() - 1) * length + tokens;
    double perToken = 2 * width * heads + 3 * width * width * layers.expansion();
    double perSample =
        layers.depth() * length * width * 2 * layers.headWidth()
            + asking * (perToken + 2 * (length + 1) * heads)
            + tokens * width * width;
    double time = timesteps * 8 * width * width;
    double numbers = usedParameters(config) + 3 * batch * tokens * width;
    return new Work(2 * (batch * perSample + time), FLOAT * numbers);
  }

  private static double usedParameters(PriorConfig config) {
    return new PriorNetwork(config).parameterCount() - 2.0 * config.space().size();
  }

  /** Queries, keys and values of the brain's tokens in the first of several layers. */
  private static double brainProjections(PriorConfig config) {
    TransformerConfig layers = config.transformer();
    double channels = (layers.heads() + 2) * layers.headWidth();
    return 2 * config.space().size() * channels;
  }

  /** What no step changes: those, and how the brain's tokens attend to each other. */
  private static double brainAlone(PriorConfig config) {
    double tokens = config.space().tokens();
    double heads = config.transformer().heads() * config.transformer().headWidth();
    return brainProjections(config) + 2 * tokens * (tokens + 1) * 2 * heads;
  }

  /** One step of sampling: all but what can be prepared. */
  static Work priorStep(PriorConfig config, double batch) {
    Work whole = prior(config, batch, 1);
    return new Work(whole.flops - batch * brainAlone(config), whole.bytes);
  }

  /** What can be prepared, once, and all steps. */
  static Work priorSample(PriorConfig config, double batch, double steps) {
    Work step = priorStep(config, batch);
    return new Work(batch * brainAlone(config) + steps * step.flops, steps * step.bytes);
  }

  /**
   * Forward; backward, which is two products for each of forward's, except that neither the brain's
   * tokens nor the timesteps need a gradient; AdamW. With checkpointing too, whose second pass
   * forward is its price and not work.
   */
  static Work priorTrainingStep(PriorConfig config, double batch) {
    Work forward = prior(config, batch, batch);
    double width = config.space().width();
    double timeGradient = 2 * batch * width * 2 * width;
    double parameters = usedParameters(config);
    return new Work(
        3 * forward.flops - batch * brainProjections(config) - timeGradient,
        forward.bytes + 2 * FLOAT * parameters + adamW(parameters).bytes);
  }

  /** CLIP's tokens of painted pictures, which stay; cosines are far below one percent. */
  static Work choice(ClipSize size, double batch) {
    Work encoding = encoding(size, batch);
    double tokens = batch * size.config().hiddenSpace().size();
    return new Work(encoding.flops, encoding.bytes - FLOAT * tokens);
  }

  /**
   * CLIP's tokens: patches, queries, keys, values and output, scores and mixtures, MLP, projection.
   * Weights are read once, pictures for each batch, and tokens written.
   */
  static Work encoding(ClipSize size, double batch) {
    VisionTransformerConfig config = size.config();
    double tokens = config.tokens();
    double hidden = config.hidden();
    double pixels = 3.0 * config.patches().imageSize() * config.patches().imageSize();
    double perLayer =
        tokens * hidden * (4 * hidden + 2 * config.intermediate()) + 2 * tokens * tokens * hidden;
    double perPicture =
        pixels * hidden + config.layers() * perLayer + tokens * hidden * config.projection();
    double numbers =
        new ClipVisionTransformer(config).parameterCount()
            + batch * (3 * size.painted() * size.painted() + config.hiddenSpace().size());
    return new Work(2 * batch * perPicture, FLOAT * numbers);
  }

  /**
   * The prediction is copied; then it and the latents are read and the latents written. A second
   * order reads one clean prediction and writes another; a corrector reads two, and both reads and
   * writes the latents before.
   */
  static Work samplerStep(LatentScheduler.Method method, double batch) {
    int passes =
        switch (method) {
          case DDIM -> 2 + 3;
          case DPM_SOLVER -> 2 + 3 + 2;
          case UNIPC -> 2 + 3 + 5;
        };
    return new Work(0, passes * FLOAT * batch * SamplerStep.NUMBERS);
  }

  /** The size of the shard that {@link WebDatasetRead} writes. */
  static double shardBytes(double samples) {
    double sample =
        member(WebDatasetRead.IMAGE_BYTES)
            + member(NPY_HEADER + WebDatasetRead.REPEATS * WebDatasetRead.VOXELS * Short.BYTES)
            + member(NPY_HEADER + Long.BYTES)
            + member(NPY_HEADER + Long.BYTES)
            + member(NPY_HEADER + WebDatasetRead.REPEATS * Long.BYTES);
    return samples * sample + 2 * TAR_BLOCK;
  }

  /** A header, and the content in whole blocks. */
  private static long member(long bytes) {
    return TAR_BLOCK + (bytes + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
  }
}
