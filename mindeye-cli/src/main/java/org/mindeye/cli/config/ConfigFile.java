// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Files that people write: {@link Document documents} as JSON objects or YAML mappings, by the
 * file's name. The libraries know JSON only, so that they need no parser of YAML.
 */
public final class ConfigFile {
  private static final String MAPPING = "a YAML mapping";

  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private ConfigFile() {}

  /**
   * A configuration as it may stand in a file.
   *
   * @param config the values
   * @return a YAML mapping, which ends with a line break
   */
  public static String yaml(Record config) {
    try {
      return YAML.writeValueAsString(DocumentWriter.tree(config));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("trees of numbers and names can be written", e);
    }
  }

  /**
   * Reads a file, to be interpreted afterwards.
   *
   * @param file YAML if its name ends with {@code .yaml} or {@code .yml}, else JSON
   * @return its content
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is not JSON or YAML
   */
  public static Document open(Path file) throws IOException {
    if (!file.toString().matches("(?is).*\\.ya?ml")) {
      return Document.read(file);
    }
    return Document.parse(file.toString(), MAPPING, YAML, Document.text(file, MAPPING));
  }
}
