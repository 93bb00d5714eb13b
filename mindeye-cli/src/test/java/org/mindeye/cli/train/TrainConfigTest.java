// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.config.ConfigFile;
import org.mindeye.core.backbone.BackboneNorm;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.engine.Precision;
import org.mindeye.data.loader.RepeatPolicy;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.BrokenDocuments;
import org.mindeye.testkit.BrokenDocuments.Broken;
import org.mindeye.training.Freezing;
import org.mindeye.training.OptimizerConfig;
import org.mindeye.training.OptimizerConfig.Schedule;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.ValidationConfig;
import org.mindeye.training.ValidationConfig.Selection;

/** What would be run: files and options, without a run. */
class TrainConfigTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("run.yaml");
  }

  private static String printed(Object... options) {
    Object[] arguments = new Object[options.length + 2];
    arguments[0] = "train";
    arguments[1] = "--print-config";
    System.arraycopy(options, 0, arguments, 2, options.length);
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return run.out();
  }

  private RunConfig read(String yaml) throws IOException {
    Files.writeString(file, yaml);
    return ConfigFile.open(file).as(RunConfig.class);
  }

  private void assertRefused(String yaml, int code, String message) throws IOException {
    Files.writeString(file, yaml);
    CommandRun run = CommandRun.of("train", "--print-config", "--config", file);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("mindeye train: " + file).contains(message);
    assertThat(run.code()).isEqualTo(code);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void should_print_the_published_recipe() throws IOException {
    String yaml = printed();

    assertThat(yaml)
        .startsWith("schema: 3\ntrain:\n  epochs: 240\n  batches:\n    size: 32\n")
        .contains("\nmodel:\n  finalLayer: false\n", "schedule: ONE_CYCLE\n", "\ncheckpoints:\n");
    assertThat(read(yaml)).isEqualTo(RunConfig.paper(false, true));
  }

  @Test
  void should_read_what_it_prints() throws IOException {
    for (String options :
        new String[] {
          "--no-prior",
          "--final-layer --hidden 128 --prior-depth 2",
          "--objective prior --epochs 7 --max-lr 2e-5 --lr-schedule cosine --no-projector",
          "--validation as-published --patience 4 --average 0.999 --checkpoint-every-steps 100",
          "--no-augment --freeze-epochs 3 --no-residuals",
          "--precision bfloat16 --max-lr 2e-4",
          "--seed -3 --clip-norm 0.5 --accumulation 4 --mixed-share 0 --repeats mean --keep 5"
        }) {
      String yaml = printed((Object[]) options.split(" "));
      RunConfig once = read(yaml);

      assertThat(printed("--config", file)).isEqualTo(yaml);
      assertThat(once).isNotEqualTo(RunConfig.paper(false, true));
    }
  }

  @Test
  void should_train_in_floating_formats_only() throws IOException {
    assertThat(read(printed("--precision", "bfloat16")).train().optimizer().precision())
        .isEqualTo(Precision.BFLOAT16);
    for (String command : new String[] {"train", "train-lowlevel"}) {
      CommandRun run = CommandRun.of(command, "--print-config", "--precision", "int8_weights");
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err().lines())
          .containsExactly(
              "mindeye "
                  + command
                  + ": precision: INT8_WEIGHTS is for inference, integers have no gradients; train"
                  + " in FLOAT32 or BFLOAT16, and load the trained weights in INT8_WEIGHTS (see"
                  + " mindeye "
                  + command
                  + " --help)");
    }
  }

  @Test
  void should_decide_at_once_what_is_fastest() throws IOException {
    for (String command : new String[] {"train", "train-lowlevel"}) {
      CommandRun run = CommandRun.of(command, "--print-config", "--precision", "fastest");
      Precision fastest = Precision.fastest(Device.cpu()).precision();
      assertThat(run.code()).isZero();
      assertThat(run.err()).startsWith("precision: " + fastest + ": ").hasLineCount(1);
      assertThat(run.out()).contains("    precision: " + fastest + "\n");
    }
  }

  @Test
  void should_take_defaults_for_what_is_missing() throws IOException {
    Files.writeString(file, "train: {epochs: 20, optimizer: {learningRate: {maximum: 5e-5}}}\n");

    RunConfig config = read(printed("--config", file));

    RunConfig paper = RunConfig.paper(false, true);
    assertThat(config.train()).isEqualTo(paper.train().withEpochs(20).withMaxLearningRate(5e-5));
    assertThat(config.model()).isEqualTo(paper.model());
  }

  @Test
  void should_read_numbers_as_people_write_them() throws IOException {
    Files.writeString(
        file, "train: {seed: 1_000, optimizer: {learningRate: {maximum: 3e-5}, clipNorm: 1e3}}\n");

    RunConfig config = read(printed("--config", file));

    assertThat(config.train().seed()).isEqualTo(1000);
    assertThat(config.train().optimizer().learningRate().maximum()).isEqualTo(3e-5);
    assertThat(config.train().optimizer().clipNorm()).isEqualTo(1000);
  }

  @Test
  void should_take_the_defaults_of_the_model_asked_for() throws IOException {
    Files.writeString(file, "model: {finalLayer: true}\n");
    assertThat(read(printed("--config", file))).isEqualTo(RunConfig.paper(true, true));
    Files.writeString(file, "model: {prior: false}\n");
    assertThat(read(printed("--config", file))).isEqualTo(RunConfig.paper(false, false));
    Files.writeString(file, "train: {loss: {objective: {prior: 0}}}\n");
    assertThat(read(printed("--config", file))).isEqualTo(RunConfig.paper(false, false));
    assertThat(read(printed("--objective=contrastive"))).isEqualTo(RunConfig.paper(false, false));
  }

  @Test
  void should_prefer_options_to_the_file() throws IOException {
    Files.writeString(file, "train: {epochs: 20, seed: 1, loss: {objective: {prior: 3}}}\n");

    RunConfig config = read(printed("--config", file, "--epochs=30", "--objective=joint"));

    assertThat(config.train().epochs()).isEqualTo(30);
    assertThat(config.train().seed()).isEqualTo(1);
    assertThat(config.train().loss().objective().prior()).isEqualTo(30);
  }

  @Test
  void should_not_lay_options_over_what_is_not_a_mapping() throws IOException {
    Files.writeString(file, "train: 3\n");

    CommandRun run = CommandRun.of("train", "--print-config", "--config", file, "--epochs=5");

    assertThat(run.err()).contains(": train: expected a YAML mapping with the fields [epochs, ");
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void should_weigh_an_objective() throws IOException {
    var objective =
        read(printed("--objective=prior", "--prior-weight=2")).train().loss().objective();
    assertThat(objective.contrastive()).isZero();
    assertThat(objective.prior()).isEqualTo(2);
    assertThat(read(printed("--prior-weight=0")).model().prior()).isFalse();
  }

  @Test
  void should_train_a_new_subjects_layer_first() throws IOException {
    RunConfig config = read(printed("--freeze-epochs=3", "--no-augment", "--no-residuals"));

    assertThat(config.train().freezing()).isEqualTo(Freezing.allButTheSubjectsLayer(3));
    assertThat(config.augment()).isFalse();
    assertThat(config.model().trunk().residuals()).isFalse();
    assertThat(RunConfig.paper(false, true).augment()).isTrue();
  }

  @Test
  void should_imply_only_what_the_file_leaves_open() throws IOException {
    assertThat(read(printed("--validation=as-published")).train().validation())
        .isEqualTo(ValidationConfig.asPublished());
    assertThat(
            read(printed("--validation=as-published", "--selection=retrieval", "--patience=2"))
                .train()
                .validation())
        .isEqualTo(
            ValidationConfig.asPublished().withSelection(Selection.RETRIEVAL).withPatience(2));
    Files.writeString(
        file, "train: {validation: {patience: 7}, freezing: {epochs: 1, only: [mlp.]}}\n");

    TrainingConfig train =
        read(printed("--config", file, "--validation=as-published", "--freeze-epochs=3")).train();

    assertThat(train.validation()).isEqualTo(ValidationConfig.asPublished().withPatience(7));
    assertThat(train.freezing()).isEqualTo(new Freezing(3, List.of("mlp.")));
    Files.writeString(file, printed());
    assertThat(read(printed("--config", file, "--freeze-epochs=3")).train().freezing())
        .isEqualTo(Freezing.allButTheSubjectsLayer(3));
  }

  @Test
  void should_not_weigh_the_loss_of_a_prior_that_is_ruled_out() throws IOException {
    Files.writeString(file, printed());

    assertThat(read(printed("--config", file, "--no-prior")))
        .usingRecursiveComparison()
        .isEqualTo(RunConfig.paper(false, false));
  }

  @Test
  void should_refuse_a_file_for_the_other_kind_of_model() throws IOException {
    Files.writeString(file, printed());
    CommandRun run = CommandRun.of("train", "--print-config", "--config", file, "--final-layer");

    assertThat(run.err().lines())
        .containsExactly(
            "mindeye train: --final-layer: the file is for the other kind of model"
                + " (model.finalLayer: false); print a new one with `mindeye train --print-config"
                + " --final-layer` (see mindeye train --help)");
    assertThat(run.code()).isEqualTo(2);
    assertThat(printed("--config", file, "--no-final-layer")).isEqualTo(printed());
  }

  @Test
  void should_know_yaml_by_its_name_in_any_case() throws IOException {
    file = folder.resolve("RUN.YAML");
    Files.writeString(file, "train: {epochs: 20}\n");

    assertThat(printed("--config", file)).contains("epochs: 20");
    Path absent = folder.resolve("absent.yaml");
    CommandRun run = CommandRun.of("train", "--print-config", "--config", absent);
    assertThat(run.err().lines())
        .containsExactly("mindeye train: " + absent + ": no such file or folder");
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void should_name_the_path_of_an_unknown_key() throws IOException {
    assertRefused(
        "train: {optimizer: {lr: 1}}",
        2,
        ": train.optimizer: expected the fields [learningRate, weightDecay, ");
    assertRefused("train: {optimizer: {lr: 1}}", 2, "but found unknown [train.optimizer.lr]");
    assertRefused("train: {}\ndata: x", 2, "but found unknown [data]");
  }

  @Test
  void should_name_a_wrong_value() throws IOException {
    assertRefused(
        "train: {epochs: '3'}",
        2,
        ": train.epochs: expected a whole number of at most 32 bits but found");
    assertRefused(
        "train: {epochs: many}",
        2,
        ": train.epochs: expected a whole number of at most 32 bits but found");
    assertRefused(
        "train: {epochs: 2.5}",
        2,
        ": train.epochs: expected a whole number of at most 32 bits but found");
    assertRefused("train: {epochs: 0}", 2, "valid values but found epochs: expected at least 1");
    assertRefused("train: 3", 2, ": train: expected a YAML mapping with the fields [epochs, ");
    assertRefused("model: {prior: null}", 2, "but found null for [model.prior]");
    assertRefused(
        "model: {prior: true}\ntrain: {loss: {objective: {prior: 0}}}",
        2,
        "valid values but found prior: nothing would train it");
  }

  @Test
  void should_name_every_wrong_key_of_a_whole_file() {
    RunConfig whole = RunConfig.paper(false, true);
    for (Broken broken : BrokenDocuments.of(DocumentWriter.text(whole), "schema")) {
      Document document = Document.parse("run.json", broken.json());
      assertThatThrownBy(() -> document.as(RunConfig.class))
          .as(broken.toString())
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining(broken.what())
          .hasMessageContaining(broken.key());
      if (!broken.what().equals("missing")) {
        assertThatThrownBy(() -> document.as(RunConfig.class, whole))
            .hasMessageContaining(broken.key());
      }
    }
  }

  @Test
  void should_refuse_a_file_of_a_later_schema() throws IOException {
    assertRefused(
        "schema: 99\ntrain: {}", 2, "expected schema 1 to 3 but found schema 99; read it");
    Files.writeString(file, "schema: 1\ntrain: {epochs: 20}\n");
    assertThat(printed("--config", file)).contains("epochs: 20");
  }

  @Test
  void should_read_a_file_of_schema_1() throws IOException {
    try (InputStream whole = TrainConfigTest.class.getResourceAsStream("schema-1.yaml")) {
      Files.copy(whole, file, StandardCopyOption.REPLACE_EXISTING);
    }
    assertThat(printed("--config", file)).isEqualTo(printed());
    assertThat(printed("--config", file, "--batch-size=8", "--max-lr=1e-4", "--no-projector"))
        .isEqualTo(printed("--batch-size=8", "--max-lr=1e-4", "--no-projector"));

    Files.writeString(
        file,
        """
        train: {batchSize: 8, repeats: MEAN, optimizer: {schedule: COSINE, maxLearningRate: 1e-4}}
        model: {backbone: {hidden: 64, norm: BATCH_NORM_RELU, projector: true, projectorWidth: 5}}
        """);
    RunConfig part = read(printed("--config", file));
    assertThat(part.train())
        .isEqualTo(
            TrainingConfig.paper()
                .withBatchSize(8)
                .withRepeats(RepeatPolicy.MEAN)
                .withOptimizer(OptimizerConfig.paper().withLearningRate(Schedule.COSINE, 1e-4)));
    assertThat(part.model().trunk().hidden()).isEqualTo(64);
    assertThat(part.model().trunk().norm()).isEqualTo(BackboneNorm.BATCH_NORM_RELU);
    assertThat(part.model().projector().width()).isEqualTo(5);
    assertRefused("model: {backbone: {projectorWidth: 5}}", 2, "unknown [model.projectorWidth]");
  }

  /** The option that asks for a projector wins over a file that has none. */
  @Test
  void should_give_a_projector_to_a_file_without() throws IOException {
    Files.writeString(file, printed("--no-projector"));

    assertThat(read(printed("--config", file)).model().projector().exists()).isFalse();
    assertThat(printed("--config", file, "--projector")).isEqualTo(printed());
    assertThat(printed("--config", file, "--projector-width=64"))
        .isEqualTo(printed("--projector-width=64"));
  }

  @Test
  void should_refuse_what_is_not_yaml() throws IOException {
    assertRefused("train: {epochs: 1", 2, "expected a YAML mapping but found");
    assertRefused("train: {epochs: 3, epochs: 4}", 2, "Duplicate");
    assertRefused("- train", 2, "expected a YAML mapping with the fields [train, augment, ");
  }

  @Test
  void should_read_json_as_well() throws IOException {
    file = folder.resolve("run.json");
    Files.writeString(file, DocumentWriter.text(RunConfig.paper(true, false)));

    assertThat(printed("--config", file)).isEqualTo(ConfigFile.yaml(RunConfig.paper(true, false)));
    assertRefused(
        "{\"train\": {\"seed\": \"1\"}}",
        2,
        ": train.seed: expected a whole number of at most 64 bits but found \"1\"");
  }

  @Test
  void should_not_print_beside_a_run() {
    CommandRun run = CommandRun.of("train", "--resume", folder, "--print-config", "--seed=3");

    assertThat(run.err().lines())
        .containsExactly(
            "mindeye train: --resume takes everything from "
                + folder
                + "/run.json: leave out [--print-config, --seed] (see mindeye train --help)");
    assertThat(run.code()).isEqualTo(2);
  }
}
