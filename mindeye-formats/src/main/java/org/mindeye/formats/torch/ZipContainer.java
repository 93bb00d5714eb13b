// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.formats.internal.pickle.PickleInput;
import org.mindeye.formats.internal.pickle.PickleLimits;
import org.mindeye.formats.internal.pickle.PickleValue;
import org.mindeye.formats.internal.pickle.Unpickler;
import org.mindeye.formats.internal.zip.ZipDirectory;
import org.mindeye.formats.internal.zip.ZipDirectory.Entry;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorElements;
import org.mindeye.formats.torch.TorchArchive.Extent;

/**
 * The container of torch 1.6 and later: a zip file of {@code name/data.pkl} and {@code
 * name/data/key}, one entry per storage, stored without compression.
 */
final class ZipContainer {
  private static final String PICKLE = "data.pkl";

  /** The newest format there is; torch has written 3 since 1.6. */
  private static final int NEWEST_VERSION = 10;

  private static final int LONGEST_WORD = 16;

  private final String file;
  private final FileChannel channel;
  private final Map<String, Entry> entries;

  private ZipContainer(String file, FileChannel channel, Collection<Entry> entries) {
    this.file = file;
    this.channel = channel;
    this.entries = entries.stream().collect(Collectors.toMap(Entry::name, entry -> entry));
  }

  static TorchArchive read(String file, FileChannel channel) throws IOException {
    return new ZipContainer(file, channel, ZipDirectory.read(file, channel)).archive();
  }

  private TorchArchive archive() throws IOException {
    Entry pickle = pickle();
    String folder = pickle.name().substring(0, pickle.name().length() - PICKLE.length());
    if (entries.containsKey(folder + "constants.pkl")) {
      throw new MalformedFileException(file, "a checkpoint", FileKind.TORCH_SCRIPT.toString());
    }
    checkVersion(folder);
    checkByteOrder(folder);
    if (pickle.size() > PickleLimits.DEFAULT.bytes()) {
      throw malformed(
          pickle, "at most " + Plural.of(PickleLimits.DEFAULT.bytes(), "byte"), pickle.size() + "");
    }
    PickleInput input =
        new PickleInput(
            open(pickle),
            pickle.size(),
            PickleLimits.DEFAULT,
            (expected, found) -> malformed(pickle, expected, found));
    Unpickler unpickler = new Unpickler(input);
    PickleValue root = unpickler.read();
    return new TorchArchive(pickle.name(), root, storages(folder + "data/"), unpickler.foreign());
  }

  private Entry pickle() {
    Entry found = null;
    for (Entry entry : entries.values()) {
      int slash = entry.name().indexOf('/');
      if (slash > 0 && entry.name().substring(slash + 1).equals(PICKLE)) {
        if (found != null) {
          throw new MalformedFileException(
              file + " (zip)", "one data.pkl", Printable.name(found.name() + ", " + entry.name()));
        }
        found = entry;
      }
    }
    if (found == null) {
      throw new MalformedFileException(
          file + " (zip)",
          "an entry <name>/data.pkl",
          Plural.of(entries.size(), "entry") + " without it");
    }
    return found;
  }

  /** As torch: a number from 1 to 10 is there. */
  private void checkVersion(String folder) throws IOException {
    Entry entry = entries.getOrDefault(folder + ".data/version", entries.get(folder + "version"));
    if (entry == null) {
      throw new MalformedFileException(
          file + " (zip)", "an entry " + Printable.name(folder) + "version", "none");
    }
    String version = word(entry, "a version from 1 to " + NEWEST_VERSION).strip();
    if (!version.matches("[0-9]{1,4}")
        || Integer.parseInt(version) < 1
        || Integer.parseInt(version) > NEWEST_VERSION) {
      throw malformed(
          entry,
          "a version from 1 to " + NEWEST_VERSION,
          "'" + Printable.name(version) + "'; load and save the file with the torch that wrote it");
    }
  }

  /** The content of a small entry. */
  private String word(Entry entry, String expected) throws IOException {
    if (!entry.isStored() || entry.size() > LONGEST_WORD) {
      throw malformed(entry, expected, Plural.of(entry.size(), "byte"));
    }
    return new String(bytes(entry), StandardCharsets.ISO_8859_1);
  }

  private void checkByteOrder(String folder) throws IOException {
    Entry entry = entries.get(folder + "byteorder");
    if (entry == null) {
      return; // torch before 2.1 wrote little-endian files without saying so
    }
    String order = word(entry, "the word 'little'");
    if (!order.equals("little")) {
      throw malformed(entry, "the word 'little'", "'" + Printable.name(order) + "'");
    }
  }

  private Map<String, Extent> storages(String folder) {
    Map<String, Extent> storages = new HashMap<>();
    for (Entry entry : entries.values()) {
      if (entry.name().startsWith(folder)) {
        if (!entry.isStored()) {
          throw malformed(
              entry,
              "a storage without compression",
              Plural.of(entry.compressed(), "byte")
                  + " for "
                  + entry.size()
                  + ", method "
                  + entry.method());
        }
        storages.put(
            entry.name().substring(folder.length()), new Extent(entry.position(), entry.size()));
      }
    }
    return storages;
  }

  private InputStream open(Entry entry) throws IOException {
    if (entry.method() != 0) {
      return new ByteArrayInputStream(inflated(entry));
    }
    if (!entry.isStored()) {
      throw malformed(entry, entry.size() + " stored bytes", entry.compressed() + "");
    }
    channel.position(entry.position());
    return Channels.newInputStream(channel);
  }

  /** Neither length can be believed before it is checked; the larger one is within the limit. */
  private byte[] inflated(Entry entry) throws IOException {
    if (entry.compressed() > PickleLimits.DEFAULT.bytes()) {
      throw malformed(
          entry,
          "at most " + Plural.of(PickleLimits.DEFAULT.bytes(), "byte"),
          entry.compressed() + "");
    }
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(bytes(entry));
      byte[] content = new byte[(int) entry.size()];
      int length = inflater.inflate(content);
      boolean complete = length == content.length && inflater.inflate(new byte[1]) == 0;
      if (!complete || !inflater.finished()) {
        throw malformed(entry, Plural.of(entry.size(), "byte") + " when inflated", "more or fewer");
      }
      return content;
    } catch (DataFormatException e) {
      throw malformed(entry, "deflated bytes", "others (" + e.getMessage() + ")");
    } finally {
      inflater.end();
    }
  }

  private byte[] bytes(Entry entry) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) entry.compressed());
    TensorElements.in(channel, entry.position()).read(0, bytes);
    return bytes.array();
  }

  private MalformedFileException malformed(Entry entry, String expected, String found) {
    return new MalformedFileException(
        file + " (" + Printable.name(entry.name()) + ")", expected, found);
  }
}
