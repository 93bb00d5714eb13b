// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.torch.TorchCheckpoint;
import org.mindeye.prior.DenoisingNetwork;
import org.mindeye.prior.FinalLayerPriorConfig;
import org.mindeye.prior.FinalLayerPriorNetwork;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.prior.TransformerConfig;

class InspectAndConvertTest {
  private static final Path FIXTURES = Path.of("../mindeye-formats/src/test/resources/torch");
  private static final Path TRAINING = FIXTURES.resolve("training.pth");

  @TempDir private Path folder;

  private Path npz() throws IOException {
    Map<String, HeapArray> arrays = new LinkedHashMap<>();
    arrays.put("module.half", HeapArray.ofHalves(new float[] {1, 2}, 2, 1));
    arrays.put("ids", HeapArray.ofLongs(new long[] {3}));
    Path file = folder.resolve("arrays.npz");
    Npz.write(file, arrays);
    return file;
  }

  @Test
  void should_say_what_a_training_checkpoint_is() {
    CommandRun run = CommandRun.of("inspect", TRAINING);

    assertThat(run.code()).isZero();
    assertThat(run.out().lines().map(String::strip))
        .contains(
            TRAINING + ": torch",
            "is: MindEye backbone 3x4: 5 voxels, hidden 8, 2 blocks, LAYER_NORM_GELU, projector 6",
            "is: no diffusion prior",
            "is: optimiser state at optimizer_state_dict: dictionary of 18",
            "is: OneCycle schedule at lr_scheduler",
            "72 tensors, 1,176 parameters, 4,704 bytes",
            "model_state_dict/voxel2clip.lin0.0.weight       FLOAT32  (8, 5)     160",
            "other entries:",
            "lr_scheduler/total_steps = 10");
  }

  @Test
  void should_list_what_is_inert() {
    CommandRun run = CommandRun.of("inspect", FIXTURES.resolve("foreign.pth"));

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("1 tensor, 3 parameters, 12 bytes", "not read (inert):")
        .contains("custom = not read: __main__.Custom, made by a call that is not carried out");
  }

  @Test
  void should_print_json() throws IOException {
    CommandRun run = CommandRun.of("inspect", "--json", npz());

    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.get("format").asText()).isEqualTo("npz");
    assertThat(json.get("parameters").asInt()).isEqualTo(3);
    assertThat(json.get("bytes").asInt()).isEqualTo(12);
    assertThat(json.get("tensors").get(0).toString())
        .isEqualTo("{\"name\":\"module.half\",\"type\":\"FLOAT16\",\"shape\":[2,1],\"bytes\":4}");
  }

  @Test
  void should_inspect_a_single_array_and_metadata() throws IOException {
    Path array = folder.resolve("array.npy");
    Npy.write(array, HeapArray.ofInts(new int[6], 2, 3));
    assertThat(CommandRun.of("inspect", array).out())
        .contains("(array)  INT32  (2, 3)     24", "1 tensor, 6 parameters, 24 bytes");
    Npy.write(array, HeapArray.ofDoubles(new double[] {1}));
    assertThat(CommandRun.of("inspect", array).out()).contains("(array)  FLOAT64  ()         8");

    Path file = folder.resolve("noted.safetensors");
    WeightFiles.write(file, Map.of(), Map.of("key", "value\u001b[2J"));
    assertThat(CommandRun.of("inspect", file).out()).contains("metadata:", "key=value\\u001b[2J");
  }

  @Test
  void should_recognise_an_image_tower() throws IOException {
    VisionTransformerConfig config =
        new VisionTransformerConfig(8, 16, 2, 2, new PatchGrid(8, 4), 6, Nonlinearity.GELU);
    Path file = folder.resolve("clip.safetensors");
    try (ClipVisionTransformer network = new ClipVisionTransformer(config)) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      WeightFiles.write(file, network, Map.of());
    }
    assertThat(CommandRun.of("inspect", file).out())
        .contains(
            "is: CLIP vision transformer in Hugging Face layout: hidden 8, 2 layers, patches of 4,"
                + " image 8, 5 tokens",
            "is: CLIP configuration: expected the shape of its image tower in the metadata");
    try (ClipVisionTransformer network = new ClipVisionTransformer(config)) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      WeightFiles.write(file, network, config.metadata());
    }
    assertThat(CommandRun.of("inspect", file).out())
        .contains("is: CLIP configuration: 2 heads and GELU, from its metadata");
  }

  @Test
  void should_recognise_a_model_behind_a_prefix_and_one_it_cannot_use() throws IOException {
    Path file = folder.resolve("odd.npz");
    HeapArray one = HeapArray.ofFloats(new float[] {1}, 1);
    Npz.write(file, Map.of("clip_model.visual.class_embedding", one));
    assertThat(recognised(file))
        .containsExactly(
            "is: a known model behind a prefix; names begin with ['clip_model.'], take that off"
                + " with `mindeye convert FILE NEW.safetensors --strip-prefix clip_model.`");
    Npz.write(file, Map.of("ridge.linears.0.weight", one));
    assertThat(recognised(file))
        .containsExactly("is: a model of MindEye2, whose networks are others");
    Npz.write(file, Map.of("net.causal_transformer.layers.0.0.to_q.weight", one));
    assertThat(recognised(file))
        .singleElement()
        .asString()
        .startsWith("is: names of a known model, but ");
    Npz.write(file, Map.of("anything", one));
    assertThat(recognised(file)).isEmpty();
  }

  /** A prior as the original saves it, with its noise schedule beside it. */
  private Path prior(DenoisingNetwork network, String missing) throws IOException {
    Path file = folder.resolve("prior.safetensors");
    try (network;
        NDManager manager = Torch.newManager(Device.cpu())) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      network.getParameters().forEach(p -> tensors.put("net." + p.getKey(), array(p)));
      tensors.put("noise_scheduler.betas", manager.ones(new Shape(50)));
      tensors.remove(missing);
      WeightFiles.write(file, tensors, Map.of());
    }
    return file;
  }

  private static NDArray array(Pair<String, Parameter> parameter) {
    return parameter.getValue().getArray();
  }

  @Test
  void should_recognise_diffusion_priors() throws IOException {
    TransformerConfig layers = new TransformerConfig(2, 3, 8, 2, false, 0, 0);
    PriorConfig config = new PriorConfig(new ClipSpace(3, 12), layers);
    assertThat(recognised(prior(new PriorNetwork(config), "nothing")))
        .containsExactly("is: diffusion prior 3x12: 2 layers, 3 heads of 8, 50 timesteps");
    Path bare = prior(new PriorNetwork(config), "noise_scheduler.betas");
    assertThat(recognised(bare))
        .containsExactly(
            "is: diffusion prior 3x12: 2 layers, 3 heads of 8, no noise schedule saved, so COSINE over"
                + " 100 timesteps is assumed, as published");
    Path converted = folder.resolve("converted.safetensors");
    CommandRun.of("convert", bare, converted, "--strip-prefix", "net.");
    assertThat(recognised(converted)).isEqualTo(recognised(bare));

    FinalLayerPriorConfig single = new FinalLayerPriorConfig(12, 4, 70, layers);
    assertThat(recognised(prior(new FinalLayerPriorNetwork(single), "nothing")))
        .containsExactly(
            "is: final-layer diffusion prior 1x12: 2 layers, 3 heads of 8, 4 text slots, 70"
                + " timesteps");
    assertThat(recognised(prior(new FinalLayerPriorNetwork(single), "noise_scheduler.betas")))
        .containsExactly(
            "is: final-layer diffusion prior 1x12: 2 layers, 3 heads of 8, 4 text slots, 70"
                + " timesteps, no noise schedule saved, so COSINE is assumed, as published");
    Path startingPoint = prior(new FinalLayerPriorNetwork(single), "net.null_text_encodings");
    assertThat(recognised(startingPoint))
        .containsExactly(
            "is: names of a known model, but "
                + startingPoint
                + ": expected a trained final-layer prior but found none of [null_text_encodings],"
                + " as in the public text-to-image prior; train from it with"
                + " FinalLayerPriorNetwork.startFrom");
  }

  private static List<String> recognised(Path file) {
    return CommandRun.of("inspect", file)
        .out()
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("is: "))
        .toList();
  }

  @Test
  void should_convert_the_weights_of_a_checkpoint() throws IOException {
    Path out = folder.resolve("out.safetensors");
    CommandRun run = CommandRun.of("convert", TRAINING, out, "--strip-prefix", "voxel2clip.");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out().lines())
        .contains(
            out + ": 18 tensors, 386 parameters",
            "left out: optimizer_state_dict (54 tensors, 34 other values)",
            "left out: lr_scheduler (0 tensors, 20 other values)");
    try (StateDict written = WeightFiles.open(out);
        TorchCheckpoint checkpoint = TorchCheckpoint.open(TRAINING);
        NDManager manager = Torch.newManager(Device.cpu())) {
      StateDict original =
          StateDict.of(checkpoint.stateDict("model_state_dict")).under("voxel2clip.");
      assertThat(written.names()).containsExactlyInAnyOrderElementsOf(original.names());
      for (String name : written.names()) {
        assertThat(written.load(name, manager)).isEqualTo(original.load(name, manager));
      }
    }
  }

  @Test
  void should_convert_an_archive() throws IOException {
    Path out = folder.resolve("out.safetensors");
    assertThat(CommandRun.of("convert", npz(), out, "--strip-prefix=module.").code()).isZero();
    try (StateDict written = WeightFiles.open(out);
        NDManager manager = Torch.newManager(Device.cpu())) {
      assertThat(written.load("half", manager).toFloatArray()).containsExactly(1, 2);
      assertThat(written.load("ids", manager).toLongArray()).containsExactly(3);
    }
  }

  @Test
  void should_say_that_no_name_has_the_prefix() {
    Path out = folder.resolve("out.safetensors");
    for (String option : List.of("--strip-prefix", "--only")) {
      CommandRun run = CommandRun.of("convert", TRAINING, out, option, "voxel2cl1p.");
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err())
          .hasLineCount(1)
          .contains(
              ": expected names that start with 'voxel2cl1p.', as "
                  + option
                  + " says, but found"
                  + " none among [voxel2clip.lin0.0.weight, voxel2clip.lin0.0.bias,"
                  + " voxel2clip.lin0.1.weight] and the others");
      assertThat(out).doesNotExist();
    }
  }

  @Test
  void should_convert_one_of_two_sets_of_weights() throws IOException {
    Path both = folder.resolve("both.npz");
    Map<String, HeapArray> arrays = new LinkedHashMap<>();
    arrays.put("online_model.a", HeapArray.ofFloats(new float[] {1}, 1));
    arrays.put("ema_model.module.a", HeapArray.ofFloats(new float[] {2}, 1));
    arrays.put("step", HeapArray.ofLongs(new long[] {3}));
    Npz.write(both, arrays);
    assertThat(CommandRun.of("inspect", both).out())
        .contains("is: not to be used as it is: ", "--only online_model.` or `mindeye convert");
    Path out = folder.resolve("out.safetensors");
    CommandRun run =
        CommandRun.of("convert", both, out, "--only=ema_model.", "--strip-prefix=module.");
    assertThat(run.err()).isEmpty();
    try (StateDict written = WeightFiles.open(out);
        NDManager manager = Torch.newManager(Device.cpu())) {
      assertThat(written.names()).containsExactly("a");
      assertThat(written.load("a", manager).toFloatArray()).containsExactly(2);
    }
  }

  @Test
  void should_not_call_a_file_without_weights_a_success() throws IOException {
    Path none = folder.resolve("none.safetensors");
    WeightFiles.write(none, Map.of(), Map.of());
    Path stub = folder.resolve("stub.npz");
    Npz.write(stub, Map.of("a", HeapArray.ofFloats(new float[0], 0)));
    for (Path file : List.of(none, stub)) {
      Path out = folder.resolve("out.safetensors");
      CommandRun converted = CommandRun.of("convert", file, out);
      assertThat(converted.code()).isEqualTo(1);
      assertThat(converted.err()).hasLineCount(1).contains(": expected weights but found ");
      assertThat(out).doesNotExist();
      CommandRun inspected = CommandRun.of("inspect", file);
      assertThat(inspected.code()).isEqualTo(1);
      assertThat(inspected.err()).hasLineCount(1).contains(": expected weights but found ");
      assertThat(inspected.out()).containsPattern(" tensors?, 0 parameters");
    }
  }

  @Test
  void should_leave_unreadable_tensors_out() {
    Path out = folder.resolve("out.safetensors");
    CommandRun run = CommandRun.of("convert", FIXTURES.resolve("foreign.pth"), out);
    assertThat(run.out().lines())
        .contains(out + ": 1 tensor, 3 parameters")
        .contains("left out: __main__.Custom (1, cannot be read), at custom");
  }

  @Test
  void should_replace_a_file_only_on_request() throws IOException {
    Path out = folder.resolve("out.safetensors");
    Files.writeString(out, "precious");
    CommandRun refused = CommandRun.of("convert", npz(), out);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .isEqualToIgnoringNewLines("mindeye convert: " + out + ": use --force to replace it");
    assertThat(out).hasContent("precious");
    assertThat(CommandRun.of("convert", npz(), out, "--force").code()).isZero();
    assertThat(Files.size(out)).isGreaterThan(16);
  }

  @Test
  void should_refuse_in_one_line_and_leave_nothing() throws IOException {
    Path out = folder.resolve("out.safetensors");
    assertThat(CommandRun.of("convert", npz(), folder.resolve("x.pth")))
        .satisfies(
            run -> assertThat(run.code()).isEqualTo(2),
            run -> assertThat(run.err().lines()).hasSize(1),
            run -> assertThat(run.err()).contains("expected a name that ends with .safetensors"));
    assertThat(CommandRun.of("convert", TRAINING, out, "--entry", "nothing"))
        .satisfies(
            run -> assertThat(run.code()).isEqualTo(1),
            run -> assertThat(run.err().lines()).hasSize(1),
            run -> assertThat(run.err()).contains("a tensor at or below nothing but found none"));
    assertThat(CommandRun.of("convert", npz(), out, "--entry", "x").err())
        .contains("expected a torch checkpoint, for --entry x");
    Path page = folder.resolve("page.pth");
    Files.writeString(page, "<html>");
    assertThat(CommandRun.of("inspect", page).err())
        .hasLineCount(1)
        .contains(
            "mindeye inspect: "
                + page
                + ": expected a safetensors file, a checkpoint of torch, or a NumPy file but found"
                + " a web page (HTML) instead of the file: the download asked for a login");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("arrays.npz", "page.pth");
    }
  }

  @Test
  void should_say_what_a_missing_file_would_be() {
    CommandRun run = CommandRun.of("inspect", folder.resolve("last.pth"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("last.pth", "backbone, projector and diffusion prior");
  }

  @Test
  void should_refuse_a_folder_that_does_not_exist() throws IOException {
    Path out = folder.resolve("absent").resolve("out.safetensors");
    assertThat(CommandRun.of("convert", npz(), out).err())
        .isEqualToIgnoringNewLines("mindeye convert: " + out + ": its folder does not exist");
  }
}
