// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.mindeye.Plural;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;

/**
 * Trials of a folder that holds what a shard holds, as files: {@code sample0.jpg}, {@code
 * sample0.nsdgeneral.npy} and so on, an unpacked shard for example. See {@link NsdWebDataset} for
 * the members of a sample. The samples come in the order of their names; one is in memory at a
 * time. Folders within it, hidden files and other members are skipped. Nothing stays open between
 * two samples.
 */
public final class SampleFolder implements TrialSource {
  private final Path folder;
  private final Split split;
  private final ReaderConfig config;
  private final long images;
  private final SortedMap<String, Map<String, Path>> samples;
  private boolean closed;

  private SampleFolder(
      Path folder,
      Split split,
      ReaderConfig config,
      long images,
      SortedMap<String, Map<String, Path>> samples) {
    this.folder = folder;
    this.split = Objects.requireNonNull(split, "split");
    this.config = Objects.requireNonNull(config, "config");
    this.images = images;
    this.samples = samples;
  }

  /**
   * Looks what is in a folder. No sample is read yet.
   *
   * @param folder holds the files
   * @param split what the samples are for
   * @param config what to expect
   * @return the source
   * @throws IOException if the folder cannot be read
   * @throws MalformedSampleException if there is no sample, or two files are the same member of one
   */
  public static SampleFolder open(Path folder, Split split, ReaderConfig config)
      throws IOException {
    return open(folder, split, config, Long.MAX_VALUE);
  }

  /** As above, where the image numbers are smaller than some number. */
  static SampleFolder open(Path folder, Split split, ReaderConfig config, long images)
      throws IOException {
    return new SampleFolder(folder, split, config, images, samples(folder));
  }

  private static SortedMap<String, Map<String, Path>> samples(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    SortedMap<String, Map<String, Path>> samples = new TreeMap<>();
    for (Path file : files) {
      MemberName name = MemberName.parse(file.getFileName().toString()).orElse(null);
      if (name != null && Members.ALL.contains(name.extension())) {
        Path other =
            samples
                .computeIfAbsent(name.key(), key -> new HashMap<>())
                .putIfAbsent(name.extension(), file);
        if (other != null) {
          throw new SampleOrigin(folder.toString(), name.key())
              .malformed(name.extension(), "one file of this name", "a second one, " + file);
        }
      }
    }
    if (samples.isEmpty()) {
      throw new MalformedSampleException(
          folder.toString(),
          null,
          null,
          "files of samples, such as sample0.jpg and sample0." + Members.VOXELS,
          "none among " + Plural.of(files.size(), "file"));
    }
    return samples;
  }

  @Override
  public Split split() {
    return split;
  }

  @Override
  public int voxelCount() {
    return config.voxels();
  }

  @Override
  public OptionalLong count() {
    return OptionalLong.of(samples.size());
  }

  @Override
  public Iterator<Trial> iterator() {
    requireOpen();
    SampleDecoder decoder = new SampleDecoder(config, images);
    Iterator<String> keys = new ArrayList<>(samples.keySet()).iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return keys.hasNext();
      }

      @Override
      public Trial next() {
        requireOpen();
        return decoder.decode(read(keys.next()));
      }
    };
  }

  /** How many voxels the responses of the first sample have. */
  int voxelsOfFirst() {
    return SampleDecoder.voxelCount(read(samples.firstKey()));
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the source is closed");
    }
  }

  private RawSample read(String key) {
    SampleOrigin origin = new SampleOrigin(folder.toString(), key);
    Map<String, byte[]> members = new HashMap<>();
    samples.get(key).forEach((extension, file) -> members.put(extension, content(origin, file)));
    return new RawSample(origin, members);
  }

  private byte[] content(SampleOrigin origin, Path file) {
    try {
      long size = Files.size(file);
      if (size > config.maxMemberBytes()) {
        throw origin.malformed(
            file.getFileName().toString(),
            "at most " + Plural.of(config.maxMemberBytes(), "byte"),
            Plural.of(size, "byte"));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw origin
          .malformed(file.getFileName().toString(), "a readable file", e.toString())
          .causedBy(e);
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return "SampleFolder " + folder;
  }
}
