// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.ForeignFields;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.testkit.DiffusersFiles;

class PublishedUnetFileTest {
  private static final String JSON =
      DiffusersFiles.unetJson(List.of(320, 640, 1280, 1280), 32, 8, 768, 64);

  private static ConditionalUnetConfig read(String json) {
    ForeignFields fields = ForeignFields.of(Document.parse("config.json", json));
    return PublishedUnetFile.of(fields, ClipSpace.VIT_L_14_HIDDEN);
  }

  @Test
  void should_read_the_published_network() {
    assertThat(read(JSON)).isEqualTo(ConditionalUnetConfig.versatileDiffusion());
    String dual = JSON.replace("dual_cross_attention\": false", "dual_cross_attention\": true");
    assertThat(dual).isNotEqualTo(JSON);
    assertThat(read(dual)).isEqualTo(ConditionalUnetConfig.versatileDiffusion());
  }

  @Test
  void should_read_what_later_versions_write() {
    String later =
        JSON.replace(
            "\"act_fn\"",
            """
            "addition_embed_type": null, "addition_embed_type_num_heads": 64,
            "attention_type": "default", "class_embed_type": null, "conv_in_kernel": 3,
            "cross_attention_norm": null, "dropout": 0.0, "encoder_hid_dim": null,
            "mid_block_type": "UNetMidBlock2DCrossAttn", "num_attention_heads": null,
            "resnet_out_scale_factor": 1.0, "resnet_skip_time_act": false,
            "resnet_time_scale_shift": "default", "time_embedding_type": "positional",
            "transformer_layers_per_block": 1, "upcast_attention": false, "act_fn\"""");
    assertThat(read(later)).isEqualTo(ConditionalUnetConfig.versatileDiffusion());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "use_linear_projection\": false | use_linear_projection\": true"
            + " | use_linear_projection false, the only one that is supported, but found true",
        "center_input_sample\": false | center_input_sample\": true"
            + " | center_input_sample false, the only",
        "only_cross_attention\": false | only_cross_attention\": [true, false]"
            + " | only_cross_attention false, the only",
        "num_class_embeds\": null | num_class_embeds\": 10 | num_class_embeds none, the only",
        "num_class_embeds\": null | class_embed_type\": \"timestep\" | class_embed_type none",
        "num_class_embeds\": null | addition_embed_type\": \"text_time\""
            + " | fields that this library knows but found 'addition_embed_type': \"text_time\"",
        "silu | mish | act_fn silu, the only one that is supported, but found \"mish\"",
        "flip_sin_to_cos\": true | flip_sin_to_cos\": false | flip_sin_to_cos true, the only",
        "freq_shift\": 0 | freq_shift\": 1 | freq_shift 0, the only",
        "1e-05 | 1e-06 | norm_eps 1.0E-5, the only one that is supported, but found 1.0E-6",
        "attention_head_dim\": 8 | attention_head_dim\": [5, 10, 20, 20]"
            + " | a whole number as 'attention_head_dim' but found [5,10,20,20]",
        "attention_head_dim\": 8 | attention_head_dim\": 7"
            + " | the shape of a conditional UNet but found heads: expected",
        "cross_attention_dim\": 768 | cross_attention_dim\": 1024"
            + " | a cross_attention_dim of 768, the width of the tokens 257x768, but found 1024",
        "\"DownBlock2D\" | \"AttnDownBlock2D\""
            + " | of CrossAttnDownBlock2D and DownBlock2D but found AttnDownBlock2D",
        "[\"UpBlock2D\", | [\"CrossAttnUpBlock2D\","
            + " | up_block_types [UpBlock2D, CrossAttnUpBlock2D, CrossAttnUpBlock2D,",
        "UNet2DConditionModel | UNetFlatConditionModel"
            + " | UNetFlatConditionModel, which paints texts and belongs into text_unet",
      })
  void should_name_what_it_does_not_compute(String from, String to, String message) {
    assertThat(JSON).contains(from);
    assertThatThrownBy(() -> read(JSON.replace(from, to)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("config.json: expected ")
        .hasMessageContaining(message);
  }
}
