// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.mindeye.MindEyeException;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.Split;

/**
 * The same backbone on DJL's own terms: it is a {@code Block}, so it goes into a {@code Model}, and
 * a {@code Translator} turns voxels into its input and its output into a vector.
 */
public final class DjlPredictor {
  private DjlPredictor() {}

  /**
   * Embeds the first test response of a quickstart.
   *
   * @param arguments the folder of the quickstart, {@code quickstart-out} by default
   */
  public static void main(String[] arguments) {
    QuickstartFolder made = QuickstartFolder.of(arguments);
    System.exit(Program.run("DjlPredictor", System.err, () -> run(made, System.out)));
  }

  static void run(QuickstartFolder made, PrintStream out) throws IOException {
    float[] voxels = made.trials(Split.TEST).get(0).meanVoxels();
    try {
      float[] vector = embed(made.weights(), voxels);
      out.println(voxels.length + " voxels to a vector of " + vector.length);
    } catch (TranslateException e) {
      throw new MindEyeException("DJL could not predict: " + e.getMessage(), e);
    }
  }

  /** Voxels in, a flat embedding out. */
  // snippet: translator
  static final class VoxelTranslator implements Translator<float[], float[]> {
    @Override
    public NDList processInput(TranslatorContext context, float[] voxels) {
      return new NDList(context.getNDManager().create(voxels));
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList output) {
      NDArray projected = output.get(1); // tokens first, then what retrieval compares
      return projected.toFloatArray();
    }

    @Override
    public Batchifier getBatchifier() {
      return Batchifier.STACK;
    }
  }

  // end: translator

  /** Embeds one brain with DJL's predictor. */
  static float[] embed(Path weights, float[] voxels) throws IOException, TranslateException {
    // snippet: predictor
    Device device = Torch.device("cpu");
    try (StateDict file = WeightFiles.open(weights);
        ResidualMlpBackbone backbone = ResidualMlpBackbone.load(file, device);
        Model model = Model.newInstance("mindeye", device, "PyTorch")) {
      model.setBlock(backbone); // a DJL Block; it stays ours to close
      try (Predictor<float[], float[]> predictor = model.newPredictor(new VoxelTranslator())) {
        return predictor.predict(voxels);
      }
    }
    // end: predictor
  }
}
