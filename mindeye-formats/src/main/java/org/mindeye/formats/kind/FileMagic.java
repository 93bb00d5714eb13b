// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.kind;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.mindeye.formats.internal.magic.Magic;
import org.mindeye.formats.internal.magic.ShardIndex;
import org.mindeye.formats.internal.zip.ZipDirectory;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorElements;

/** The marks by which kinds of files are known. */
final class FileMagic {
  /** Enough for a MAT file's text and an HDF5 block behind it, and for a page's first tag. */
  private static final int HEAD = 2048;

  private static final int TAR = 257;
  private static final String USTAR = "ustar";
  private static final int NIFTI_1 = 344;
  private static final int NIFTI_2 = 4;
  private static final String HDF5 = "\u0089HDF\r\n\u001a\n";

  /** The last eight bytes of the tables TensorFlow keeps its indexes in. */
  private static final String TABLE = "W\u00fb\u0080\u008b$uG\u00db";

  /** Marks at the first byte. */
  private static final Map<String, FileKind> FIRST = new LinkedHashMap<>();

  static {
    FIRST.put("version https://git-lfs", FileKind.LFS_POINTER);
    FIRST.put(Magic.NUMPY, FileKind.NPY);
    FIRST.put(HDF5, FileKind.HDF5);
    FIRST.put("MATLAB 7.3", FileKind.MAT_73);
    FIRST.put("MATLAB 5.0", FileKind.MAT);
    FIRST.put("BZh", FileKind.BZIP2);
    FIRST.put("\u00fd7zXZ\0", FileKind.XZ);
    FIRST.put("(\u00b5/\u00fd", FileKind.ZSTD);
    FIRST.put("\u0004\"M\u0018", FileKind.LZ4);
    FIRST.put("7z\u00bc\u00af'\u001c", FileKind.SEVEN_ZIP);
    FIRST.put("Rar!\u001a\u0007", FileKind.RAR);
    FIRST.put("GGUF", FileKind.GGUF);
    FIRST.put("\u0089PNG\r\n\u001a\n", FileKind.PNG);
    FIRST.put("\u00ff\u00d8\u00ff", FileKind.JPEG);
    FIRST.put("%PDF-", FileKind.PDF);
  }

  private final Path file;
  private final byte[] head;

  /** The same bytes as characters. */
  private final String text;

  private final String tail;

  private FileMagic(Path file, byte[] head, byte[] tail) {
    this.file = file;
    this.head = head;
    this.text = new String(head, StandardCharsets.ISO_8859_1);
    this.tail = new String(tail, StandardCharsets.ISO_8859_1);
  }

  static FileMagic read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      byte[] head = bytes(channel, 0, (int) Math.min(HEAD, size));
      int last = (int) Math.min(Long.BYTES, size);
      return new FileMagic(file, head, bytes(channel, size - last, last));
    }
  }

  private static byte[] bytes(FileChannel channel, long position, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    TensorElements.in(channel, position).read(0, bytes);
    return bytes.array();
  }

  byte[] start(int count) {
    return Arrays.copyOf(head, Math.min(count, head.length));
  }

  FileKind kind() throws IOException {
    if (head.length == 0) {
      return FileKind.EMPTY;
    }
    if (Magic.isTar(head)) { // first: its members may be called anything
      return FileKind.TAR;
    }
    for (Map.Entry<String, FileKind> mark : FIRST.entrySet()) {
      if (text.startsWith(mark.getKey())) {
        return mark.getValue();
      }
    }
    if (Magic.isEmptyZip(head)) {
      return FileKind.EMPTY_ZIP;
    }
    if (Magic.isZip(head)) {
      return zip();
    }
    if (text.startsWith("\u001f\u008b")) {
      return compressed();
    }
    if (Magic.isLegacy(head)) {
      return FileKind.TORCH;
    }
    return inside(text).orElseGet(this::byShape);
  }

  /** Marks that stand further behind. */
  private static Optional<FileKind> inside(String text) {
    if (text.startsWith(USTAR, TAR)) {
      return Optional.of(FileKind.TAR);
    }
    boolean nifti =
        text.startsWith("n+1\0", NIFTI_1)
            || text.startsWith("ni1\0", NIFTI_1)
            || text.startsWith("n+2\0", NIFTI_2)
            || text.startsWith("ni2\0", NIFTI_2);
    if (nifti) {
      return Optional.of(FileKind.NIFTI);
    }
    return Optional.empty();
  }

  /** What has no mark of its own. */
  private FileKind byShape() {
    if (text.startsWith("TFL3", 4)) {
      return FileKind.TFLITE;
    }
    if (tail.equals(TABLE)) {
      return FileKind.TENSORFLOW;
    }
    if (head[0] == (byte) 0x80 && head.length > 1 && head[1] > 0 && head[1] <= 5) {
      return FileKind.PICKLE;
    }
    // A version number of one byte, and behind it the name of the program that wrote it.
    if (text.startsWith("\b") && head.length > 4 && head[1] < 32 && text.startsWith("\u0012", 2)) {
      return FileKind.ONNX;
    }
    if (isSafetensors()) {
      return FileKind.SAFETENSORS;
    }
    return isText() ? written() : FileKind.UNKNOWN;
  }

  private boolean isSafetensors() {
    if (head.length <= Long.BYTES || head[Long.BYTES] != '{') {
      return false;
    }
    long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return length >= 2 && length <= Magic.MAX_JSON;
  }

  private boolean isText() {
    return text.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f');
  }

  private FileKind written() {
    String start = text.replace("\u00ef\u00bb\u00bf", "").strip().toLowerCase(Locale.ROOT);
    if (start.startsWith("<!doctype html") || start.contains("<html") || start.contains("<head")) {
      return FileKind.HTML;
    }
    if (start.startsWith("<")) {
      return FileKind.XML;
    }
    if (start.startsWith("{") || start.startsWith("[")) {
      try {
        return ShardIndex.isOne(file) ? FileKind.SHARD_INDEX : FileKind.JSON;
      } catch (IOException e) {
        return FileKind.JSON; // as far as could be seen
      }
    }
    return FileKind.TEXT;
  }

  private FileKind zip() throws IOException {
    Collection<ZipDirectory.Entry> entries;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      entries = ZipDirectory.read(file.toString(), channel);
    } catch (MalformedFileException e) {
      return FileKind.CUT_ZIP;
    }
    if (holds(entries, "constants.pkl")) {
      return FileKind.TORCH_SCRIPT;
    }
    if (holds(entries, "data.pkl")) {
      return FileKind.TORCH;
    }
    if (holds(entries, "model.weights.h5")) {
      return FileKind.KERAS;
    }
    return entries.stream().allMatch(entry -> entry.name().endsWith(".npy"))
        ? FileKind.NPZ
        : FileKind.ZIP;
  }

  private static boolean holds(Collection<ZipDirectory.Entry> entries, String name) {
    return entries.stream()
        .anyMatch(entry -> entry.name().equals(name) || entry.name().endsWith("/" + name));
  }

  /** The beginning of what is compressed, as far as it is there. */
  private FileKind compressed() {
    byte[] inner;
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(head))) {
      inner = new byte[NIFTI_1 + Long.BYTES];
      int count = 0;
      int read = 0;
      while (count < inner.length && (read = in.read(inner, count, inner.length - count)) > 0) {
        count += read;
      }
    } catch (IOException e) {
      return FileKind.GZIP; // cut, or of another program
    }
    return inside(new String(inner, StandardCharsets.ISO_8859_1))
        .map(kind -> kind == FileKind.TAR ? FileKind.TAR_GZ : FileKind.NIFTI_GZ)
        .orElse(FileKind.GZIP);
  }
}
