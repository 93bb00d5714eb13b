// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import java.util.List;

/**
 * What published files call the four linear maps of an attention layer, and in which order they
 * have them. The three of Stable Diffusion's family are the same layer under other names: a network
 * that is declared with one of them is saved with it, and loads files with any.
 */
public enum AttentionNames {
  /** Hugging Face's CLIP: {@code k_proj}, {@code v_proj}, {@code q_proj}, {@code out_proj}. */
  CLIP(
      List.of(Part.KEY, Part.VALUE, Part.QUERY, Part.OUTPUT),
      List.of("q_proj"),
      List.of("k_proj"),
      List.of("v_proj"),
      List.of("out_proj")),
  /** diffusers since 2023: {@code to_q}, {@code to_k}, {@code to_v}, {@code to_out.0}. */
  DIFFUSERS(
      Part.IN_ORDER, List.of("to_q"), List.of("to_k"), List.of("to_v"), List.of("to_out", "0")),
  /**
   * diffusers' autoencoders until 2023: {@code query}, {@code key}, {@code value}, {@code
   * proj_attn}.
   */
  DIFFUSERS_2022(
      Part.IN_ORDER, List.of("query"), List.of("key"), List.of("value"), List.of("proj_attn")),
  /**
   * The latent diffusion papers' code: {@code q}, {@code k}, {@code v}, {@code proj_out}; the maps
   * are convolutions of one pixel there, with two more axes of length 1.
   */
  LATENT_DIFFUSION(Part.IN_ORDER, List.of("q"), List.of("k"), List.of("v"), List.of("proj_out"));

  /** One of the four maps. */
  enum Part {
    QUERY,
    KEY,
    VALUE,
    OUTPUT;

    static final List<Part> IN_ORDER = List.of(values());
  }

  private static final List<AttentionNames> SAME_LAYER =
      List.of(DIFFUSERS, DIFFUSERS_2022, LATENT_DIFFUSION);

  private final List<Part> order;

  /** Segments below the layer, in the order of {@link Part}. */
  private final List<List<String>> paths;

  AttentionNames(
      List<Part> order,
      List<String> query,
      List<String> key,
      List<String> value,
      List<String> output) {
    this.order = order;
    paths = List.of(query, key, value, output);
  }

  /** The order of declaration. */
  List<Part> order() {
    return order;
  }

  /** Where a map is declared, and where else files may hold it. */
  ParameterScope scope(ParameterScope attention, Part part) {
    ParameterScope scope = below(attention, part);
    if (SAME_LAYER.contains(this)) {
      for (AttentionNames other : SAME_LAYER) {
        scope = other == this ? scope : scope.alsoAt(other.below(attention, part));
      }
    }
    return scope;
  }

  private ParameterScope below(ParameterScope attention, Part part) {
    ParameterScope scope = attention;
    for (String segment : paths.get(part.ordinal())) {
      scope = scope.child(segment);
    }
    return scope;
  }
}
