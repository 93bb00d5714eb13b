// SPDX-License-Identifier: Apache-2.0
package org.mindeye.arguments;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipEncoderConfig;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.LossSum;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipPixels;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.evaluation.CorrelationDistance;
import org.mindeye.evaluation.FeatureTable;
import org.mindeye.evaluation.PixCorr;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.evaluation.RegressionPairs;
import org.mindeye.evaluation.RidgeConfig;
import org.mindeye.evaluation.RidgeRegression;
import org.mindeye.evaluation.TwoWayIdentification;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig.Attribute;
import org.mindeye.evaluation.network.FeatureConfig;
import org.mindeye.evaluation.network.FeatureNetwork;
import org.mindeye.evaluation.network.MetricNetwork;
import org.mindeye.evaluation.network.MetricNetworks;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.PairSource;
import org.mindeye.evaluation.protocol.ReconstructionEvaluator;
import org.mindeye.evaluation.protocol.RetrievalResult;
import org.mindeye.evaluation.statistics.Better;
import org.mindeye.evaluation.statistics.RandomPairings;
import org.mindeye.evaluation.statistics.StatisticsConfig;
import org.mindeye.formats.TensorFiles;
import org.mindeye.formats.safetensors.Safetensors;
import org.mindeye.formats.torch.ExpansionLimit;
import org.mindeye.formats.torch.TorchCheckpoint;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.MixCo;
import org.mindeye.losses.MixCoConfig;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.losses.SoftClipLoss;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextConfig;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.lowlevel.LatentUpsampling;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelMemory;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.VaeLatentBranch;
import org.mindeye.prior.ConditioningMask;
import org.mindeye.prior.DdpmSampler;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.DiffusionDraw;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.FinalLayerPriorConfig;
import org.mindeye.prior.FinalLayerPriorNetwork;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.reconstruction.LatentDiffusion;
import org.mindeye.reconstruction.LatentScheduler;
import org.mindeye.reconstruction.PainterConfig;
import org.mindeye.reconstruction.PaintingMemory;
import org.mindeye.reconstruction.PublishedScheduler;
import org.mindeye.reconstruction.StartLatents;
import org.mindeye.reconstruction.StartPixels;
import org.mindeye.reconstruction.TokenScale;
import org.mindeye.reconstruction.VersatileDiffusionDecoder;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;
import org.mindeye.retrieval.DescribedIndex;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.NpyEmbeddings;
import org.mindeye.retrieval.clip.ClipRetrievalFolder;
import org.mindeye.retrieval.clip.ClipRetrievalIndex;
import org.mindeye.retrieval.clip.Modality;
import org.mindeye.retrieval.jvector.BuildListener;
import org.mindeye.retrieval.jvector.JVectorConfig;
import org.mindeye.retrieval.jvector.JVectorIndex;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.MindEyeTrainer;
import org.mindeye.training.MindEyeWeights;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.TrainingListener;
import org.mindeye.training.recognition.KnownModels;

/** The main entry points, and sound arguments for them. */
final class Entries implements AutoCloseable {
  static final List<Class<?>> ALL =
      List.of(
          Torch.class,
          CallScope.class,
          StepScope.class,
          NoiseSource.class,
          Mode.class,
          ResidualMlpBackbone.class,
          BackboneEncoder.class,
          BackboneConfig.class,
          ClipVisionTransformer.class,
          ClipImageEncoder.class,
          MindEyePipeline.class,
          WeightFiles.class,
          Safetensors.class,
          TorchCheckpoint.class,
          VoxelBatch.class,
          ClipTokens.class,
          ClipVectors.class,
          ImageBatch.class,
          ClipPixels.class,
          FusedAdamW.class,
          MixCo.class,
          BiMixCoLoss.class,
          SoftClipLoss.class,
          PriorNetwork.class,
          FinalLayerPriorNetwork.class,
          DiffusionPrior.class,
          ExactIndex.class,
          DescribedIndex.class,
          EmbeddingSource.class,
          NpyEmbeddings.class,
          JVectorIndex.class,
          ClipRetrievalFolder.class,
          ClipRetrievalIndex.class,
          RidgeRegression.class,
          PixCorr.class,
          CorrelationDistance.class,
          TwoWayIdentification.class,
          FeatureTable.class,
          RandomPairings.class,
          EvaluationProtocol.class,
          ReconstructionEvaluator.class,
          PairSource.class,
          RetrievalResult.class,
          MindEyeModel.class,
          MindEyeTrainer.class,
          ImageBatches.class,
          TrialBatch.class,
          StateDict.class,
          LossSum.class,
          DiffusionDraw.class,
          LowLevelNetwork.class,
          VaeLatentBranch.class,
          AutoencoderKl.class,
          AttributeClassifier.class,
          ConvNextTeacher.class,
          LowLevelMemory.class,
          ConditionalUnet.class,
          ConditionalUnetConfig.class,
          LatentDiffusion.class,
          VersatileDiffusionDecoder.class,
          PainterConfig.class,
          PaintingMemory.class,
          TensorFiles.class,
          RunFolder.class,
          TrainedRun.class,
          MindEyeWeights.class,
          CheckpointPolicy.class,
          RunControl.class,
          FeatureNetwork.class,
          MetricNetworks.class,
          KnownModels.class);

  final NDManager manager = Torch.newManager(Device.cpu());
  private final CallScope scope;
  private final StateDict file;
  private final Map<Class<?>, Object> samples = new HashMap<>();

  Entries(Path folder) throws IOException {
    NDArray vectors = manager.create(new float[] {1, 0, 0, 1}, new Shape(2, 2));
    NDArray tokens = manager.zeros(new Shape(2, 1, 4));
    RegressionPairs pairs = new RegressionPairs(vectors, vectors);
    ClipSpace space = new ClipSpace(1, 4);
    ResidualMlpBackbone backbone =
        new ResidualMlpBackbone(
            BackboneConfig.paper(2).withHidden(2).withSpace(space).withProjector(2));
    backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
    VisionTransformerConfig vision =
        new VisionTransformerConfig(8, 8, 1, 1, new PatchGrid(4, 2), 8, Nonlinearity.QUICK_GELU);
    ClipVisionTransformer clip = new ClipVisionTransformer(vision);
    clip.initialize(Device.cpu(), NoiseSource.seeded(1));
    Path weights = folder.resolve("weights.safetensors");
    WeightFiles.write(weights, backbone, Map.of());
    // One tensor is called as the sample of a name.
    file = WeightFiles.open(weights).renamed(n -> n.equals("lin0.0.bias") ? "cpu" : n);
    PriorNetwork network =
        new PriorNetwork(
            PriorConfig.paper()
                .withSpace(space)
                .withTransformer(new TransformerConfig(1, 1, 4, 2, false, 0, 0)));
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    LowLevelNetwork lowLevel =
        new LowLevelNetwork(
            new LowLevelConfig(
                2,
                new LowLevelConfig.Mlp(2, 0, 0, 0),
                LatentUpsampling.X4,
                new LowLevelConfig.Latents(4, 4),
                false));
    lowLevel.initialize(Device.cpu(), NoiseSource.seeded(1));
    AutoencoderKl autoencoder =
        new AutoencoderKl(new AutoencoderConfig(new ConvolutionStages(List.of(2), 1, 1), 4, 0.5));
    autoencoder.initialize(Device.cpu(), NoiseSource.seeded(1));
    ConditionalUnet unet =
        new ConditionalUnet(
            new ConditionalUnetConfig(
                new UnetStages(List.of(4), List.of(false), 1, 1), 1, space, 4, 2));
    unet.initialize(Device.cpu(), NoiseSource.seeded(1));
    AttributeClassifier classifier =
        new AttributeClassifier(
            new AttributeClassifierConfig(
                2, List.of(1), 1, 1, List.of(new Attribute("color", List.of("red", "blue")))));
    classifier.initialize(Device.cpu(), NoiseSource.seeded(1));
    scope = CallScope.open(Device.cpu());
    samples.put(int.class, 2);
    samples.put(double.class, 0.5);
    for (Object sample :
        List.of(
            backbone,
            backbone.config(),
            clip,
            vision,
            ClipEncoderConfig.paper(vision),
            network,
            lowLevel,
            lowLevel.config(),
            VaeLatentBranch.of(lowLevel),
            autoencoder,
            autoencoder.config(),
            classifier,
            classifier.config(),
            ConvNextConfig.small(),
            unet,
            unet.config(),
            unet.config().stages(),
            LatentDiffusion.of(unet, LatentScheduler.paper(), PublishedScheduler.stableDiffusion()),
            VersatileDiffusionDecoder.of(unet, autoencoder, PainterConfig.paper()),
            PainterConfig.paper(),
            LatentScheduler.paper(),
            PublishedScheduler.stableDiffusion(),
            TokenScale.CLASS_TOKEN,
            StartPixels.UNIT,
            StartLatents.MODE,
            DecodeConfig.paper().withSteps(1).withStrength(1),
            unet.prepare(tokens, manager),
            MemoryBudget.of(1, "a test"),
            VaeLatents.of(manager.zeros(new Shape(2, 4, 2, 2))),
            VaePixels.of(manager.zeros(new Shape(2, 3, 2, 2))),
            PriorConfig.paper(),
            DiffusionConfig.paper(4),
            DiffusionPrior.of(network, DiffusionConfig.paper(4)),
            ClipVectors.of(vectors),
            weights,
            file,
            NoiseSource.seeded(1),
            Device.cpu(),
            manager,
            vectors,
            new Shape(2),
            "cpu",
            new float[] {1, 2},
            new float[][] {{1, 2}},
            EmbeddingSource.of(new float[][] {{1, 2}}),
            JVectorConfig.standard(),
            BuildListener.NONE,
            Modality.IMAGE,
            new double[] {1, 2},
            new long[] {1, 2},
            List.of(),
            Map.of(),
            pairs,
            RidgeConfig.logSpaced(1, 10, 2),
            PixelGrid.paper(),
            TwoWayIdentification.paper(),
            TwoWayIdentification.Distractors.ORIGINALS,
            Better.HIGHER,
            StatisticsConfig.standard(),
            EvaluationProtocol.mindEye1(),
            ReconstructionEvaluator.of(EvaluationProtocol.mindEye1()),
            FeatureConfig.paper(),
            MetricNetwork.ALEXNET,
            FinalLayerPriorConfig.paper(),
            TrainingConfig.paper(),
            new TrainingListener[0],
            RunControl.of(),
            ExpansionLimit.DEFAULT,
            MixCoTargets.values()[0],
            MixCoConfig.paper(),
            BackboneEncoder.of(backbone),
            ClipImageEncoder.of(clip),
            FeatureNetwork.of(clip, "cpu", FeatureConfig.paper()),
            VoxelBatch.of(vectors),
            ImageBatch.of(manager.zeros(new Shape(2, 3, 4, 4))),
            BrainTokens.of(tokens),
            ClipTokens.of(tokens),
            new DdpmSampler(),
            Mode.eval(),
            ConditioningMask.showAll(2),
            new int[] {0, 1},
            new LossSum(),
            BetaSchedule.COSINE,
            batch(),
            scope)) {
      samples.put(sample.getClass(), sample);
    }
  }

  private static TrialBatch batch() {
    SampleOrigin origin = new SampleOrigin(SampleOrigin.MEMORY, "one");
    EncodedImage image =
        EncodedImage.png(origin, new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB));
    Trial trial = new Trial(origin, image, new float[][] {{1, 2}}, 1, new long[] {1}, 1);
    return new TrialLoader(List.of(trial), LoaderConfig.training(1, 1)).epoch(0).iterator().next();
  }

  /** Constructors and static methods of a class, and methods of an object there is a sample of. */
  List<Executable> executables(Class<?> entry) {
    return Stream.<Executable>concat(
            Arrays.stream(entry.getDeclaredConstructors()),
            Arrays.stream(entry.getDeclaredMethods())
                .filter(m -> Modifier.isStatic(m.getModifiers()) || sample(entry) != null))
        .filter(e -> Modifier.isPublic(e.getModifiers()) && !e.isSynthetic())
        .toList();
  }

  /** Whether there is something right for all arguments but one. */
  boolean hasSamples(Executable each, int other) {
    Class<?>[] types = each.getParameterTypes();
    return IntStream.range(0, types.length).allMatch(i -> i == other || sample(types[i]) != null);
  }

  /** What a call answers with one wrong argument. */
  String outcome(Executable each, int which, Object wrong) throws ReflectiveOperationException {
    Object[] arguments = new Object[each.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = i == which ? wrong : sample(each.getParameterTypes()[i]);
    }
    try {
      Object answer =
          each instanceof Method method
              ? method.invoke(receiver(method), arguments)
              : ((Constructor<?>) each).newInstance(arguments);
      return "accepted";
    } catch (InvocationTargetException e) {
      return String.valueOf(e.getCause());
    }
  }

  private Object receiver(Method method) {
    return Modifier.isStatic(method.getModifiers()) ? null : sample(method.getDeclaringClass());
  }

  private Object sample(Class<?> type) {
    if (type.isPrimitive()) {
      return samples.getOrDefault(type, Array.get(Array.newInstance(type, 1), 0));
    }
    return samples.values().stream().filter(type::isInstance).findFirst().orElse(null);
  }

  @Override
  public void close() {
    scope.close();
    file.close();
    manager.close();
  }
}
