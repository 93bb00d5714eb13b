// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.numpy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.mindeye.Plural;
import org.mindeye.formats.internal.InputFile;
import org.mindeye.formats.internal.Lookup;
import org.mindeye.formats.internal.magic.Magic;
import org.mindeye.formats.internal.zip.ZipDirectory;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.ReadFailure;
import org.mindeye.formats.tensor.TensorElements;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.tensor.TensorInfo;

/** An open NumPy archive: headers are read, elements stay on the disk. */
final class NpzFile implements TensorFile {
  private final String source;
  private final FileChannel channel;
  private final Map<String, NpzMember> members = new LinkedHashMap<>();

  private NpzFile(String source, FileChannel channel) throws IOException {
    this.source = source;
    this.channel = channel;
    for (ZipDirectory.Entry entry : ZipDirectory.read(source, channel)) {
      NpzMember member = NpzMember.open(source, channel, entry);
      members.put(member.name(), member);
    }
  }

  static NpzFile open(Path file) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      FileChannel channel =
          opened.add(InputFile.open(file, "a NumPy archive (.npz)", NpzFile::isArchive));
      return opened.done(new NpzFile(file.toString(), channel));
    }
  }

  private static boolean isArchive(byte[] head) {
    return Magic.isZip(head) || Magic.isEmptyZip(head);
  }

  /** All arrays, in the heap. */
  Map<String, HeapArray> arrays(long mostBytes, HeapBudget heap) throws IOException {
    long left = mostBytes;
    for (NpzMember member : members.values()) {
      long bytes = member.info().bytes();
      if (bytes > left) {
        throw new MalformedFileException(
            member.place(),
            "at most " + Plural.of(left, "byte") + " of elements here",
            Plural.of(bytes, "byte"));
      }
      left -= bytes;
    }
    heap.require(source, mostBytes - left, "read its arrays one by one with TensorFiles.open");
    Map<String, HeapArray> arrays = new LinkedHashMap<>();
    for (NpzMember member : members.values()) {
      arrays.put(member.name(), member.array(channel));
    }
    return Collections.unmodifiableMap(arrays);
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(members.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return member(name).info();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(source, e);
    }
  }

  @Override
  public TensorElements elements(String name) {
    try {
      return member(name).elements(channel);
    } catch (IOException e) {
      throw ReadFailure.of(source, "tensor '" + name + "'", e);
    }
  }

  private NpzMember member(String name) {
    return Lookup.require(source, members, name);
  }
}
