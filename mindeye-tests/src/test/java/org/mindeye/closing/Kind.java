// SPDX-License-Identifier: Apache-2.0
package org.mindeye.closing;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.evaluation.PredictionScore;
import org.mindeye.evaluation.RegressionPairs;
import org.mindeye.evaluation.RidgeConfig;
import org.mindeye.evaluation.RidgeRegression;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig.Attribute;
import org.mindeye.evaluation.network.FeatureConfig;
import org.mindeye.evaluation.network.FeatureExtractor;
import org.mindeye.evaluation.network.FeatureNetwork;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextConfig;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.lowlevel.LatentUpsampling;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.VaeLatentBranch;
import org.mindeye.prior.ConditioningMask;
import org.mindeye.prior.DenoisingNetwork;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.FinalLayerPriorConfig;
import org.mindeye.prior.FinalLayerPriorNetwork;
import org.mindeye.prior.MultistepSampler;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.reconstruction.PainterConfig;
import org.mindeye.reconstruction.VersatileDiffusionDecoder;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;
import org.mindeye.retrieval.DescribedIndex;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.JoinedIndex;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.training.MindEyeModel;

/** Everything that owns native memory and is safe for concurrent callers, small. */
enum Kind {
  BACKBONE(() -> backbone(backbone())),
  BACKBONE_AS_BLOCK(() -> block(backbone(), owner -> new NDList(voxels(owner).array()))),
  ENCODER(() -> encoder(BackboneEncoder.of(backbone()))),
  CLIP_AS_BLOCK(() -> block(clip(), owner -> new NDList(images(owner).array()))),
  CLIP_ENCODER(() -> clipEncoder(ClipImageEncoder.of(clip()))),
  PRIOR_NETWORK(() -> predicting(prior())),
  FINAL_LAYER_NETWORK(() -> predicting(finalLayer())),
  PRIOR(() -> sampling(prior(), 1)),
  GUIDED_FINAL_LAYER_PRIOR(() -> sampling(finalLayer(), 2)),
  LOW_LEVEL(Kind::lowLevel),
  LATENT_BRANCH(Kind::latentBranch),
  AUTOENCODER(Kind::autoencoder),
  AUTOENCODER_AS_BLOCK(() -> block(painter(), owner -> new NDList(pixels(owner).array()))),
  CLASSIFIER(Kind::classifier),
  TEACHER(Kind::teacher),
  UNET(Kind::unet),
  UNET_AS_BLOCK(() -> block(denoiser(), Kind::noisy)),
  DECODER(Kind::decoder),
  INDEX(() -> index(exact())),
  DESCRIBED_INDEX(() -> index(DescribedIndex.of(exact(), id -> Map.of()))),
  JOINED_INDEX(() -> index(JoinedIndex.of(List.of(exact(), exact())))),
  GALLERY_ON_DISK(DiskGallery::subject),
  RIDGE(Kind::ridge),
  FEATURES(Kind::features),
  MODEL(() -> model(MindEyeModel.of(backbone(), diffusion(prior())))),
  PIPELINE(Kind::pipeline);

  private static final int VOXELS = 40;
  private static final ClipSpace SPACE = new ClipSpace(3, 16);
  private static final TransformerConfig LAYERS = new TransformerConfig(2, 3, 8, 2, false, 0, 0);

  private final Supplier<Subject> open;

  Kind(Supplier<Subject> open) {
    this.open = open;
  }

  /** A new one, always with the same weights. */
  Subject open() {
    return open.get();
  }

  private static ResidualMlpBackbone backbone() {
    return filled(
        new ResidualMlpBackbone(
            BackboneConfig.paper(VOXELS).withHidden(32).withSpace(SPACE).withProjector(32)));
  }

  private static ClipVisionTransformer clip() {
    return filled(
        new ClipVisionTransformer(
            new VisionTransformerConfig(
                16, 32, 2, 2, new PatchGrid(28, 14), 16, Nonlinearity.QUICK_GELU)));
  }

  private static PriorNetwork prior() {
    return filled(new PriorNetwork(new PriorConfig(SPACE, LAYERS)));
  }

  private static FinalLayerPriorNetwork finalLayer() {
    return filled(new FinalLayerPriorNetwork(new FinalLayerPriorConfig(16, 4, 50, LAYERS)));
  }

  private static <N extends Network> N filled(N network) {
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    return network;
  }

  private static NDArray normal(NDManager owner, long... shape) {
    return NoiseSource.seeded(2).normal(owner, new Shape(shape));
  }

  private static VoxelBatch voxels(NDManager owner) {
    return VoxelBatch.of(normal(owner, 4, VOXELS));
  }

  private static ImageBatch images(NDManager owner) {
    float[] pixels = new float[2 * 3 * 28 * 28];
    NoiseSource.seeded(3).uniform(pixels);
    return ImageBatch.of(Torch.copy(owner, pixels, new Shape(2, 3, 28, 28)));
  }

  private static BrainTokens brain(NDManager owner, ClipSpace space) {
    return BrainTokens.of(tokens(owner, space).array());
  }

  private static ClipTokens tokens(NDManager owner, ClipSpace space) {
    return ClipTokens.of(normal(owner, 2, space.tokens(), space.width()));
  }

  private static long[] ids() {
    return new long[] {5, 3, 8, 1, 2};
  }

  private static ClipVectors gallery() {
    NDManager neverClosed = Torch.newManager(Device.cpu());
    return ClipTokens.of(normal(neverClosed, ids().length, SPACE.tokens(), SPACE.width()))
        .toUnitVectors();
  }

  private static Subject backbone(ResidualMlpBackbone network) {
    return new Subject(
        network, owner -> network.forward(voxels(owner), Mode.eval()).tokens().array());
  }

  /**
   * Without a graph: whether a thread records one by default differs, and with it the last bits.
   */
  private static Subject block(Network network, Function<NDManager, NDList> inputs) {
    return new Subject(
        network,
        owner -> {
          try (GradMode off = GradMode.off()) {
            ParameterStore store = new ParameterStore(owner, false);
            return network.forward(store, inputs.apply(owner), false).get(0);
          }
        });
  }

  private static Subject encoder(BackboneEncoder encoder) {
    return new Subject(encoder, owner -> encoder.encode(voxels(owner), owner).tokens().array());
  }

  private static Subject clipEncoder(ClipImageEncoder encoder) {
    return new Subject(encoder, owner -> encoder.encodeTokens(images(owner), owner).array());
  }

  private static Subject predicting(DenoisingNetwork network) {
    return new Subject(
        network,
        owner -> {
          ClipTokens noisy = tokens(owner, network.space());
          BrainTokens brain = brain(owner, network.space());
          ConditioningMask all = ConditioningMask.showAll(2);
          return network.predict(noisy, new int[] {3, 9}, brain, all, Mode.eval()).array();
        });
  }

  private static LowLevelNetwork voxelsToLatents() {
    LowLevelConfig.Mlp mlp = new LowLevelConfig.Mlp(8, 1, 0.5, 0.25);
    LowLevelConfig.Latents latents = new LowLevelConfig.Latents(4, 8);
    return filled(
        new LowLevelNetwork(new LowLevelConfig(VOXELS, mlp, LatentUpsampling.X4, latents, true)));
  }

  private static Subject lowLevel() {
    LowLevelNetwork network = voxelsToLatents();
    return new Subject(
        network, owner -> network.forward(voxels(owner), Mode.eval()).features().orElseThrow());
  }

  private static Subject latentBranch() {
    VaeLatentBranch branch = VaeLatentBranch.of(voxelsToLatents());
    return new Subject(branch, owner -> branch.predict(voxels(owner), owner).array());
  }

  private static AutoencoderKl painter() {
    ConvolutionStages stages = new ConvolutionStages(List.of(8, 16), 1, 4);
    return filled(new AutoencoderKl(new AutoencoderConfig(stages, 4, 0.5)));
  }

  private static VaePixels pixels(NDManager owner) {
    return VaePixels.of(normal(owner, 1, 3, 16, 16));
  }

  private static Subject autoencoder() {
    AutoencoderKl network = painter();
    return new Subject(
        network, owner -> network.decode(network.encodeMode(pixels(owner), owner), owner).array());
  }

  private static Subject classifier() {
    Attribute color = new Attribute("color", List.of("red", "blue"));
    AttributeClassifier network =
        filled(
            new AttributeClassifier(
                new AttributeClassifierConfig(16, List.of(4, 8), 2, 6, List.of(color))));
    return new Subject(
        network,
        owner -> network.features(ImageBatch.of(normal(owner, 2, 3, 16, 16).abs()), owner));
  }

  private static Subject teacher() {
    ConvNextTeacher network =
        filled(new ConvNextTeacher(new ConvNextConfig(List.of(1, 2), List.of(8, 16), 6)));
    return new Subject(
        network, owner -> network.features(ImageBatch.of(normal(owner, 1, 3, 32, 32).abs())));
  }

  private static ConditionalUnet denoiser() {
    UnetStages stages = new UnetStages(List.of(8, 16), List.of(true, false), 1, 4);
    return filled(new ConditionalUnet(new ConditionalUnetConfig(stages, 2, SPACE, 4, 8)));
  }

  private static NDList noisy(NDManager owner) {
    NDArray timesteps = Torch.copy(owner, new float[] {850, 1}, new Shape(2));
    return new NDList(
        normal(owner, 2, 4, 8, 8),
        timesteps.toType(DataType.INT64, false),
        tokens(owner, SPACE).array());
  }

  private static Subject unet() {
    ConditionalUnet network = denoiser();
    return new Subject(
        network,
        owner ->
            network.predictGuided(
                normal(owner, 2, 4, 8, 8),
                850,
                network.prepare(tokens(owner, SPACE).array(), owner),
                owner));
  }

  private static Subject decoder() {
    VersatileDiffusionDecoder decoder =
        VersatileDiffusionDecoder.of(denoiser(), painter(), PainterConfig.paper());
    DecodeConfig config = DecodeConfig.paper().withSteps(2).withStrength(0.5);
    return new Subject(
        decoder,
        owner -> {
          NoiseSource noise = NoiseSource.seeded(6);
          ImageBatch blurry = ImageBatch.of(normal(owner, 2, 3, 16, 16));
          VaeLatents start = decoder.start(blurry, noise, owner);
          ClipTokens tokens = tokens(owner, SPACE);
          return decoder.decode(tokens, start, config, noise, StepListener.NONE, owner).array();
        });
  }

  private static DiffusionPrior diffusion(DenoisingNetwork network) {
    return DiffusionPrior.of(network, DiffusionConfig.paper(16).withDropout(0.1, 0.1));
  }

  private static Subject sampling(DenoisingNetwork network, double guidance) {
    DiffusionConfig config =
        DiffusionConfig.paper(16)
            .withDropout(0.1, 0.1)
            .withSchedule(DiffusionConfig.paper(16).schedule(), 50);
    DiffusionPrior prior =
        DiffusionPrior.of(network, config)
            .withSampler(new MultistepSampler(3))
            .withGuidance(guidance);
    return new Subject(
        prior,
        owner -> prior.sample(brain(owner, prior.space()), NoiseSource.seeded(4), owner).array());
  }

  private static ExactIndex exact() {
    return ExactIndex.of(gallery(), ids(), Device.cpu());
  }

  private static Subject index(NeighborIndex index) {
    return new Subject(index, owner -> heap(owner, index.nearest(queries(owner), 2)));
  }

  private static ClipVectors queries(NDManager owner) {
    return tokens(owner, SPACE).toUnitVectors();
  }

  private static NDArray heap(NDManager owner, List<List<Neighbor>> found) {
    List<Neighbor> all = found.stream().flatMap(List::stream).toList();
    float[] numbers = new float[2 * all.size()];
    for (int i = 0; i < all.size(); i++) {
      numbers[2 * i] = all.get(i).id();
      numbers[2 * i + 1] = all.get(i).score();
    }
    return Torch.copy(owner, numbers, new Shape(numbers.length));
  }

  private static Subject ridge() {
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      RegressionPairs pairs = new RegressionPairs(normal(owner, 9, VOXELS), normal(owner, 9, 20));
      RidgeRegression ridge =
          RidgeRegression.fit(
              pairs,
              pairs,
              RidgeConfig.logSpaced(1, 10, 2).withScore(PredictionScore.meanCosine()));
      return new Subject(ridge, manager -> ridge.predict(voxels(manager).array()));
    }
  }

  private static Subject features() {
    FeatureNetwork network = FeatureNetwork.of(clip(), "drawn", FeatureConfig.paper());
    FeatureExtractor extractor = network.extractors().get(0);
    return new Subject(network, owner -> extractor.features(images(owner), owner));
  }

  private static Subject model(MindEyeModel model) {
    return new Subject(
        model, owner -> model.backbone().forward(voxels(owner), Mode.eval()).tokens().array());
  }

  private static Subject pipeline() {
    MindEyePipeline pipeline = joined();
    float[][] brains = new float[4][VOXELS];
    for (float[] brain : brains) {
      NoiseSource.seeded(5).normal(brain);
    }
    return new Subject(pipeline, owner -> heap(owner, pipeline.retrieveAll(brains, 2)));
  }

  private static MindEyePipeline joined() {
    try {
      return MindEyePipeline.builder(Device.cpu())
          .encoder(() -> BackboneEncoder.of(backbone()))
          .retriever(() -> ExactIndex.of(gallery(), ids(), Device.cpu()))
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
