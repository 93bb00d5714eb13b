// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.mindeye.formats.tensor.TensorInfo;

/** An inspection for programs. */
final class InspectionJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private InspectionJson() {}

  static String text(Inspection found) throws JsonProcessingException {
    ObjectNode root = JSON.createObjectNode();
    root.put("file", found.file().toString());
    root.put("format", found.format().name().toLowerCase(Locale.ROOT));
    root.put("parameters", found.parameters());
    root.put("bytes", found.bytes());
    root.set("recognised", JSON.valueToTree(found.recognised()));
    ArrayNode tensors = root.putArray("tensors");
    for (TensorInfo tensor : found.tensors()) {
      ObjectNode node = tensors.addObject();
      node.put("name", tensor.name());
      node.put("type", tensor.type().name());
      node.set("shape", JSON.valueToTree(tensor.shape().axes()));
      node.put("bytes", tensor.bytes());
    }
    root.set("metadata", JSON.valueToTree(found.metadata()));
    root.set("entries", JSON.valueToTree(found.entries()));
    root.set("opaque", JSON.valueToTree(found.opaque()));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }
}
