// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordFramingTest {
  /** RFC 3720, appendix B.4, and the check value of the catalogues. */
  private static Map<byte[], Integer> published() {
    byte[] up = new byte[32];
    byte[] down = new byte[32];
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) 0xff);
    for (int i = 0; i < 32; i++) {
      up[i] = (byte) i;
      down[i] = (byte) (31 - i);
    }
    Map<byte[], Integer> vectors = new LinkedHashMap<>();
    vectors.put(new byte[32], 0x8a9136aa);
    vectors.put(ones, 0x62a8ab43);
    vectors.put(up, 0x46dd794e);
    vectors.put(down, 0x113fdb5c);
    vectors.put("123456789".getBytes(StandardCharsets.US_ASCII), 0xe3069283);
    vectors.put(new byte[0], 0);
    return vectors;
  }

  @Test
  void should_mask_the_published_checksums() {
    published()
        .forEach(
            (data, checksum) -> {
              assertThat(EventFile.crc(data, 0, data.length)).isEqualTo(checksum);
              int masked = (checksum >>> 15 | checksum << 17) + 0xa282ead8;
              assertThat(RecordFraming.maskedChecksum(data, 0, data.length)).isEqualTo(masked);
            });
  }

  /** As the reference's record writer does. */
  @Test
  void should_frame_an_empty_record() {
    assertThat(HexFormat.of().formatHex(RecordFraming.frame(new byte[0])))
        .isEqualTo("0000000000000000" + "29039807" + "d8ea82a2");
  }
}
