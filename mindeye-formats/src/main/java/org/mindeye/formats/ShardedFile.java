// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.mindeye.Plural;
import org.mindeye.formats.internal.Lookup;
import org.mindeye.formats.internal.magic.ShardIndex;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorElements;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.tensor.TensorInfo;

/** One dictionary in several files, which an index names. All of them are open. */
final class ShardedFile implements TensorFile {
  private static final int SHOWN = 3;

  private final ShardIndex index;
  private final Map<String, TensorFile> shards = new LinkedHashMap<>();

  private ShardedFile(ShardIndex index) {
    this.index = index;
  }

  static ShardedFile open(Path file) throws IOException {
    ShardIndex index = ShardIndex.read(file);
    requireAll(index);
    try (CloseOnFailure opened = new CloseOnFailure()) {
      ShardedFile all = new ShardedFile(index);
      for (String shard : new TreeSet<>(index.shards().values())) {
        all.shards.put(shard, opened.add(openShard(index.folder().resolve(shard))));
      }
      all.compare();
      return opened.done(all);
    }
  }

  /** Before any is opened, so that the message can name all that are missing. */
  private static void requireAll(ShardIndex index) throws NoSuchFileException {
    Set<String> named = new TreeSet<>(index.shards().values());
    List<String> missing =
        named.stream().filter(shard -> Files.notExists(index.folder().resolve(shard))).toList();
    if (!missing.isEmpty()) {
      throw new NoSuchFileException(
          index.source(),
          null,
          missing.size()
              + " of its "
              + Plural.of(named.size(), "file")
              + " are missing: "
              + missing.stream().limit(SHOWN).toList()
              + (missing.size() > SHOWN ? " and more" : "")
              + "; put them beside it");
    }
  }

  private static TensorFile openShard(Path shard) throws IOException {
    if (WeightFormat.detect(shard) == WeightFormat.SHARDED) {
      throw new MalformedFileException(shard.toString(), "a file of tensors", "another index");
    }
    return TensorFiles.open(shard);
  }

  /** Index and files must say the same. */
  private void compare() {
    Map<String, String> found = new LinkedHashMap<>();
    shards.forEach(
        (shard, tensors) -> {
          for (String name : tensors.names()) {
            String other = found.putIfAbsent(name, shard);
            if (other != null) {
              throw malformed(
                  "tensor '" + name + "' in one file", "it in " + other + " and " + shard);
            }
          }
        });
    index
        .shards()
        .forEach(
            (name, shard) -> {
              if (!shard.equals(found.get(name))) {
                String there = found.get(name);
                throw malformed(
                    "tensor '" + name + "' in " + shard,
                    there == null ? "no such tensor" : "it in " + there);
              }
            });
    for (String name : found.keySet()) {
      if (!index.shards().containsKey(name)) {
        throw malformed(
            "every tensor of its files in the index", "'" + name + "' of " + found.get(name));
      }
    }
  }

  @Override
  public String source() {
    return index.source();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(index.shards().keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return shard(name).info(name);
  }

  @Override
  public TensorElements elements(String name) {
    return shard(name).elements(name);
  }

  /** What the files say, the first one first. */
  @Override
  public Map<String, String> metadata() {
    Map<String, String> all = new LinkedHashMap<>();
    shards.values().forEach(shard -> shard.metadata().forEach(all::putIfAbsent));
    return Collections.unmodifiableMap(all);
  }

  @Override
  public void close() {
    CloseOnFailure parts = new CloseOnFailure();
    shards.values().forEach(parts::add);
    parts.close();
  }

  private TensorFile shard(String name) {
    return shards.get(Lookup.require(source(), index.shards(), name));
  }

  private MalformedFileException malformed(String expected, String found) {
    return new MalformedFileException(source(), expected, found);
  }
}
