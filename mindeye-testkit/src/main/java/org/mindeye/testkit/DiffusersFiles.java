// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mindeye.testkit.PublishedWeights.Form;

/**
 * The folder of a painter as diffusers saves it, with generated weights; of the image tower only
 * the description.
 *
 * @param pipeline the class in its index
 * @param unetFolder where the UNet is: {@code image_unet} or {@code unet}
 * @param unetJson see {@link #unetJson}
 * @param unet its weights
 * @param vaeJson see {@link #vaeJson}
 * @param vae the autoencoder's weights
 * @param towerJson see {@link #towerJson}
 */
public record DiffusersFiles(
    String pipeline,
    String unetFolder,
    String unetJson,
    PublishedWeights unet,
    String vaeJson,
    PublishedWeights vae,
    String towerJson) {
  private static final String STEM = "diffusion_pytorch_model";

  private static final String SCHEDULER =
      """
      {"_class_name": "DDIMScheduler", "_diffusers_version": "0.8.0", "beta_end": 0.012,
       "beta_schedule": "scaled_linear", "beta_start": 0.00085, "clip_sample": false,
       "num_train_timesteps": 1000, "set_alpha_to_one": false, "steps_offset": 1,
       "trained_betas": null}
      """;

  /**
   * The UNet's {@code config.json} with the fields that it had in 2022.
   *
   * @param channels of the stages; all but the last have transformers
   * @param groups of their norms
   * @param heads of attention
   * @param width of the tokens
   * @param side of the latents
   * @return JSON
   */
  public static String unetJson(
      List<Integer> channels, int groups, int heads, int width, int side) {
    String down = repeated("CrossAttnDownBlock2D", channels.size() - 1) + ", \"DownBlock2D\"";
    String up = "\"UpBlock2D\", " + repeated("CrossAttnUpBlock2D", channels.size() - 1);
    return """
    {"_class_name": "UNet2DConditionModel", "_diffusers_version": "0.8.0.dev0",
     "act_fn": "silu", "attention_head_dim": HEADS, "block_out_channels": CHANNELS,
     "center_input_sample": false, "cross_attention_dim": WIDTH,
     "down_block_types": [DOWN], "downsample_padding": 1,
     "dual_cross_attention": false, "flip_sin_to_cos": true, "freq_shift": 0,
     "in_channels": 4, "layers_per_block": 2, "mid_block_scale_factor": 1,
     "norm_eps": 1e-05, "norm_num_groups": GROUPS, "num_class_embeds": null,
     "only_cross_attention": false, "out_channels": 4, "sample_size": SIDE,
     "up_block_types": [UP], "use_linear_projection": false}
    """
        .replace("HEADS", heads + "")
        .replace("CHANNELS", channels.toString())
        .replace("WIDTH", width + "")
        .replace("DOWN", down)
        .replace("GROUPS", groups + "")
        .replace("SIDE", side + "")
        .replace("UP", up);
  }

  /**
   * The autoencoder's {@code config.json} with the fields that it had in 2022.
   *
   * @param channels of the stages
   * @param blocks of each stage
   * @param groups of their norms
   * @return JSON
   */
  public static String vaeJson(List<Integer> channels, int blocks, int groups) {
    return """
    {"_class_name": "AutoencoderKL", "_diffusers_version": "0.8.0.dev0", "act_fn": "silu",
     "block_out_channels": CHANNELS, "down_block_types": [DOWN], "in_channels": 3,
     "latent_channels": 4, "layers_per_block": BLOCKS, "norm_num_groups": GROUPS,
     "out_channels": 3, "sample_size": 256, "up_block_types": [UP]}
    """
        .replace("CHANNELS", channels.toString())
        .replace("DOWN", repeated("DownEncoderBlock2D", channels.size()))
        .replace("BLOCKS", blocks + "")
        .replace("GROUPS", groups + "")
        .replace("UP", repeated("UpDecoderBlock2D", channels.size()));
  }

  /**
   * The {@code config.json} of CLIP's image tower, as transformers writes it.
   *
   * @param hidden channels of its layers
   * @param layers how many
   * @param heads of attention
   * @param image rows and columns of pixels
   * @param patch the same of a patch
   * @param projection width of its tokens
   * @return JSON
   */
  public static String towerJson(
      int hidden, int layers, int heads, int image, int patch, int projection) {
    return """
    {"architectures": ["CLIPVisionModelWithProjection"], "model_type": "clip_vision_model",
     "hidden_size": HIDDEN, "intermediate_size": INNER, "num_hidden_layers": LAYERS,
     "num_attention_heads": HEADS, "image_size": IMAGE, "patch_size": PATCH,
     "projection_dim": PROJECTION, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-05}
    """
        .replace("HIDDEN", hidden + "")
        .replace("INNER", 4 * hidden + "")
        .replace("LAYERS", layers + "")
        .replace("HEADS", heads + "")
        .replace("IMAGE", image + "")
        .replace("PATCH", patch + "")
        .replace("PROJECTION", projection + "");
  }

  private static String repeated(String word, int times) {
    return IntStream.range(0, times)
        .mapToObj(i -> '"' + word + '"')
        .collect(Collectors.joining(", "));
  }

  /**
   * Writes the folder.
   *
   * @param folder made if it is not there
   * @param form of the weights
   * @throws IOException if it cannot be written
   */
  public void write(Path folder, Form form) throws IOException {
    Files.createDirectories(folder);
    String index =
        """
        {"_class_name": "PIPELINE", "_diffusers_version": "0.8.0.dev0",
         "UNET": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"],
         "scheduler": ["diffusers", "DDIMScheduler"]}
        """;
    Files.writeString(
        folder.resolve("model_index.json"),
        index.replace("PIPELINE", pipeline).replace("UNET", unetFolder));
    part(folder.resolve(unetFolder), unetJson, unet, form);
    part(folder.resolve("vae"), vaeJson, vae, form);
    Path tower = Files.createDirectories(folder.resolve("image_encoder"));
    Files.writeString(tower.resolve("config.json"), towerJson);
    Path scheduler = Files.createDirectories(folder.resolve("scheduler"));
    Files.writeString(scheduler.resolve("scheduler_config.json"), SCHEDULER);
  }

  private static void part(Path folder, String json, PublishedWeights weights, Form form)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), json);
    weights.write(folder, STEM, form);
  }
}
