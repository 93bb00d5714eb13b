// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.mindeye.Plural;
import org.mindeye.formats.internal.InputFile;
import org.mindeye.formats.internal.Lookup;
import org.mindeye.formats.internal.magic.Magic;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.safetensors.SafetensorsHeader.Placed;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorElements;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.tensor.TensorInfo;

/** An open safetensors file. */
final class SafetensorsFile implements TensorFile {
  /** The length of the header comes first. */
  private static final int PREFIX = Long.BYTES;

  private final String source;
  private final FileChannel channel;
  private final SafetensorsHeader header;

  /** Where the elements begin. */
  private final long dataStart;

  private SafetensorsFile(
      String source, FileChannel channel, SafetensorsHeader header, long dataStart) {
    this.source = source;
    this.channel = channel;
    this.header = header;
    this.dataStart = dataStart;
  }

  static SafetensorsFile open(Path file) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      FileChannel channel =
          opened.add(InputFile.open(file, "a safetensors file", Magic::isSafetensors));
      return opened.done(read(file.toString(), channel));
    }
  }

  private static SafetensorsFile read(String source, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < PREFIX) {
      throw new MalformedFileException(
          source, "a safetensors file of at least 8 bytes", Plural.of(size, "byte"));
    }
    long length = bytes(channel, 0, PREFIX).getLong();
    long most = Math.min(SafetensorsHeader.MAX_BYTES, size - PREFIX);
    if (length < 2 || length > most) {
      throw new MalformedFileException(
          source,
          "a header of 2 to " + Plural.of(most, "byte") + " (an incomplete download?)",
          Long.toUnsignedString(length) + " " + Plural.noun(length, "byte"));
    }
    // Bytes, characters and what they say; those of published models take less than a megabyte.
    HeapBudget.ofThisProcess()
        .require(source + ": its header", 4 * length, "write the file with fewer names and texts");
    String json = text(source, bytes(channel, PREFIX, (int) length));
    if (json.charAt(0) != '{') {
      throw new MalformedFileException(
          source, "a header that begins with '{'", "'" + json.charAt(0) + "'");
    }
    long dataStart = PREFIX + length;
    SafetensorsHeader header = SafetensorsHeader.parse(source, json, size - dataStart);
    return new SafetensorsFile(source, channel, header, dataStart);
  }

  private static ByteBuffer bytes(FileChannel channel, long position, int count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    TensorElements.in(channel, position).read(0, buffer);
    return buffer.flip();
  }

  private static String text(String source, ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedFileException(source, "a header in UTF-8", "other bytes");
    }
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(header.tensors().keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return placed(name).info();
  }

  @Override
  public TensorElements elements(String name) {
    return TensorElements.in(channel, dataStart + placed(name).begin());
  }

  @Override
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(source, e);
    }
  }

  private Placed placed(String name) {
    return Lookup.require(source, header.tensors(), name);
  }
}
