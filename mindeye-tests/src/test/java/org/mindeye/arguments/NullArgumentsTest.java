package org.mindeye.arguments;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipEncoderOptions;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.kernel.CallScope;
import org.mindeye.core.kernel.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipPixels;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.ExpansionLimit;
import org.mindeye.core.weights.Safetensors;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.TorchCheckpoint;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.evaluation.RegressionPairs;
import org.mindeye.evaluation.RidgeOptions;
import org.mindeye.evaluation.RidgeRegression;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.MixCo;
import org.mindeye.losses.MixCoConfig;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.losses.SoftClipLoss;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.FinalLayerPriorConfig;
import org.mindeye.prior.FinalLayerPriorNetwork;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.testkit.FreshManager;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.MindEyeTrainer;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.TrainingListener;

/** Each argument of the main entry points, null in turn: one line names it. */
class NullArgumentsTest {
  private static final List<Class<?>> ENTRIES =
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
          RidgeRegression.class,
          MindEyeModel.class,
          MindEyeTrainer.class);

  @TempDir private static Path folder;
  private static StateDict file;
  @FreshManager private static NDManager manager;
  private static final Map<Class<?>, Object> SAMPLES = new HashMap<>();

  @BeforeAll
  static void open() throws IOException {
    NDArray vectors = manager.create(new float[] {1, 0, 0, 1}, new Shape(2, 2));
    RegressionPairs pairs = new RegressionPairs(vectors, vectors);
    ClipSpace space = new ClipSpace(1, 4);
    ResidualMlpBackbone backbone =
        new ResidualMlpBackbone(
            BackboneConfig.paper(2).withHidden(2).withSpace(space).withProjector(2));
    backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
    VisionTransformerConfig vision =
        new VisionTransformerConfig(8, 8, 1, 1, 4, 2, 8, Nonlinearity.QUICK_GELU);
    ClipVisionTransformer clip = new ClipVisionTransformer(vision);
    clip.initialize(Device.cpu(), NoiseSource.seeded(1));
    Path weights = folder.resolve("weights.safetensors");
    Safetensors.write(weights, backbone, Map.of());
    file = WeightFiles.open(weights);
    PriorNetwork network = new PriorNetwork(PriorConfig.paper().withSpace(space));
    SAMPLES.put(int.class, 2);
    SAMPLES.put(double.class, 0.5);
    for (Object sample :
        List.of(
            backbone,
            backbone.config(),
            clip,
            vision,
            ClipEncoderOptions.paper(vision),
            network,
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
            new double[] {1, 2},
            new long[] {1, 2},
            List.of(),
            Map.of(),
            pairs,
            RidgeOptions.logSpaced(1, 10, 2),
            FinalLayerPriorConfig.paper(),
            TrainingConfig.paper(),
            new TrainingListener[0],
            ExpansionLimit.DEFAULT,
            MixCoTargets.values()[0],
            MixCoConfig.PAPER)) {
      SAMPLES.put(sample.getClass(), sample);
    }
  }

  @AfterAll
  static void close() {
    file.close();
  }

  @Test
  void should_be_named() throws Exception {
    List<String> silent = new ArrayList<>();
    int tried = 0;
    for (Class<?> entry : ENTRIES) {
      for (Executable each : executables(entry)) {
        for (int i = 0; i < each.getParameterCount(); i++) {
          if (!each.getParameterTypes()[i].isPrimitive() && hasSamples(each, i)) {
            tried++;
            String outcome = outcome(each, i);
            Parameter parameter = each.getParameters()[i];
            if (!outcome.matches("(?s).*\\b" + parameter.getName() + "\\b.*")) {
              silent.add(
                  entry.getSimpleName() + "." + each.getName() + "(" + parameter + "): " + outcome);
            }
          }
        }
      }
    }
    assertThat(silent).isEmpty();
    assertThat(tried).isGreaterThan(90);
  }

  private static List<Executable> executables(Class<?> entry) {
    return Stream.<Executable>concat(
            Arrays.stream(entry.getDeclaredConstructors()),
            Arrays.stream(entry.getDeclaredMethods())
                .filter(m -> Modifier.isStatic(m.getModifiers())))
        .filter(e -> Modifier.isPublic(e.getModifiers()) && !e.isSynthetic())
        .toList();
  }

  /** What is right for the other arguments. */
  private static boolean hasSamples(Executable each, int missing) {
    Class<?>[] types = each.getParameterTypes();
    return IntStream.range(0, types.length).allMatch(i -> i == missing || sample(types[i]) != null);
  }

  private static String outcome(Executable each, int missing) throws Exception {
    Object[] arguments = new Object[each.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = i == missing ? null : sample(each.getParameterTypes()[i]);
    }
    try {
      Object answer =
          each instanceof Method method
              ? method.invoke(null, arguments)
              : ((Constructor<?>) each).newInstance(arguments);
      return "accepted";
    } catch (InvocationTargetException e) {
      return String.valueOf(e.getCause());
    }
  }

  private static Object sample(Class<?> type) {
    if (type.isPrimitive()) {
      return SAMPLES.getOrDefault(type, Array.get(Array.newInstance(type, 1), 0));
    }
    return SAMPLES.values().stream().filter(type::isInstance).findFirst().orElse(null);
  }
}
