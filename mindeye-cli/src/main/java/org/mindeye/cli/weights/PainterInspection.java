// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.cli.console.ErrorLine;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFolder;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.reconstruction.DiffusersFolder;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;

/** What is in the folder of a painter, and what is missing from it: for people and programs. */
final class PainterInspection {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> PARTS = List.of("image_unet", "unet", "vae", "image_encoder");

  private final Path folder;
  private final Map<String, String> parts = new LinkedHashMap<>();
  private final List<String> recognised = new ArrayList<>();

  /** Null if nothing is wrong. */
  private String problem;

  PainterInspection(Path folder) throws IOException {
    this.folder = folder;
    for (String part : PARTS) {
      if (Files.isDirectory(folder.resolve(part))) {
        parts.put(part, weights(folder.resolve(part)));
      }
    }
    try {
      describe(DiffusersFolder.open(folder));
    } catch (IOException | MindEyeException e) {
      problem = ErrorLine.of(e);
    }
  }

  private static String weights(Path part) throws IOException {
    try {
      WeightFolder found = WeightFolder.at(part);
      try (StateDict tensors = found.open()) {
        List<TensorInfo> infos = tensors.names().stream().map(tensors::info).toList();
        String types =
            infos.stream()
                .map(info -> info.type().name())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        String others =
            found.others().stream()
                .map(file -> file.getFileName().toString())
                .collect(Collectors.joining(", "));
        return String.format(
            Locale.ROOT,
            "%s: %s, %,d parameters, %s%s",
            found.weights().getFileName(),
            Plural.of(infos.size(), "tensor"),
            infos.stream().mapToLong(TensorInfo::size).sum(),
            types,
            others.isEmpty() ? "" : "; not read: " + others);
      }
    } catch (IOException | MindEyeException e) {
      return ErrorLine.of(e);
    }
  }

  private void describe(DiffusersFolder painter) {
    ConditionalUnetConfig unet = painter.unet();
    AutoencoderConfig autoencoder = painter.autoencoder();
    int side = unet.side() * autoencoder.stages().reduction();
    recognised.add(
        String.format(
            Locale.ROOT,
            "a painter, as published by %s: from %s CLIP tokens, %d x %d pixels",
            painter.kind().repository(),
            unet.condition(),
            side,
            side));
    recognised.add(
        String.format(
            Locale.ROOT,
            "UNet: channels %s, %s, %d x %d x %d latents",
            unet.stages().channels(),
            Plural.of(unet.heads(), "head"),
            unet.channels(),
            unet.side(),
            unet.side()));
    recognised.add(
        "autoencoder: channels "
            + autoencoder.stages().channels()
            + ", scale "
            + autoencoder.scale());
    recognised.add(
        "noise: "
            + painter.scheduler().schedule()
            + ", predicts "
            + painter.scheduler().prediction());
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(folder + ": the folder of a painter");
    recognised.forEach(sentence -> lines.add("  is: " + sentence));
    parts.forEach((part, found) -> lines.add("  " + part + ": " + found));
    if (problem != null) {
      lines.add("  cannot be used as it is: " + problem);
    }
    return lines.stream().map(Printable::line).toList();
  }

  String json() throws JsonProcessingException {
    ObjectNode root = JSON.createObjectNode();
    root.put("folder", folder.toString());
    root.set("recognised", JSON.valueToTree(recognised));
    root.set("parts", JSON.valueToTree(parts));
    if (problem != null) {
      root.put("problem", problem);
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }
}
