// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorFile;

/** Zip files that are damaged, or lie. */
class TorchZipTest {
  private static final String PICKLE = TorchFiles.beside("N");
  private static final int TABLE = 0x02014b50;

  @TempDir private Path folder;

  private static Map<String, byte[]> entries() {
    return TorchFiles.entries(TorchFiles.latin1(PICKLE));
  }

  private static byte[] stored(Map<String, byte[]> entries) {
    return TorchFiles.zip(entries, ZipEntry.STORED);
  }

  private void assertRefused(byte[] content, String message) throws IOException {
    Path file = Files.write(folder.resolve("a.pth"), content);
    assertThatThrownBy(() -> TorchCheckpoint.open(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  /** The zip file with an entry of the table changed at an offset; entry 0 is the pickle. */
  private static byte[] patched(byte[] zip, int entry, int offset, int value, int bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(zip.clone()).order(ByteOrder.LITTLE_ENDIAN);
    int at = -1;
    for (int found = -1; found < entry; ) {
      if (buffer.getInt(++at) == TABLE) {
        found++;
      }
    }
    if (bytes == 2) {
      buffer.putShort(at + offset, (short) value);
    } else {
      buffer.putInt(at + offset, value);
    }
    return buffer.array();
  }

  private static byte[] patchedEnd(int offset, int value) {
    byte[] zip = stored(entries());
    ByteBuffer buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putShort(zip.length - 22 + offset, (short) value);
    return zip;
  }

  @Test
  void should_accept_a_deflated_pickle_and_any_folder_name() throws IOException {
    Map<String, byte[]> renamed = new LinkedHashMap<>();
    entries().forEach((name, bytes) -> renamed.put(name.replace("archive", "größe 1.0"), bytes));
    renamed.put("größe 1.0/byteorder", TorchFiles.latin1("little"));
    byte[] zip = TorchFiles.zip(renamed, ZipEntry.DEFLATED);
    Path file = Files.write(folder.resolve("a.pth"), zip);
    try (TensorFile weights = TorchCheckpoint.open(file).stateDict()) {
      assertThat(weights.floats("good")).containsExactly(0, 1, 2, 3, 4, 5);
    }
  }

  /** Torch ignores them, and can be set to write none. */
  @Test
  void should_accept_any_checksum_and_version_of_zip() throws IOException {
    byte[] zip = patched(patched(stored(entries()), 1, 16, 12345, 4), 0, 6, 99, 2);
    Path file = Files.write(folder.resolve("a.pth"), patched(zip, 0, 16, 12345, 4));
    try (TorchCheckpoint checkpoint = TorchCheckpoint.open(file)) {
      assertThat(checkpoint.stateDict().names()).containsExactly("good");
    }
  }

  @Test
  void should_refuse_lying_sizes() throws IOException {
    byte[] zip = stored(entries());
    assertRefused(
        patched(zip, 1, 20, 4000, 4), "(archive/data/0): expected bytes before the table");
    assertRefused(patched(zip, 1, 20, 20, 4), "(archive/data/0): expected a storage without compr");
    assertRefused(patched(zip, 1, 24, 48, 4), "(archive/data/0): expected a storage without compr");
    assertRefused(patched(zip, 1, 24, -1, 4), "(archive/data/0): expected a storage without compr");
    byte[] longer = patched(patched(zip, 1, 20, 40, 4), 1, 24, 40, 4);
    assertRefused(longer, "(archive/data/0): expected 40 bytes of its own but found an overlap");
    assertRefused(patched(zip, 0, 24, 9, 4), "(archive/data.pkl): expected 9 stored bytes but");
    assertRefused(patched(zip, 0, 28, 4000, 2), "an entry inside the table but found a name");
    assertRefused(patched(zip, 0, 42, 1, 4), "(archive/data.pkl): expected a header that repeats");
    assertRefused(patched(zip, 0, 42, 1 << 30, 4), "(archive/data.pkl): expected a header before");
    assertRefused(patched(zip, 1, 42, 0, 4), "(archive/data/0): expected a header that repeats");
    assertRefused(patched(zip, 0, 0, 7, 4), "expected entry 0 of 3 in the table but found someth");
    assertRefused(patchedEnd(10, 2), "nothing after the last entry of the table but found 61 by");
    assertRefused(patchedEnd(10, 4), "expected entry 3 of 4 in the table but found something els");
    assertRefused(patchedEnd(14, 0x7fff), "a table of contents before byte");
    assertRefused(patchedEnd(16, 0x7fff), "a table of contents before byte");
    assertRefused(patchedEnd(20, 1), "the table of contents at the end but found none (an incompl");
  }

  @Test
  void should_refuse_what_is_packed_in_other_ways() throws IOException {
    byte[] zip = stored(entries());
    assertRefused(
        patched(zip, 0, 8, 1, 2), "(archive/data.pkl): expected stored or deflated bytes");
    assertRefused(patched(zip, 0, 10, 99, 2), "stored or deflated bytes but found method 99");
    byte[] deflated = TorchFiles.zip(entries(), ZipEntry.DEFLATED);
    assertRefused(
        patched(deflated, 0, 24, 70, 4), "expected 70 bytes when inflated but found more");
    assertRefused(patched(deflated, 0, 24, 7000, 4), "expected 7000 bytes when inflated but found");
    assertRefused(
        patched(deflated, 0, 24, 1 << 30, 4),
        "expected at most 67108864 bytes but found 1073741824");
    deflated[60] ^= 0x55;
    assertRefused(deflated, "(archive/data.pkl): expected ");
    Map<String, byte[]> bomb = entries();
    bomb.put("archive/data.pkl", new byte[80 << 20]);
    assertRefused(
        TorchFiles.zip(bomb, ZipEntry.DEFLATED),
        "expected at most 67108864 bytes but found 8388608");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../data/0", "archive/../0", "/etc/passwd", "archive\\data\\0", "a\0b"})
  void should_refuse_names_with_tricks(String name) throws IOException {
    Map<String, byte[]> entries = entries();
    entries.put(name, new byte[0]);
    assertRefused(stored(entries), "expected entries with plain relative names but found '");
  }

  @Test
  void should_refuse_the_same_name_twice() throws IOException {
    Map<String, byte[]> entries = entries();
    entries.put("archive/data/1", new byte[0]);
    String zip = new String(stored(entries), java.nio.charset.StandardCharsets.ISO_8859_1);
    assertRefused(
        TorchFiles.latin1(zip.replace("archive/data/1", "archive/data/0")),
        "one entry 'archive/data/0' but found two");
  }

  @Test
  void should_refuse_other_archives() throws IOException {
    Map<String, byte[]> entries = entries();
    entries.put("other/data.pkl", TorchFiles.latin1("N."));
    assertRefused(
        stored(entries), "expected one data.pkl but found archive/data.pkl, other/data.p");
    assertRefused(
        stored(Map.of("a/b/data.pkl", new byte[1])),
        "(zip): expected an entry <name>/data.pkl but found 1 entry without it");
    Map<String, byte[]> big = entries();
    big.put("archive/byteorder", TorchFiles.latin1("big"));
    assertRefused(stored(big), "(archive/byteorder): expected the word 'little' but found 'big'");
    big.put("archive/byteorder", new byte[17]);
    assertRefused(
        stored(big), "(archive/byteorder): expected the word 'little' but found 17 bytes");
    for (String version : List.of("99\n", "11", "0", "-1", "x", "")) {
      Map<String, byte[]> newer = entries();
      newer.put("archive/version", TorchFiles.latin1(version));
      assertRefused(
          stored(newer),
          "(archive/version): expected a version from 1 to 10 but found '" + version.strip() + "'");
    }
    Map<String, byte[]> nameless = entries();
    nameless.remove("archive/version");
    assertRefused(stored(nameless), "(zip): expected an entry archive/version but found none");
    Map<String, byte[]> missing = entries();
    missing.remove("archive/data/0");
    assertRefused(stored(missing), "good: expected a storage called '0' but found none");
  }

  @Test
  void should_refuse_a_wrong_end_of_a_large_file() throws IOException {
    byte[] zip = stored(entries());
    ByteBuffer locator = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    locator.putInt(0x07064b50).putInt(0).putLong(Long.MAX_VALUE).putInt(1);
    byte[] head = java.util.Arrays.copyOf(zip, zip.length - 22);
    byte[] end = java.util.Arrays.copyOfRange(zip, zip.length - 22, zip.length);
    assertRefused(
        TorchFiles.concat(head, locator.array(), end),
        "the end of a large zip file inside it but found at byte 9223372036854775807");
    locator.putLong(8, 4);
    assertRefused(
        TorchFiles.concat(head, locator.array(), end),
        "the end of a large zip file at byte 4 but found something else");
    locator.putLong(8, head.length);
    ByteBuffer large = ByteBuffer.allocate(56).order(ByteOrder.LITTLE_ENDIAN);
    large.putInt(0x06064b50).putLong(32, 1L << 40).putLong(40, 100).putLong(48, 0);
    locator.putLong(8, head.length);
    assertRefused(
        TorchFiles.concat(head, large.array(), locator.array(), end),
        "expected a table of at most 100000 entries and 33554432 bytes but found 1099511627776 en");
  }
}
