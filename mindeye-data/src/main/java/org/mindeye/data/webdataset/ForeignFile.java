package org.mindeye.data.webdataset;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Recognises what is often found in place of a tar file, by its first bytes. */
final class ForeignFile {
  /** So many bytes tell, a tar file's own mark among them. */
  static final int HEAD = 512;

  private static final int TAR_MARK = 257;
  private static final String UNPACK = "; unpack it first: ";

  private static final Map<String, String> KINDS =
      Map.of(
          "1f8b", "a file compressed by gzip" + UNPACK + "gunzip",
          "28b52ffd", "a file compressed by Zstandard" + UNPACK + "zstd -d",
          "fd377a585a00", "a file compressed by xz" + UNPACK + "unxz",
          "425a68", "a file compressed by bzip2" + UNPACK + "bunzip2",
          "504b0304", "a ZIP archive; pack its files into a tar file",
          "894844460d0a1a0a", "an HDF5 file, which is no web-dataset");

  private ForeignFile() {}

  /** What a file that begins like this is, with what to do; empty if it may be a tar file. */
  static Optional<String> describe(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (text.startsWith("ustar", TAR_MARK)) {
      return Optional.empty();
    }
    String start = text.stripLeading().toLowerCase(Locale.ROOT);
    if (start.startsWith("version https://git-lfs")) {
      return Optional.of("a pointer of Git LFS instead of the file; run git lfs pull");
    }
    if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
      return Optional.of("a web page, as a failed download leaves it; download the file again");
    }
    String digits = HexFormat.of().formatHex(head);
    return KINDS.entrySet().stream()
        .filter(kind -> digits.startsWith(kind.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
