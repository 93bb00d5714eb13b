// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.mindeye.Plural;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.Split;

/** The metadata file: how many samples each split has. */
record DatasetTotals(Map<Split, Long> totals) {
  private static final long MAX_BYTES = 1 << 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  DatasetTotals {
    totals = Map.copyOf(totals);
  }

  OptionalLong of(Split split) {
    return totals.containsKey(split) ? OptionalLong.of(totals.get(split)) : OptionalLong.empty();
  }

  /** The totals a file states; splits it does not know are absent. */
  static DatasetTotals read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw malformed(file, "at most " + MAX_BYTES + " bytes", Plural.of(Files.size(file), "byte"));
    }
    JsonNode totals;
    try {
      totals = JSON.readTree(Files.readString(file)).path("totals");
    } catch (JsonProcessingException e) {
      throw malformed(file, "JSON", e.getOriginalMessage()).causedBy(e);
    } catch (CharacterCodingException e) {
      throw malformed(file, "JSON", "bytes that are no text").causedBy(e);
    }
    Map<Split, Long> counts = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      JsonNode count = totals.path(split.folder());
      if (count.isIntegralNumber() && count.canConvertToLong() && count.longValue() >= 0) {
        counts.put(split, count.longValue());
      } else if (!count.isMissingNode()) {
        throw malformed(file, "a count of samples as totals." + split.folder(), count.toString());
      }
    }
    if (counts.isEmpty()) {
      throw malformed(file, "an object \"totals\" with train, val or test", "none");
    }
    return new DatasetTotals(counts);
  }

  /** The file's bytes, laid out as in the published ones. */
  byte[] encode() {
    String counts =
        Arrays.stream(Split.values())
            .filter(totals::containsKey)
            .map(
                split ->
                    String.format(
                        Locale.ROOT, "        \"%s\": %d", split.folder(), totals.get(split)))
            .collect(Collectors.joining(",\n"));
    return ("{\n    \"totals\": {\n" + counts + "\n    }\n}").getBytes(StandardCharsets.UTF_8);
  }

  private static MalformedSampleException malformed(Path file, String expected, String found) {
    return new MalformedSampleException(file.toString(), null, null, expected, found);
  }
}
