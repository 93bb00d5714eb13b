package org.mindeye.examples.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.core.io.StagedFile;
import org.mindeye.evaluation.RidgeRegression;
import org.mindeye.examples.report.Figures;
import org.mindeye.training.TrainingListener.EpochReport;

/**
 * The report for programs. Holds no time and no path, so that two runs with the same seed on the
 * same machine are equal byte by byte.
 */
final class JsonReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonReport() {}

  static void write(QuickstartResult result, Path file) throws IOException {
    StagedFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree(result)));
  }

  private static ObjectNode tree(QuickstartResult result) {
    ObjectNode root = JSON.createObjectNode();
    root.put("seed", result.config().seed());
    root.set("training", JSON.valueToTree(result.config().training()));
    root.set("brain", JSON.valueToTree(result.config().brain()));
    root.set("record", JSON.valueToTree(result.record()));
    root.put("parameters", result.parameters());
    root.putObject("images")
        .put("training", result.data().training().size())
        .put("validation", result.data().validation().size())
        .put("test", result.data().test().size());
    root.put("voxel_noise_ceiling_percent", result.voxelCeiling().medianPercent(3));
    ObjectNode methods = root.putObject("test");
    methods.set("mindeye", method(result.mindEye()));
    methods.set("ridge", method(result.ridge()));
    methods.set("noise_ceiling", method(result.ceiling()));
    methods.put("chance", result.mindEye().pools().chance());
    root.put("verdict", result.verdict().name());
    ObjectNode ridge = root.putObject("ridge");
    ridge.put("lambda", result.baseline().lambda());
    ArrayNode grid = ridge.putArray("grid");
    for (RidgeRegression.GridPoint point : result.baseline().grid()) {
      grid.addObject().put("lambda", point.lambda()).put("validation_top1", point.score());
    }
    root.set("prior", prior(result));
    ArrayNode history = root.putArray("history");
    for (EpochReport epoch : result.history()) {
      history.add(JSON.valueToTree(epoch));
    }
    return root;
  }

  private static ObjectNode method(MethodScores scores) {
    ObjectNode node = JSON.createObjectNode();
    node.put("pool_size", scores.pools().options().poolSize());
    Figures.direction(
        node.putObject("brain_to_image"),
        scores.pools().brainToImage(),
        scores.all().brainToImage());
    Figures.direction(
        node.putObject("image_to_brain"),
        scores.pools().imageToBrain(),
        scores.all().imageToBrain());
    return node;
  }

  private static ObjectNode prior(QuickstartResult result) {
    ObjectNode node = JSON.createObjectNode();
    node.set("layers", JSON.valueToTree(result.config().priorLayers()));
    node.set("process", JSON.valueToTree(result.config().model().process()));
    node.put("sampler_steps", PriorEffect.STEPS);
    node.set("backbone_tokens", JSON.valueToTree(result.prior().before()));
    node.set("projected_tokens", JSON.valueToTree(result.prior().projected()));
    node.set("one_sample", JSON.valueToTree(result.prior().sample()));
    node.put("draws", PriorEffect.DRAWS);
    node.set("mean_of_draws", JSON.valueToTree(result.prior().mean()));
    node.set("mean_training_target", JSON.valueToTree(result.prior().constant()));
    return node;
  }
}
